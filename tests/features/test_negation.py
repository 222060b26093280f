"""Denied parts of a text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.negation import denied_spans
from features.text import word_set

PIECES = (
    "農業",
    "観光",
    "は苦手",
    "の経験はありません",
    "が、",
    "。",
    "、",
    "以外",
    "ではなく",
    "できません",
    "したい",
    "なくても",
)


@pytest.mark.parametrize(
    "text",
    [
        "農業は苦手です",
        "農業の経験はありません",
        "農業の経験はまったくありません。",
        "農業に興味がない",
        "農業以外の仕事を望みます",
        "農業ではなく、別の仕事",
        "農業をしたことはありません",
        "農業はやりたくない",
        "農業は未経験です",
        "農業のことは分かりません",
        "農業、林業の資格は持っていません",
        "農業を除く仕事",
    ],
)
def test_a_denied_word_does_not_count(text: str) -> None:
    assert "農業" not in word_set(text)


@pytest.mark.parametrize(
    "text",
    [
        "農業だけでなく観光にも関わりたい",
        "農業だけではなく観光も",
        "農業の経験がなくても歓迎します",
        "農業の経験がない方も歓迎",
        "農業の未経験者を歓迎",
        "農業は苦手ではありません",
        "人手が足りない農業を支えたい",
        "農業に抵抗はありません",
        "観光の経験はありませんが、農業はできます",
        "観光ではなく農業に関わりたい",
        "観光の仕事をしていないので、農業を学びたい",
        "観光は苦手。農業は得意",
        "農業をしていて、観光の経験はない",
        "農業以外にも関心がある",
    ],
)
def test_a_word_that_is_not_denied_counts(text: str) -> None:
    assert "農業" in word_set(text)


@given(text=st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join))
def test_spans_are_ordered_disjoint_and_inside_the_text(text: str) -> None:
    edges = [edge for span in denied_spans(text) for edge in span]

    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
    assert all(begin < end for begin, end in denied_spans(text))


@pytest.mark.parametrize("piece", ["苦手。", "経験は", "経験はは、", "ない", "は" * 50])
def test_the_longest_text_a_record_may_hold_is_read_in_linear_time(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    started = time.perf_counter()
    denied_spans(text)

    assert time.perf_counter() - started < 2
