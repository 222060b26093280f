from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import MechanismError
from matching.mechanisms.stable.closed_sets import closed_sets, least_closed_set

Order = tuple[list[set[int]], list[int]]


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Up to seven elements, what stands before each, and weights."""
    k = draw(st.integers(0, 7))
    before = [{low for low in range(high) if draw(st.integers(0, 2)) == 0} for high in range(k)]
    return before, draw(st.lists(st.integers(-3, 3), min_size=k, max_size=k))


def rows(before: list[set[int]]) -> tuple[np.ndarray, np.ndarray]:
    lengths = [len(row) for row in before]
    indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return indptr, np.array([low for row in before for low in sorted(row)], dtype=np.int64)


def by_enumeration(before: list[set[int]]) -> list[list[int]]:
    subsets = ([i for i, flag in enumerate(flags) if flag] for flags in product([False, True], repeat=len(before)))
    return sorted(subset for subset in subsets if all(before[i] <= set(subset) for i in subset))


@given(orders())
def test_every_closed_set_is_listed_once_in_lexicographic_order(order: Order) -> None:
    sets, is_cut = closed_sets(*rows(order[0]), limit=128)
    assert [np.flatnonzero(row).tolist() for row in sets] == by_enumeration(order[0])
    assert not is_cut


@given(orders())
def test_the_least_set_is_the_smallest_of_least_weight(order: Order) -> None:
    before, weights = order
    found = set(np.flatnonzero(least_closed_set(*rows(before), np.array(weights, dtype=np.int64))).tolist())
    value = {tuple(subset): sum(weights[i] for i in subset) for subset in by_enumeration(before)}
    ties = [set(subset) for subset, total in value.items() if total == min(value.values())]
    assert found in ties
    assert all(found <= other for other in ties)


def test_a_limit_cuts_and_says_so() -> None:
    free = rows([set(), set(), set()])
    assert closed_sets(*free, limit=8)[1] is False
    sets, is_cut = closed_sets(*free, limit=3)
    assert (sets.tolist(), is_cut) == ([[False] * 3, [True, False, False], [True, True, False]], True)


def test_weights_beyond_32_bits_are_refused() -> None:
    with pytest.raises(MechanismError, match=r"^weights add up to 3000000000, expected less than 2147483647$"):
        least_closed_set(*rows([set(), {0}]), np.array([3_000_000_000, -1]))
