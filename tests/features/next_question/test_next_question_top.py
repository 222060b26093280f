"""The top of a list under answers: twins by sorting anew, and what value of information must satisfy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.next_question.stays import seen_of_fit
from features.next_question.top import Top, Worth

_scores = st.lists(st.integers(0, 12), min_size=1, max_size=7)


@st.composite
def _questions(draw: st.DrawFn) -> tuple[Top, np.ndarray, np.ndarray]:
    totals = draw(_scores)
    ids = draw(st.permutations([f"p{k}" for k in range(len(totals))]))
    answers = draw(st.integers(1, 4))
    row = st.lists(st.integers(-8, 8), min_size=len(totals), max_size=len(totals))
    changes = np.array(draw(st.lists(row, min_size=answers, max_size=answers)), dtype=np.int64)
    weights = np.array(draw(st.lists(st.integers(1, 5), min_size=answers, max_size=answers)), dtype=np.float64)
    top = Top(np.array(totals, dtype=np.int64), tuple(ids), draw(st.integers(1, 5)))
    return top, changes, weights / weights.sum()


def _first(totals: Sequence[int], ids: Sequence[str], size: int) -> list[int]:
    return sorted(range(len(ids)), key=lambda k: (-totals[k], ids[k]))[:size]


def _plain(top: Top, changes: np.ndarray, weights: np.ndarray) -> list[float]:
    """The four figures of one question by sorting every list anew."""
    before = _first(top.totals.tolist(), top.ids, top.size)
    figures = np.zeros(4)
    for change, weight in zip(changes, weights, strict=True):
        after = (top.totals + change).tolist()
        best = _first(after, top.ids, top.size)
        gone = len(set(before) - set(best))
        gain = (sum(after[k] for k in best) - sum(after[k] for k in before)) / len(best) / 1e6
        figures += weight * np.array([gone > 0, best != before, gone, gain])
    return figures.tolist()


def _figures(worth: Worth, at: int = 0) -> list[float]:
    return [float(part[at]) for part in (worth.change, worth.order, worth.replaced, worth.gain)]


@given(_questions())
def test_what_moves_every_line_is_worth_what_sorting_every_list_anew_says(drawn: tuple[Top, Any, Any]) -> None:
    top, changes, weights = drawn

    assert _figures(top.after_all(changes, weights)) == pytest.approx(_plain(top, changes, weights), abs=1e-12)


@given(_questions())
def test_what_moves_one_line_is_worth_what_moving_all_of_them_by_nothing_else_says(drawn: tuple[Top, Any, Any]) -> None:
    top, changes, weights = drawn
    lines = np.arange(len(top.ids))
    worth = top.after_one(lines, changes.T, np.tile(weights, (lines.size, 1)))

    for line in lines:
        alone = np.where(lines == line, changes, 0)
        assert _figures(worth, line) == pytest.approx(_figures(top.after_all(alone, weights)), abs=1e-12)


@given(_questions(), st.integers(2, 4))
def test_answers_further_from_what_is_told_are_never_worth_less(drawn: tuple[Top, Any, Any], times: int) -> None:
    """For one answer, what the best exceed today's top by is convex in the distance and 0 at 0, so it never falls."""
    top, changes, weights = drawn
    near, far = top.after_all(changes, weights), top.after_all(times * changes, weights)

    assert float(near.gain[0]) >= 0
    assert float(far.gain[0]) >= float(near.gain[0]) - 1e-15


@given(_questions())
def test_an_answer_that_changes_no_score_is_worth_nothing(drawn: tuple[Top, Any, Any]) -> None:
    top, changes, weights = drawn

    assert _figures(top.after_all(0 * changes, weights)) == [0, 0, 0, 0]


@given(_questions(), st.randoms())
def test_the_order_of_the_lines_decides_nothing(drawn: tuple[Top, Any, Any], random: Any) -> None:
    top, changes, weights = drawn
    order = list(range(len(top.ids)))
    random.shuffle(order)
    other = Top(top.totals[order], tuple(top.ids[k] for k in order), top.size)

    assert _figures(other.after_all(changes[:, order], weights)) == _figures(top.after_all(changes, weights))


@given(_questions(), st.sampled_from([(0.1, 0.2), (0.2, 0.7), (0.5, 1.0)]))
def test_a_stay_that_shows_more_is_never_worth_less(drawn: tuple[Top, Any, Any], seen: tuple[float, float]) -> None:
    top = drawn[0]
    worths = []
    for part in seen:
        looks = seen_of_fit(5e-6, part)
        worths.append(top.after_all(np.eye(len(top.ids), dtype=np.int64)[0] * looks[:, None], np.full(64, 1 / 64)))

    assert float(worths[1].gain[0]) >= float(worths[0].gain[0]) - 1e-15
