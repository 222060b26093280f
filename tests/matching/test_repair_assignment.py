from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from matching.errors import MarketError, OutcomeError
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.mechanisms.repair.assignment_repair import repair_optimal
from matching.outcome import Matching
from matching.scored_pairs import ScoredPairs
from tests.oracles.repair import Change, by_enumeration, movable
from tests.strategies_lattice import scored_changes


@settings(max_examples=300)
@given(scored_changes())
def test_of_the_largest_totals_none_moves_fewer_and_of_those_none_places_more(change: Change) -> None:
    option = repair_optimal(*change).fewest_moves
    best = max((total, -moves, placed) for total, moves, placed in by_enumeration(change))
    assert (option.value, -option.n_moved, option.matching.n_matched) == best
    assert option.bound == option.value


@settings(max_examples=300)
@given(scored_changes())
def test_keeping_moves_as_few_as_can_be_and_says_what_is_lost(change: Change) -> None:
    pairs, capacity, _ = change
    option = repair_optimal(*change).kept
    assert option.n_moved == min(moves for _, moves, _ in by_enumeration(change))
    assert option.value <= option.bound == optimal_assignment(pairs, capacity).value
    assert (option.matching.n_held <= capacity).all()


@given(scored_changes())
def test_those_who_must_leave_are_not_counted_as_moved(change: Change) -> None:
    pairs, _, previous = change
    repair, can_stay = repair_optimal(*change), set(movable(*change))
    has_pairs = np.flatnonzero(np.diff(pairs.indptr) > 0).tolist()
    assert repair.gone.tolist() == [a for a in has_pairs if previous.posting_of[a] >= 0 and a not in can_stay]
    assert set(repair.fewest_moves.moved.tolist()) <= can_stay


def test_a_larger_market_moves_no_more_than_a_fresh_run() -> None:
    rng = np.random.default_rng(3)
    n, m = 80, 12
    postings = np.argsort(rng.random((n, m)), axis=1)[:, :5].astype(np.int32)
    pairs = ScoredPairs(np.arange(n + 1) * 5, postings.ravel(), rng.integers(0, 4, 5 * n) / 4, m)
    capacity = np.full(m, 5)
    before = optimal_assignment(pairs, capacity).matching
    smaller = capacity.copy()
    smaller[0] = 0
    repair, fresh = repair_optimal(pairs, smaller, before), optimal_assignment(pairs, smaller)
    can_stay = before.is_matched & (before.posting_of != 0)
    n_fresh = np.count_nonzero(can_stay & (fresh.matching.posting_of != before.posting_of))
    assert repair.fewest_moves.value == fresh.value
    assert repair.fewest_moves.n_moved <= n_fresh


@pytest.mark.parametrize(("more", "n_moved"), [(0.9e-9, 0), (1.1e-9, 1)])
@pytest.mark.parametrize("largest", [1.0, 3e-6, 2.0**20])
def test_pairs_within_a_billionth_of_the_largest_score_or_of_one_count_as_agreeing(
    more: float, n_moved: int, largest: float
) -> None:
    better = largest / 4 + more * max(largest, 1.0)
    pairs = ScoredPairs.from_dense(np.array([[largest / 4, better, 0.0], [0.0, 0.0, largest]]))
    repair = repair_optimal(pairs, [1, 1, 1], Matching(np.array([0, 2]), 3))
    assert repair.fewest_moves.n_moved == n_moved


def test_what_cannot_be_answered_is_refused() -> None:
    pairs, previous = ScoredPairs.from_dense(np.ones((2, 1))), Matching(np.array([0, 0]), 1)
    with pytest.raises(MarketError, match=r"^posting 0 has capacity -1, expected >= 0$"):
        repair_optimal(pairs, [-1], previous)
    with pytest.raises(MarketError, match=r"^capacity has 2 entries, expected 1 postings$"):
        repair_optimal(pairs, [1, 1], previous)
    with pytest.raises(OutcomeError, match=r"^the earlier matching has 1 applicants and 1 postings, expected 2 and 1$"):
        repair_optimal(pairs, [1], Matching(np.array([0]), 1))
