from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import InfeasibleError, MechanismError
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.mechanisms.repair.assignment_repair import repair_optimal, repair_within
from matching.outcome import Matching
from matching.scored_pairs import ScoredPairs
from tests.oracles.repair import Change, by_enumeration, largest_total_by_program
from tests.strategies_lattice import scored_changes


def closing(n: int, m: int, length: int, levels: int, seed: int) -> Change:
    """Five seats a posting, an optimal assignment, and then the first posting closes."""
    rng = np.random.default_rng(seed)
    postings = np.argsort(rng.random((n, m)), axis=1)[:, :length].astype(np.int32)
    scores = rng.integers(0, levels, length * n) / levels
    pairs = ScoredPairs(np.arange(n + 1) * length, postings.ravel(), scores, m)
    seats = np.full(m, 5)
    before = optimal_assignment(pairs, seats).matching
    seats[0] = 0
    return pairs, seats, before


@settings(max_examples=150, deadline=None)
@given(scored_changes(), st.integers(0, 3))
def test_no_assignment_within_the_moves_is_worth_more(change: Change, max_moves: int) -> None:
    within = [total for total, moves, _ in by_enumeration(change) if moves <= max_moves]
    if not within:
        with pytest.raises(InfeasibleError):
            repair_within(*change, max_moves=max_moves)
        return
    option = repair_within(*change, max_moves=max_moves)
    assert option.value == max(within)
    assert option.n_moved <= max_moves
    assert option.bound >= option.value - 1e-9


@pytest.mark.parametrize("seed", range(4))
def test_the_total_is_that_of_one_program_on_all_pairs(seed: int) -> None:
    change = closing(60, 12, 5, 7, seed)
    n_moved = repair_optimal(*change).fewest_moves.n_moved
    assert n_moved > 1
    for max_moves in range(n_moved + 1):
        option = repair_within(*change, max_moves=max_moves)
        assert option.value == pytest.approx(largest_total_by_program(change, max_moves), abs=1e-9)
        assert option.n_moved <= max_moves
        assert option.value <= option.bound + 1e-9


def test_where_a_fraction_of_a_move_would_help_the_program_decides() -> None:
    # an exchange gains 3 with two moves and one person alone can only lose: one move is worth nothing, its price 1.5
    pairs = ScoredPairs(np.array([0, 2, 4]), np.array([0, 1, 1, 0]), np.array([1.0, 3.0, 1.0, 2.0]), 2)
    previous = Matching(np.array([0, 1]), 2)
    option = repair_within(pairs, [1, 1], previous, max_moves=1)
    assert option.value == max(t for t, moves, _ in by_enumeration((pairs, np.array([1, 1]), previous)) if moves <= 1)
    assert (option.value, option.bound) == (2.0, 3.5)


def test_more_moves_are_never_worth_less() -> None:
    change = closing(80, 12, 6, 11, 0)
    values = [repair_within(*change, max_moves=k).value for k in range(8)]
    assert values == sorted(values)


def test_what_cannot_be_answered_is_refused() -> None:
    pairs, previous = ScoredPairs.from_dense(np.ones((2, 1))), Matching(np.array([0, 0]), 1)
    with pytest.raises(InfeasibleError) as error:
        repair_within(pairs, [1], previous, max_moves=0)
    assert str(error.value) == "1 people hold places beyond the seats, expected at most max_moves 0"
    with pytest.raises(MechanismError, match=r"^max_moves is -1, expected >= 0$"):
        repair_within(pairs, [2], previous, max_moves=-1)
    with pytest.raises(MechanismError, match=r"^time limit is 0.0, expected more than 0 seconds$"):
        repair_within(pairs, [2], previous, max_moves=1, time_limit=0.0)
