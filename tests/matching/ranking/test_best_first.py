"""Items stand in the order of their exact scores, however single precision orders or crowds them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.ranking.best_first import put_in_order


def _ordered(scores: np.ndarray, items: np.ndarray, units: np.ndarray, length: int) -> tuple[list[int], list[int]]:
    best, of_best = np.full(length, -1, np.int32), np.full(length, -7, np.int64)
    put_in_order(scores.astype(np.float32), items.astype(np.int32), units.astype(np.int64), best, of_best)
    return best.tolist(), of_best.tolist()


@given(seed=st.integers(0, 10**6), n=st.integers(0, 70), levels=st.sampled_from([1, 2, 9, 10**6]))
@settings(max_examples=60, deadline=None)
def test_the_best_stand_first_and_equal_ones_by_index(seed: int, n: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    units, items = rng.integers(-levels, levels + 1, n) * 2**30, rng.permutation(n)
    length = int(rng.integers(0, n + 1))
    best = np.lexsort((items, -units))[:length]

    found = _ordered(units * 2.0**-52, items, units, length)
    assert found == (items[best].tolist(), units[best].tolist())


@pytest.mark.parametrize("outlier", [0.0, 1000.0, -1000.0])
@pytest.mark.parametrize("step", [0, 1, -1])
def test_scores_crowded_by_one_far_away_are_told_apart(outlier: float, step: int) -> None:
    units = np.int64(2**50) + np.arange(80) * step  # single precision cannot tell these apart
    units[17] += np.int64(outlier * 2**52)
    items = np.arange(80)
    best = np.lexsort((items, -units))

    assert _ordered(units * 2.0**-52, items, units, 80) == (items[best].tolist(), units[best].tolist())


def test_a_list_that_is_longer_than_its_items_keeps_its_end() -> None:
    assert _ordered(np.array([0.25, 0.5]), np.array([4, 3]), np.array([2**50, 2**51]), 3) == (
        [3, 4, -1],
        [2**51, 2**50, -7],
    )
