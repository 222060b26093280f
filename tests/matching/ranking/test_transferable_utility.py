from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from matching.errors import MarketError, MechanismError
from matching.ranking import both_sides_market, share_balance, transferable_utility


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
    with pytest.raises(MechanismError, match=r"^spread is 0 and tolerance 1e-09, expected finite numbers > 0$"):
        transferable_utility([[0.5]], [[0.5]], spread=0)
    with pytest.raises(MarketError, match=r"^capacity\[0\] is 0.0, expected > 0$"):
        transferable_utility([[0.5]], [[0.5]], capacity=[0.0])
    with pytest.raises(
        MechanismError, match=r"^spread is 1e-06, expected at least 3.6e-06, the least for tolerance 1e-09"
    ):
        transferable_utility([[0.5]], [[0.5]], spread=1e-6)


@settings(max_examples=25)
@given(st.integers(1, 12), st.integers(1, 12), st.sampled_from([0.0, 0.5, 1.0]), st.integers(0, 99))
def test_tastes_that_hardly_differ_lead_to_an_optimal_assignment(n: int, m: int, crowding: float, seed: int) -> None:
    left, right = both_sides_market(n, m, crowding, seed)
    wishes = left + right.T
    shares = transferable_utility(left, right, spread=4e-6)
    best = wishes[linear_sum_assignment(wishes, maximize=True)].sum()
    assert (shares * wishes).sum() == pytest.approx(best, abs=1e-3)
    assert max(shares.sum(axis=0).max(), shares.sum(axis=1).max()) <= 1 + 1e-8


@settings(max_examples=25)
@given(st.integers(2, 8), st.integers(0, 99), st.sampled_from([0.003, 0.05, 0.4]))
def test_at_every_spread_odds_of_two_exchanged_pairs_are_those_of_their_attraction(
    n: int, seed: int, spread: float
) -> None:
    left, right = both_sides_market(n, n, 0.5, seed)
    shares = transferable_utility(left, right, spread=spread)
    assert (shares.sum(axis=1) < 1 + 1e-8).all()
    assume((shares[:2, :2] > 1e-250).all())
    odds = np.log(shares[0, 0]) + np.log(shares[1, 1]) - np.log(shares[0, 1]) - np.log(shares[1, 0])
    wishes = left + right.T
    gain = wishes[0, 0] + wishes[1, 1] - wishes[0, 1] - wishes[1, 0]
    assert odds == pytest.approx(gain / (2 * spread), abs=1e-6)


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_a_side_without_members_shares_nothing(shape: tuple[int, int]) -> None:
    assert transferable_utility(np.zeros(shape), np.zeros(shape[::-1])).shape == shape


def test_what_is_not_balanced_in_time_is_refused_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(share_balance, "MOST_ROUNDS", 1)
    with pytest.raises(MechanismError, match=r"^no balance within 1e-09 after 1 rounds; try a larger spread$"):
        transferable_utility(*both_sides_market(8, 8, 0.5, 1))
