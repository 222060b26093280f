from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import MarketError, MechanismError
from matching.ranking import both_sides_market, transferable_utility


@settings(max_examples=25)
@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 99))
def test_shares_are_the_roots_of_what_stays_unmatched_on_both_sides(n: int, m: int, seed: int) -> None:
    left, right = both_sides_market(n, m, 0.5, seed)
    shares = transferable_utility(left, right)
    unmatched_left, unmatched_right = 1 - shares.sum(axis=1), 1 - shares.sum(axis=0)
    expected = np.exp((left + right.T) / 2) * np.sqrt(np.outer(unmatched_left, unmatched_right))
    assert shares == pytest.approx(expected, abs=1e-7)


@settings(max_examples=25)
@given(st.integers(1, 6), st.lists(st.integers(1, 3), min_size=1, max_size=5), st.integers(0, 99))
def test_seats_count_as_so_many_members_of_their_own(n: int, seats: list[int], seed: int) -> None:
    left, right = both_sides_market(n, len(seats), 0.5, seed)
    shares = transferable_utility(left, right, capacity=seats)
    of_seats = transferable_utility(np.repeat(left, seats, axis=1), np.repeat(right, seats, axis=0))
    first = np.concatenate([[0], np.cumsum(seats)[:-1]])
    assert shares == pytest.approx(np.add.reduceat(of_seats, first, axis=1), abs=1e-7)


def test_small_private_tastes_come_near_the_optimal_assignment() -> None:
    shares = transferable_utility([[1.0, 0.9], [1.0, 0.0]], [[0.5, 0.5], [0.5, 0.5]], spread=0.1)
    assert shares == pytest.approx(np.array([[0.0, 1.0], [1.0, 0.0]]), abs=0.15)


def test_what_no_balance_can_be_found_for_is_refused() -> None:
    with pytest.raises(MechanismError, match=r"^spread is 0 and tolerance 1e-09, expected > 0$"):
        transferable_utility([[0.5]], [[0.5]], spread=0)
    with pytest.raises(MarketError, match=r"^capacity\[0\] is 0.0, expected > 0$"):
        transferable_utility([[0.5]], [[0.5]], capacity=[0.0])
