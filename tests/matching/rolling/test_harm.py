from __future__ import annotations

import numpy as np
import pytest

from matching.errors import OutcomeError
from matching.rolling.harm import doubly_robust_values, harm_check


def test_harmed_pools_are_named_the_largest_loss_first() -> None:
    report = harm_check(by_tool=[0.0, 1.0, 0.2, 0.1, 0.7], done=[0.3, 0.0, 0.9, 0.2, 0.7], pool_of=[4, 7, 2, 4, 9])

    assert report.pools.tolist() == [2, 4, 7, 9]
    assert report.harmed.tolist() == [2, 4]
    assert report.rate == 0.5
    assert [round(report.loss_of(pool), 2) for pool in (2, 4, 7)] == [0.7, 0.4, -1.0]


def test_a_tool_that_does_what_was_done_harms_nobody() -> None:
    outcome = np.random.default_rng(0).random(30)

    assert harm_check(outcome, outcome[::-1][::-1], np.arange(30) % 4).rate == 0
    assert harm_check([], [], []).rate == 0


def test_doubly_robust_values_are_right_on_average_though_the_model_is_wrong() -> None:
    rng = np.random.default_rng(1)
    n, truth = 40_000, np.array([0.3, 0.7])
    place = (rng.random(n) < 0.25).astype(np.int64)
    outcome = (rng.random(n) < truth[place]).astype(float)
    model = np.full((n, 2), 0.5)

    corrected = doubly_robust_values(model, place, outcome, np.where(place == 1, 0.25, 0.75))

    assert corrected.mean(axis=0) == pytest.approx(truth, abs=0.02)
    assert (model == 0.5).all()


def test_a_case_without_a_place_keeps_its_modelled_values_and_small_chances_are_raised() -> None:
    assert doubly_robust_values([[0.5]], [-1], [0.0], [0.5]).tolist() == [[0.5]]
    assert doubly_robust_values([[0.5]], [0], [1.0], [0.01], least=0.1).tolist() == [[5.5]]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(OutcomeError, match="done has 2 entries, expected one for each of 1 cases"):
        harm_check([1.0], [1.0, 2.0], [0])
    with pytest.raises(OutcomeError, match="pool 3 has no case"):
        harm_check([1.0], [1.0], [0]).loss_of(3)
    with pytest.raises(OutcomeError, match="case 0 has place 1, expected a place below 1 or -1"):
        doubly_robust_values([[0.5]], [1], [1.0], [0.5])
    with pytest.raises(OutcomeError, match=r"case 0 has chance 0\.0, expected above 0"):
        doubly_robust_values([[0.5]], [0], [1.0], [0.0])
