"""Short lists by own fit times a factor: the one-pass kernel and a full sort agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.ranking.best_listed import best_listed
from matching.ranking.orders import NOT_LISTED
from tests.oracles.spread import lists_by_sorting


@given(seed=st.integers(0, 10_000), n=st.integers(0, 6), m=st.integers(1, 12), k=st.integers(0, 13))
@settings(max_examples=60, deadline=None)
def test_the_lists_are_those_of_a_full_stable_sort(seed: int, n: int, m: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    own = rng.integers(0, 4, (n, m)).astype(np.int32)  # few values: ties
    bands, acceptable = rng.integers(0, 64, (n, m)).astype(np.uint8), rng.random((n, m)) < 0.7
    factor = rng.integers(0, 3, (m, 64)) / 2

    lists = [[j for j in row if j != NOT_LISTED] for row in best_listed(own, bands, acceptable, factor, k).tolist()]
    assert lists == lists_by_sorting(own.astype(np.float64), bands, acceptable, factor, k)


@pytest.mark.parametrize("dtype", [np.int32, np.float64])
def test_whole_numbers_and_doubles_give_the_same_lists(dtype: type[np.generic]) -> None:
    own = np.array([[3, 1, 2], [1, 1, 1]]).astype(dtype)
    lists = best_listed(own, np.zeros((2, 3), np.uint8), np.ones((2, 3), dtype=bool), np.ones((3, 64)), 2)

    assert lists.tolist() == [[0, 2], [0, 1]]
