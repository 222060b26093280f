"""Who somebody is, how long a gap in the career was and how politely somebody writes does not move a contribution.

Every claim is metamorphic: everybody of a set tells something more or writes otherwise, everything is read anew, and
the weighted contributions of the coordinator's score are compared with those of the records as they stand.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.guard import masked
from features.reading.pieces import person_pieces, sentences_of
from features.records import Applicant
from features.terms import SELECTION_TERMS
from tests.features.reading.read_pairs import (
    Cube,
    as_written,
    calls,
    contributions,
    kept_orders,
    people,
    rewritten,
    told,
    with_profile,
)

CASES = tomllib.loads(Path(__file__).with_name("fairness_cases.toml").read_text(encoding="utf-8"))
TOLD: Mapping[str, list[str]] = CASES["told"]
WITHIN: Mapping[str, list[str]] = CASES["within"]
GAPS: list[str] = CASES["gaps"]["lengths"]
YEARS: list[str] = CASES["gaps"]["years"]

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_HALF = {ord(unicodedata.normalize("NFKC", chr(code))): chr(code) for code in range(0xFF71, 0xFF9E)} | {ord("ー"): "ｰ"}
MARKS: Mapping[str, Callable[[str], str]] = {
    "points and commas": lambda text: text.replace("。", "．").replace("、", "，"),
    "half-width marks": lambda text: text.replace("。", "｡").replace("、", "､"),
    "exclamation marks": lambda text: text.replace("。", "！"),
    "paragraphs": lambda text: text.replace("。", "。\r\n\r\n"),
    "spaces": lambda text: "　" + text.replace("。", "。　"),
    "full-width letters and digits": lambda text: text.translate(_WIDE),
    "half-width katakana": lambda text: text.translate(_HALF),
    "one width": lambda text: unicodedata.normalize("NFKC", text),
}

# Bounds on how far a total moves, of 1.
INSIDE_A_SENTENCE = 0.005
OTHER_STYLE = 0.02
SAID_AGAIN = 0.02
SAME_MARKS = 1e-3
KEPT = 0.95  # of the orders of the first six, where one of the six writes otherwise


def test_the_set_is_large_enough_and_most_of_it_is_told_apart() -> None:
    assert len(people()) >= 40
    assert len(calls()) >= 20
    assert as_written().shape[2] == sum("coordinator" in term.audiences for term in SELECTION_TERMS)
    assert (np.ptp(as_written().sum(axis=2), axis=0) > 0.05).all()


@lru_cache(maxsize=32)
def _telling(sentence: str) -> Cube:
    return contributions(map(told(sentence), people()))


@pytest.mark.parametrize("item", TOLD)
def test_telling_one_instead_of_another_changes_no_contribution(item: str) -> None:
    first, *others = (_telling(sentence) for sentence in TOLD[item])

    assert all(np.array_equal(first, other) for other in others)


@pytest.mark.parametrize("item", TOLD)
def test_telling_it_in_a_sentence_of_its_own_counts_like_silence(item: str) -> None:
    np.testing.assert_allclose(_telling(TOLD[item][0]), as_written(), rtol=0, atol=1e-9)


@pytest.mark.parametrize("item", WITHIN)
def test_inside_a_sentence_one_may_stand_for_another_and_hardly_counts(item: str) -> None:
    first, *others = (_telling(words) for words in WITHIN[item])

    assert all(np.array_equal(first, other) for other in others)
    assert _moved(first) <= INSIDE_A_SENTENCE


@pytest.mark.parametrize("item", CASES["occupation"])
def test_in_an_occupation_one_may_stand_for_another(item: str) -> None:
    first, *others = (
        contributions(with_profile(person, occupations=(written,)) for person in people())
        for written in CASES["occupation"][item]
    )

    assert all(np.array_equal(first, other) for other in others)


@pytest.mark.parametrize("gap", GAPS)
def test_a_gap_in_the_career_counts_like_silence_however_long_it_was(gap: str) -> None:
    for years in YEARS:
        np.testing.assert_allclose(_telling(gap.format(years)), as_written(), rtol=0, atol=1e-9)


def test_work_told_beside_a_gap_is_still_read() -> None:
    (piece,) = person_pieces("motivation_text", "二年のブランクのあと、木工を三年続けました。")

    assert piece.done == "木工を三年続けました。"


@pytest.mark.parametrize("sentence", CASES["courtesies"]["sentences"])
def test_courtesies_count_like_silence(sentence: str) -> None:
    np.testing.assert_allclose(_telling(sentence), as_written(), rtol=0, atol=1e-9)


def test_saying_everything_twice_counts_like_saying_it_once() -> None:
    twice = contributions(map(rewritten(lambda text: f"{text}\n{text}"), people()))

    np.testing.assert_allclose(twice, as_written(), rtol=0, atol=1e-9)


def test_saying_everything_again_with_other_beginnings_hardly_counts() -> None:
    def again(text: str) -> str:
        return text + "".join(f"くり返しになりますが、{sentence}" for _, sentence in sentences_of(text))

    moved = contributions(map(rewritten(again), people()))
    kept, cases = kept_orders(moved)

    assert _moved(moved) <= SAID_AGAIN
    assert kept >= KEPT * cases


@pytest.mark.parametrize("style", CASES["styles"])
def test_another_style_hardly_counts_and_keeps_the_order(style: str) -> None:
    endings: Mapping[str, str] = CASES["styles"][style]
    styled = rewritten(lambda text: _styled(text, endings))
    written = [styled(person) for person in people()]
    moved = contributions(written)
    kept, cases = kept_orders(moved)

    assert sum(after != before for after, before in zip(written, people(), strict=True)) >= 40
    assert _moved(moved) <= OTHER_STYLE
    assert kept >= KEPT * cases


@pytest.mark.parametrize("marks", MARKS)
def test_marks_widths_and_line_breaks_do_not_count(marks: str) -> None:
    np.testing.assert_allclose(
        contributions(map(rewritten(MARKS[marks]), people())), as_written(), rtol=0, atol=SAME_MARKS
    )


def test_a_line_break_in_the_place_of_a_full_stop_hardly_counts() -> None:
    assert _moved(contributions(map(rewritten(lambda text: text.replace("。", "\n")), people()))) <= 5 * SAME_MARKS


@given(
    person=st.sampled_from(people()),
    added=st.lists(
        st.sampled_from([text for texts in TOLD.values() for text in texts] + [GAPS[0].format("三")]), max_size=4
    ),
    places=st.lists(st.integers(0, 9), min_size=4, max_size=4),
)
@settings(deadline=None)
def test_wherever_it_is_told_the_same_is_read(person: Applicant, added: list[str], places: list[int]) -> None:
    text = person.selection_profile.motivation_text or ""
    sentences = [sentence for _, sentence in sentences_of(text)]
    for sentence, place in zip(added, places, strict=False):
        sentences.insert(place % (len(sentences) + 1), sentence)

    assert _read("".join(sentences)) == _read(text)


def _read(text: str) -> list[tuple[str, str]]:
    return [(piece.done, piece.wish) for piece in person_pieces("motivation_text", masked(text))]


def _moved(changed: Cube) -> float:
    return float(np.abs(changed.sum(axis=2) - as_written().sum(axis=2)).max())


def _styled(text: str, endings: Mapping[str, str]) -> str:
    for usual, other in endings.items():
        text = re.sub(usual, other, text)
    return text
