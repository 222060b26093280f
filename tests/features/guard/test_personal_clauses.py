"""Clauses that tell who somebody is, or what others do, are not read; own work beside them is."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.guard import masked
from features.guard.personal_clauses import personal_spans
from features.reading.pieces import person_pieces
from features.taxonomy.kinds import kinds_named
from tests.features.reading.read_pairs import as_written, contributions, people, told

CASES = tomllib.loads(Path(__file__).with_name("personal_cases.toml").read_text(encoding="utf-8"))
UNREAD = [(item, text) for item, texts in CASES["unread"].items() for text in texts]
KEPT = [case for cases in CASES["kept"].values() for case in cases]
PIECES = (
    "生まれ",
    "で",
    "大学",
    "を出て",
    "学び、",
    "友人",
    "が",
    "は、",
    "。",
    "〇〇",
    "ブランク",
    "木工",
    "たあと",
    "代々の",
    "の後、",
)


@pytest.mark.parametrize(("item", "text"), UNREAD)
def test_who_somebody_is_is_not_read_whatever_it_names(item: str, text: str) -> None:
    assert person_pieces("motivation_text", masked(text)) == ()


@pytest.mark.parametrize("item", CASES["unread"])
def test_it_counts_like_silence(item: str) -> None:
    named = [text for text in CASES["unread"][item] if text.endswith("。")]

    for text in named[:2]:
        np.testing.assert_allclose(contributions(map(told(text), people())), as_written(), rtol=0, atol=1e-9)


@pytest.mark.parametrize(("text", "kind"), KEPT)
def test_own_work_beside_it_is_read(text: str, kind: str) -> None:
    pieces = person_pieces("motivation_text", masked(text))

    assert kind in {
        mention.kind for piece in pieces for said in (piece.done, piece.wish) for mention in kinds_named(said)
    }


def test_most_unread_sentences_name_a_kind_of_work() -> None:
    assert sum(bool(kinds_named(text)) for _, text in UNREAD) >= 25


def test_a_word_for_learning_within_what_the_family_does_makes_it_nobodys_own() -> None:
    assert list(personal_spans("実家の教え子は大工です。")) == [(0, 11)]


@given(text=st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join))
def test_spans_are_ordered_disjoint_and_inside_the_text(text: str) -> None:
    edges = [edge for span in personal_spans(text) for edge in span]

    assert edges == sorted(edges)
    assert all(0 <= begin < end <= len(text) for begin, end in personal_spans(text))


@pytest.mark.parametrize("piece", ["生まれ", "友人が", "大学で", "実家は、", "ブランク", "いろは", "の後、", "たあと"])
def test_the_longest_text_a_record_may_hold_is_read_in_linear_time(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    started = time.process_time()
    list(personal_spans(text))

    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("畑で働いたあと市場で売ったあと大学で経済を学びました。", "大学で経済を学びました"),
        ("役場で働いたあとに農業高校で酪農を学んだ。", "農業高校で酪農を学んだ"),
    ],
)
def test_what_was_worked_before_it_in_the_same_clause_is_read(text: str, unread: str) -> None:
    assert [text[begin:end] for begin, end in personal_spans(text)] == [unread]


@pytest.mark.parametrize("others", ["実家", "友人", "父方の本家"])
def test_work_at_the_place_of_others_is_ones_own(others: str) -> None:
    assert list(personal_spans(f"{others}が続けてきた酒蔵で働きました。")) == []
    text = f"{others}は酒蔵です。"
    assert [text[begin:end] for begin, end in personal_spans(text)] == [text[:-1]]
