"""The gain over what was done: nothing for what was done, right where the chances are, not inflated by low ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.evaluation.augmented import augmented_values
from features.evaluation.decision_value import decision_value
from features.evaluation.errors import EvaluationError
from features.evaluation.gains import gain_values
from features.evaluation.happened import Happened
from features.evaluation.overlap import overlap_of
from features.evaluation.plans import sure_plan
from features.evaluation.recalibrated import recalibrated, sharpness_of

STAY = np.array([0.9, 0.4])  # at either posting
N = 300


def _drawn(rng: np.random.Generator, chance: np.ndarray) -> Happened:
    posting_of = (rng.random(len(chance)) >= chance[:, 0]).astype(np.int64)
    stayed = (rng.random(len(chance)) < STAY[posting_of]).astype(np.float64)
    return Happened(posting_of, stayed, chance, np.arange(len(chance)))


@pytest.mark.parametrize("told", [0.06, 0.5, 1.0])
def test_what_was_done_gains_exactly_nothing_whatever_the_chances_say(told: float) -> None:
    rng = np.random.default_rng(1)
    done = _drawn(rng, np.full((N, 2), 0.5))
    low = np.zeros((N, 2))
    low[np.arange(N), done.posting_of] = told
    happened, wrong = replace(done, chance=low), np.full((N, 2), 0.1)
    found = decision_value(done.posting_of, happened, claims=wrong, predicted=wrong, others={}, rng=rng, n_draws=100)

    assert tuple(found.judged.gain) == (0.0, 0.0, 0.0)
    assert found.judged.value.estimate == pytest.approx(found.status_quo.estimate)
    assert found.is_answerable  # what was done can always be told


def test_with_right_chances_a_worthless_model_does_not_shift_the_gain() -> None:
    rng = np.random.default_rng(2)
    chance = np.tile([0.3, 0.7], (N, 1))
    plan = sure_plan(np.arange(N) % 2, 2)
    found, true = list[float](), list[float]()
    for _ in range(60):
        done = _drawn(rng, chance)
        found.append(gain_values(plan, np.full((N, 2), 0.5), done, np.ones(N, np.bool_)).mean())
        true.append((STAY[np.arange(N) % 2] - STAY[done.posting_of]).mean())

    assert np.mean(found) == pytest.approx(np.mean(true), abs=0.02)


def test_chances_told_too_low_near_1_inflate_the_plain_sum_and_not_the_gain() -> None:
    """Nine in ten were bound for the first posting; told is a half, and the model is too gloomy."""
    rng = np.random.default_rng(3)
    done = _drawn(rng, np.tile([0.9, 0.1], (N, 1)))
    told, gloomy = replace(done, chance=np.full((N, 2), 0.5)), np.full((N, 2), 0.2)
    plan = sure_plan(np.zeros(N, np.int64), 2)
    true = float((STAY[0] - STAY[done.posting_of]).mean())
    plain = augmented_values(plan, gloomy, told).mean() - done.stayed.mean()

    assert plain > true + 0.3
    assert gain_values(plan, gloomy, told, np.ones(N, np.bool_)).mean() == pytest.approx(true, abs=0.06)


def test_who_was_bound_to_be_placed_there_speaks_for_nobody_who_is_moved() -> None:
    done = Happened(np.zeros(40, np.int64), np.ones(40), np.tile([1.0, 0.0], (40, 1)), np.arange(40))
    plan = sure_plan(np.repeat([0, 1], 20), 2)
    overlap = overlap_of(plan, done)

    assert (overlap.supported, overlap.changed, overlap.changed_supported, overlap.effective) == (0.5, 20.0, 0.0, 0.0)
    assert not overlap.is_answerable


def test_one_who_speaks_alone_leaves_no_division_by_nothing() -> None:
    done = Happened(np.array([0, 1]), np.array([1.0, 0.0]), np.full((2, 2), 0.5), np.arange(2))
    gains = gain_values(sure_plan(np.zeros(2, np.int64), 2), np.full((2, 2), 0.5), done, np.ones(2, np.bool_))

    assert np.isfinite(gains).all()
    assert gains.mean() == pytest.approx(0.5)  # the one who is moved: said 0.5, and 0.5 too low for the other


def test_chances_that_are_too_even_are_sharpened_and_right_ones_left() -> None:
    rng = np.random.default_rng(4)
    odds = rng.normal(0.0, 2.0, (N, 4))
    true = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    posting_of = (np.cumsum(true, axis=1) < rng.random((N, 1))).sum(axis=1)
    even = np.sqrt(true) / np.sqrt(true).sum(axis=1, keepdims=True)
    mended = recalibrated(even, posting_of)

    assert sharpness_of(true, posting_of) == pytest.approx(1.0, abs=0.25)
    assert sharpness_of(even, posting_of) == pytest.approx(2.0, abs=0.5)
    assert np.abs(mended - true).mean() < np.abs(even - true).mean() / 3
    np.testing.assert_allclose(mended.sum(axis=0), np.bincount(posting_of, minlength=4), rtol=1e-3)
    assert mended.sum(axis=1).max() <= 1 + 1e-9


def test_a_few_people_cannot_make_chances_sure() -> None:
    told = np.tile([0.6, 0.4], (4, 1))
    mended = recalibrated(told, np.array([0, 0, 0, 1]))

    assert mended[0, 0] < 0.9


def test_seats_that_were_never_filled_and_pairs_that_were_impossible_stay_at_0() -> None:
    told = np.array([[0.5, 0.0, 0.5], [0.5, 0.5, 0.0]])
    mended = recalibrated(told, np.array([0, 1]))

    assert mended[0, 1] == 0
    assert mended[:, 2].max() < 0.01
    assert (mended[[0, 1], [0, 1]] > 0.4).all()


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(EvaluationError, match=r"chances have shape \(2, 2\), what was done \(3,\)"):
        recalibrated(np.full((2, 2), 0.5), np.zeros(3, np.int64))
