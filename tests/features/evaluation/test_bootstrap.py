"""Intervals hold what they promise, for skewed values and for people whose fates hang together."""

from __future__ import annotations

import numpy as np
import pytest

from features.evaluation.bootstrap import mean_intervals
from features.evaluation.cross_fitting import cross_fitted
from features.evaluation.errors import EvaluationError


def _share_held(draw: object, truth: float, n_seasons: int = 300) -> float:
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(n_seasons):
        values, cluster = draw(rng)  # type: ignore[operator]
        held += mean_intervals(values[:, None], cluster, rng=rng, n_draws=300)[0].holds(truth)
    return held / n_seasons


def test_a_skewed_mean_lies_in_about_95_of_100_intervals() -> None:
    held = _share_held(lambda rng: (rng.exponential(1.0, 60), np.arange(60)), 1.0)

    assert 0.91 <= held <= 0.98


def test_households_of_one_fate_are_drawn_together_and_their_interval_holds() -> None:
    def households(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        cluster = np.repeat(np.arange(40), 3)
        return rng.normal(0.0, 1.0, 40)[cluster], cluster

    def as_if_alone(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        values, cluster = households(rng)
        return values, np.arange(cluster.size)

    assert 0.91 <= _share_held(households, 0.0) <= 0.98
    assert _share_held(as_if_alone, 0.0) < 0.85


def test_the_same_seed_gives_the_same_ends_and_columns_share_their_draws() -> None:
    values = np.random.default_rng(0).random((30, 2))
    both = np.column_stack([values, values[:, 0]])
    one, other = (mean_intervals(both, np.arange(30), rng=np.random.default_rng(1)) for _ in range(2))

    assert one == other
    assert one[0] == one[2]


def test_a_constant_has_an_interval_of_no_width() -> None:
    (found,) = mean_intervals(np.full((9, 1), 0.25), np.arange(9), rng=np.random.default_rng(0))

    assert found == (0.25, 0.25, 0.25)


def test_draws_without_spread_do_not_cut_the_upper_end() -> None:
    moved = np.zeros((24, 1))
    moved[0] = 0.3
    (found,) = mean_intervals(moved, np.arange(24), rng=np.random.default_rng(0))

    assert found.high > 1.5 * found.estimate


def test_one_household_is_no_interval() -> None:
    with pytest.raises(EvaluationError, match="1 people or households, expected at least 2 for an interval"):
        mean_intervals(np.ones((3, 1)), np.zeros(3, np.int64), rng=np.random.default_rng(0))


def test_nobody_is_foretold_from_the_own_outcome_or_that_of_the_household() -> None:
    cluster = np.repeat(np.arange(10), 2)
    seen: list[np.ndarray] = []

    def learn(rows: np.ndarray) -> np.ndarray:
        seen.append(rows)
        return np.full((20, 1), float(len(seen)))

    fold = cross_fitted(learn, cluster, rng=np.random.default_rng(0), n_folds=5)[:, 0]

    for person in range(20):
        assert cluster[person] not in cluster[seen[int(fold[person]) - 1]]


@pytest.mark.parametrize("n_folds", [1, 4])
def test_folds_that_leave_nothing_to_learn_from_are_refused(n_folds: int) -> None:
    with pytest.raises(EvaluationError, match=f"{n_folds} folds of 3 people or households, expected 2 up to that many"):
        cross_fitted(lambda _: np.ones((3, 1)), np.arange(3), rng=np.random.default_rng(0), n_folds=n_folds)
