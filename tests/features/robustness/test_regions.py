"""Ranges of the weights: no sample inside changes the result, samples just outside do."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from features.errors import WeightError
from features.robustness.acceptability import acceptability, sampled_weights
from features.robustness.assignments import assignment_spans
from features.robustness.figure import robustness_figure
from features.robustness.list_robustness import list_robustness
from features.robustness.lists import Kept, ranked, stable_region, top_region
from features.robustness.region import WeightRegion, line_of
from features.robustness.tornado import tornado
from features.robustness.value_choices import choices_without_a_term, price_of_choices
from matching.market import Market
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties.stability import blocking_pairs

SEEDS = st.integers(0, 10_000)


def _list(seed: int, n: int = 12, k: int = 4) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    rng = np.random.default_rng(seed)
    return rng.random((n, k)), rng.dirichlet(np.ones(k)), rng


def _top(values: np.ndarray, weights: np.ndarray, top: int, kept: Kept) -> object:
    first = ranked(values, weights)[:top].tolist()
    return first if kept == "order" else set(first)


@given(seed=SEEDS, top=st.integers(1, 5), kept=st.sampled_from(["order", "members"]))
def test_a_list_stays_inside_every_span_and_changes_just_outside(seed: int, top: int, kept: Kept) -> None:
    values, weights, rng = _list(seed)
    region, before = top_region(values, weights, top=top, kept=kept), _top(values, weights, top, kept)
    for term in range(4):
        span, (start, direction) = region.along(weights, term), line_of(weights, term)
        for t in rng.uniform(span.low + 1e-9, max(span.high - 1e-9, span.low + 1e-9), 20):
            assert _top(values, start + t * direction, top, kept) == before
        for t in (span.low - 1e-6, span.high + 1e-6):
            if 0 <= t <= 1:
                assert _top(values, start + t * direction, top, kept) != before


@given(seed=SEEDS, top=st.integers(1, 5), kept=st.sampled_from(["order", "members"]))
def test_half_spaces_hold_exactly_where_the_list_stays(seed: int, top: int, kept: Kept) -> None:
    values, weights, rng = _list(seed)
    region, before = top_region(values, weights, top=top, kept=kept), _top(values, weights, top, kept)
    sampled = sampled_weights(rng, 200, 4)

    for other, holds in zip(sampled, region.holds(sampled), strict=True):
        assert (_top(values, other, top, kept) == before) == bool(holds)


@settings(max_examples=30)
@given(seed=SEEDS)
def test_no_weights_in_the_box_or_the_ball_change_the_list_and_larger_ones_hold_some_that_do(seed: int) -> None:
    values, weights, rng = _list(seed)
    region, before = top_region(values, weights, top=3), _top(values, weights, 3, "order")
    share, radius = region.relative_box(weights), region.ball(weights)
    moves = rng.uniform(-1, 1, (100, 4)) * weights
    moves -= moves.sum(axis=1, keepdims=True) * weights  # back to sum 1
    inside_box = weights + moves * (share * (1 - 1e-9) / np.abs(moves / weights).max(axis=1, keepdims=True))
    across = rng.normal(size=(100, 4))
    across -= across.mean(axis=1, keepdims=True)
    inside_ball = weights + across * (radius * (1 - 1e-9) / np.linalg.norm(across, axis=1, keepdims=True))

    assert region.holds(inside_box).all()
    assert region.holds(inside_ball).all()
    assert all(_top(values, other, 3, "order") == before for other in inside_box)
    flipping = [_smallest_box(row, weights) for row in region.differences]
    assert share == pytest.approx(min(1.0, *flipping), rel=1e-7)
    nearest = [row - row.mean() for row in region.differences]
    beyond = [weights - one / np.linalg.norm(one) * radius * (1 + 1e-6) for one in nearest]
    assert not region.holds(np.array(beyond), slack=0).all()


def _smallest_box(row: np.ndarray, weights: np.ndarray) -> float:
    """The least r at which moves of every weight by at most r of itself make the two level: by a linear program."""
    k = weights.size
    found = linprog(
        np.append(np.zeros(k), 1.0),
        A_ub=np.vstack(
            [
                np.append(row, 0.0),
                np.column_stack([np.eye(k), -weights]),
                np.column_stack([-np.eye(k), -weights]),
            ]
        ),
        b_ub=np.concatenate([[-row @ weights], np.zeros(2 * k)]),
        A_eq=np.append(np.ones(k), 0.0)[None, :],
        b_eq=[0.0],
        bounds=[(None, None)] * k + [(0, None)],
        method="highs",
    )
    return float(found.x[-1]) if found.status == 0 else np.inf


@settings(max_examples=40)
@given(seed=SEEDS)
def test_a_matching_is_stable_exactly_where_the_half_spaces_say(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, weights = rng.random((5, 3, 3)), rng.dirichlet(np.ones(3))
    wishes, capacity = rng.random((5, 3)), np.array([1, 2, 1])
    posting_of = _proposals(wishes, values @ weights, capacity)
    region = stable_region(values, wishes, posting_of, capacity)

    assert region is not None
    assert region.holds(weights)
    for other in sampled_weights(rng, 20, 3):
        market = Market(_order(wishes), _order((values @ other).T), capacity)
        stable = len(blocking_pairs(market, Matching(posting_of, 3))) == 0
        assert stable == bool(region.holds(other))


def test_a_free_seat_that_somebody_wants_is_stable_under_no_weights() -> None:
    assert stable_region(np.ones((1, 1, 2)), np.ones((1, 1)), np.array([-1]), np.array([1])) is None


def _order(scores: np.ndarray) -> Preferences:
    return Preferences.from_lists([np.argsort(-row).tolist() for row in scores], scores.shape[1])


def _proposals(wishes: np.ndarray, scores: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    """Applicants propose one by one; the worst above the seats is turned away."""
    lists, posting_of = [np.argsort(-row).tolist() for row in wishes], np.full(len(wishes), -1)
    waiting = list(range(len(wishes)))
    while waiting:
        one = waiting.pop()
        if not lists[one]:
            continue
        posting = lists[one].pop(0)
        posting_of[one] = posting
        held = np.flatnonzero(posting_of == posting)
        if held.size > capacity[posting]:
            worst = int(held[scores[held, posting].argmin()])
            posting_of[worst] = -1
            waiting.append(worst)
    return posting_of


def _best_total(scores: np.ndarray, capacity: np.ndarray) -> float:
    seats = np.repeat(np.arange(capacity.size), capacity)
    places = [*seats.tolist(), *[-1] * len(scores)]
    return max(
        sum(scores[a, p] for a, p in enumerate(chosen) if p >= 0) for chosen in set(permutations(places, len(scores)))
    )


@settings(max_examples=15)
@given(seed=SEEDS)
def test_an_assignment_stays_optimal_inside_its_spans_and_not_just_outside(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, weights, capacity = rng.random((3, 2, 3)), rng.dirichlet(np.ones(3)), np.array([1, 1])
    chosen = price_of_choices(values, np.ones((3, 2), bool), capacity, weights, {})
    assert chosen == ()
    posting_of = _optimal(values @ weights, capacity)
    found = assignment_spans(values, np.ones((3, 2), bool), capacity, posting_of, weights)

    def loss(other: np.ndarray) -> float:
        placed = np.flatnonzero(posting_of >= 0)
        return _best_total(values @ other, capacity) - (values @ other)[placed, posting_of[placed]].sum()

    for term, span in enumerate(found.spans):
        start, direction = line_of(weights, term)
        assert all(loss(start + t * direction) < 1e-6 for t in np.linspace(span.low, span.high, 4))
        assert all(loss(start + t * direction) > 1e-9 for t in (span.low - 1e-4, span.high + 1e-4) if 0 <= t <= 1)
    covered = [other for other in sampled_weights(rng, 40, 3) if found.covers(other)]
    assert all(loss(other) < 1e-6 for other in covered)
    assert found.covers(weights)


def _optimal(scores: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    seats = np.repeat(np.arange(capacity.size), capacity)
    places = [*seats.tolist(), *[-1] * len(scores)]
    return np.array(
        max(
            sorted(set(permutations(places, len(scores)))),
            key=lambda one: sum(scores[a, p] for a, p in enumerate(one) if p >= 0),
        )
    )


def test_an_assignment_that_is_none_or_not_the_best_is_refused() -> None:
    values, every, capacity = np.array([[[1.0, 0.0]], [[0.5, 0.0]]]), np.ones((2, 1), bool), np.array([1])
    weights = np.array([0.5, 0.5])

    with pytest.raises(WeightError, match="the assignment is not optimal at the weights"):
        assignment_spans(values, every, capacity, np.array([-1, 0]), weights)
    with pytest.raises(WeightError, match="posting 0 holds more than its capacity 1"):
        assignment_spans(values, every, capacity, np.array([0, 0]), weights)
    with pytest.raises(WeightError, match="applicant 0 holds posting 0, which is not acceptable"):
        assignment_spans(values, ~every, capacity, np.array([0, -1]), weights)


def test_acceptability_is_the_share_of_the_weights_and_repeats_with_its_seed() -> None:
    values = np.array([[1.0, 0.0], [0.0, 1.0], [0.4, 0.4]])  # the third is never first
    found = acceptability(values, rng=np.random.default_rng(1), ranks=3, n_samples=20_000)
    again = acceptability(values, rng=np.random.default_rng(1), ranks=3, n_samples=20_000)

    np.testing.assert_allclose(found.rank_share.sum(axis=0), 1.0)
    np.testing.assert_allclose(found.rank_share[:, 0], [0.5, 0.5, 0.0], atol=0.01)
    np.testing.assert_allclose(found.rank_share[2, 1], 0.8, atol=0.01)  # second unless 0.4 < w < 0.6
    np.testing.assert_array_equal(found.rank_share, again.rank_share)
    assert np.isnan(found.central_weights[2]).all()


def test_a_tornado_tells_the_deepest_fall_first_and_who_comes_in() -> None:
    values = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]])
    swings = tornado(values, np.array([0.5, 0.3, 0.2]), top=1)

    assert [one.term for one in swings] == [1, 0, 2]
    assert (swings[1].replaced_without, swings[1].agreement_without) == (1, -1.0)
    assert swings[1].margin_halved < 0 < swings[1].margin_doubled
    assert swings[0].margin_doubled < 0 < swings[0].margin_halved
    assert swings[2].replaced_without == 0


def test_the_price_of_a_value_choice_is_what_is_lost_by_the_weights_in_force() -> None:
    rng = np.random.default_rng(2)
    values, weights, capacity = rng.random((6, 4, 3)), np.array([0.5, 0.3, 0.2]), np.array([1, 1, 1, 1])
    every = np.ones((6, 4), bool)
    others = choices_without_a_term(("a", "b", "c"), weights) | {"as now": weights}
    found = {one.name: one for one in price_of_choices(values, every, capacity, weights, others)}

    assert set(found) == {"a", "b", "c", "as now"}
    assert (found["as now"].price, found["as now"].gain, found["as now"].moved) == (0.0, 0.0, 0)
    assert all(one.price >= 0 and one.gain >= 0 for one in found.values())
    assert any(one.price > 0 and one.moved > 0 for one in found.values())


def test_one_call_and_one_figure_tell_it_all() -> None:
    values, weights, rng = _list(5)
    names = tuple(f"a{row:02d}" for row in range(12))
    found = list_robustness(
        values, weights, terms=("p", "q", "r", "s"), candidates=names, rng=rng, top=3, n_samples=500
    )
    figure = robustness_figure(found, titles={"p": "work"})

    assert found.order_share <= found.member_share
    assert all(m.low <= o.low and o.high <= m.high for o, m in zip(found.order_spans, found.member_spans, strict=True))
    spans, swings, ranks = figure.axes
    assert [label.get_text() for label in spans.get_yticklabels()] == ["work", "q", "r", "s"]
    assert len(swings.patches) == 4
    assert [label.get_text() for label in ranks.get_yticklabels()] == [names[row] for row in found.order[:3]]


def test_lists_of_one_and_of_none_have_no_limits() -> None:
    for n in (0, 1):
        found = list_robustness(
            np.ones((n, 2)),
            np.array([0.5, 0.5]),
            terms=("p", "q"),
            candidates=("a",) * n,
            n_samples=10,
            rng=np.random.default_rng(0),
        )
        assert [tuple(span) for span in found.order_spans] == [(0.0, 1.0)] * 2
        assert (found.order_share, found.order_radius) == (1.0, np.inf)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([0.5, 0.6], "weights sum to 1.100000000, expected 1"),
        ([1.5, -0.5], r"expected \(2,\), all finite and >= 0"),
        ([0.0, 1.0], "the weights lie outside the region"),
    ],
)
def test_weights_that_are_none_are_refused(weights: list[float], message: str) -> None:
    with pytest.raises(WeightError, match=message):
        WeightRegion(np.array([[1.0, -1.0]])).along(np.array(weights), 0)


def test_a_top_of_nobody_is_refused() -> None:
    with pytest.raises(WeightError, match="top is 0"):
        top_region(np.ones((2, 2)), np.array([0.5, 0.5]), top=0)


def test_the_term_comes_first_whose_change_makes_the_margin_fall_most() -> None:
    rng = np.random.default_rng(1)
    by_width = 0
    for _ in range(20):
        values, weights = rng.random((8, 4)), rng.dirichlet(np.ones(4))
        totals = np.sort(values @ weights)
        swings = tornado(values, weights, top=3)
        falls = [totals[-3] - totals[-4] - min(one.margin_halved, one.margin_doubled) for one in swings]
        widths = [abs(one.margin_doubled - one.margin_halved) for one in swings]
        by_width += widths != sorted(widths, reverse=True)

        assert falls == sorted(falls, reverse=True)
    assert by_width > 0  # the two orders differ: the margin is no line


def test_a_tornado_of_everybody_has_no_margin_and_keeps_the_order_of_the_terms() -> None:
    swings = tornado(np.random.default_rng(0).random((3, 3)), np.array([0.2, 0.3, 0.5]), top=3)

    assert [one.term for one in swings] == [0, 1, 2]
