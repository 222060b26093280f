from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from matching.ranking import (
    assignment_orders,
    both_sides_market,
    envy_pairs,
    examination,
    expected_matches,
    exposure_of_orders,
    gini,
    order_rows,
    own_orders,
    pair_chances,
    product_orders,
    transferable_utility,
    utilities,
)

Orders = tuple[np.ndarray, np.ndarray]


def by_transferable_utility(left: np.ndarray, right: np.ndarray) -> Orders:
    shares = transferable_utility(left, right)
    return order_rows(shares), order_rows(shares.T)


# The published notebook's market of 30 x 20, crowding .5, inv, seed 0
@pytest.mark.parametrize(
    ("orders_of", "matches", "envy", "ginis"),
    [
        (own_orders, 6.0976, (383, 172), (0.4530, 0.4723)),
        (product_orders, 13.2147, (211, 81), (0.4621, 0.4270)),
        (by_transferable_utility, 15.4475, (63, 10), (0.3428, 0.2107)),
    ],
)
def test_the_published_market_gives_the_published_figures(
    orders_of: Callable[..., Orders], matches: float, envy: tuple[int, int], ginis: tuple[float, float]
) -> None:
    pairs, a, b = _exposures(orders_of)
    assert round(expected_matches(pairs, a, b), 4) == matches
    assert envy_pairs(pairs, a, b) == envy
    assert tuple(round(gini(side), 4) for side in utilities(pairs, a, b)) == ginis


def test_assignments_in_turn_match_more_than_the_published_ones() -> None:
    pairs, a, b = _exposures(assignment_orders)
    assert expected_matches(pairs, a, b) > 15.9220
    left, right = envy_pairs(pairs, a, b)
    assert left < 103
    assert right == 0


@settings(max_examples=30)
@given(st.integers(0, 7), st.integers(0, 7), st.integers(0, 99))
def test_assignments_in_turn_fill_every_list_with_every_item(n: int, m: int, seed: int) -> None:
    left, right = both_sides_market(n, m, 0.3, seed)
    for orders, n_items in zip(assignment_orders(left, right), (m, n), strict=True):
        assert np.sort(orders, axis=1).tolist() == [list(range(n_items))] * orders.shape[0]


@given(st.integers(1, 7), st.integers(0, 99))
def test_the_first_ranks_of_a_square_market_are_an_optimal_assignment(n: int, seed: int) -> None:
    left, right = both_sides_market(n, n, 0.0, seed)
    first = assignment_orders(left, right)[0][:, 0]
    pairs = pair_chances(left, right)
    assert sorted(first.tolist()) == list(range(n))
    best = pairs[linear_sum_assignment(pairs, maximize=True)].sum()
    assert pairs[np.arange(n), first].sum() == pytest.approx(best)


def _exposures(orders_of: Callable[..., Orders]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    market = both_sides_market(30, 20, 0.5, seed=0)
    left, right = orders_of(*market)
    a = exposure_of_orders(left, examination("inv", 20), 20)
    return pair_chances(*market), a, exposure_of_orders(right, examination("inv", 30), 30).T
