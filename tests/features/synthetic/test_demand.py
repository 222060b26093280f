"""How many applications a posting receives: quantiles of the negative binomial."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import nbinom

from features.synthetic.demand import quantiles


@pytest.mark.parametrize("mean", [0.01, 0.7, 3.0, 40.0, 900.0])
@pytest.mark.parametrize("size", [0.3, 1.0, 2.5])
def test_quantiles_are_those_of_scipy(size: float, mean: float) -> None:
    rng = np.random.default_rng(17)
    levels = np.append(rng.random(500), [1e-12, 0.9999])
    success = np.where(rng.random(502) < 0.5, size / (size + mean), size / (size + 2 * mean))
    assert quantiles(levels, size, success).tolist() == nbinom.ppf(levels, size, success).astype(int).tolist()


def test_a_level_that_rounding_leaves_out_of_reach_ends_the_sum() -> None:
    assert 0 < quantiles(np.array([1.0]), 1.0, np.array([0.5]))[0] < 2000
