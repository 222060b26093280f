"""Intervals of shares against SciPy's exact ones, and how often they hold the truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from features.evaluation.errors import EvaluationError
from features.evaluation.shares import is_share, share_interval


@pytest.mark.parametrize("n_who_count", [0, 1, 2, 3, 12, 23, 24])
def test_of_people_who_are_independent_the_interval_is_the_exact_one(n_who_count: int) -> None:
    found = share_interval((np.arange(24) < n_who_count).astype(float), np.arange(24))
    exact = binomtest(n_who_count, 24).proportion_ci(method="exact")

    assert found == pytest.approx((exact.low, n_who_count / 24, exact.high), abs=1e-9)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.4, 0.95])
@pytest.mark.parametrize("size", [1, 3])
def test_the_truth_lies_in_at_least_95_of_100_intervals_also_where_households_have_one_fate(
    share: float, size: int
) -> None:
    rng, households = np.random.default_rng(4), np.repeat(np.arange(40), size)
    held = [
        share_interval((rng.random(40) < share)[households].astype(float), households).holds(share) for _ in range(300)
    ]

    assert np.mean(held) >= 0.94


def test_towns_that_differ_widen_the_interval_and_towns_that_do_not_hardly() -> None:
    towns = np.repeat(np.arange(12), 10)
    alike, apart = (np.arange(120) % 4 == 0).astype(float), (towns % 4 == 0).astype(float)
    alone = share_interval(alike, np.arange(120))
    spread = {name: share_interval(values, towns) for name, values in (("alike", alike), ("apart", apart))}

    assert spread["apart"].high - spread["apart"].low > 2 * (alone.high - alone.low)
    assert spread["alike"].high - spread["alike"].low < 1.3 * (alone.high - alone.low)


def test_what_is_no_share_or_one_household_is_refused() -> None:
    assert is_share(np.array([0.0, 1.0 - 1e-12]))
    assert not is_share(np.array([0.0, 0.3]))
    with pytest.raises(EvaluationError, match=r"values from 0.0 to 0.3, expected 0 or 1 of each person"):
        share_interval(np.array([0.0, 0.3]), np.arange(2))
    with pytest.raises(EvaluationError, match="1 people or households, expected at least 2"):
        share_interval(np.ones(3), np.zeros(3, np.int64))
