"""Fits: the optimum is one, limits hold, hand weights stay where nothing speaks against them, nothing separates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from features.learning.choice_sets import ChoiceSets
from features.learning.errors import LearningError
from features.learning.fit import fit
from features.learning.likelihood import Likelihood
from features.learning.penalty import Penalty, no_hand_weights, towards_coefficients, towards_hand_weights
from features.learning.stages import Reading, stages_of
from tests.features.learning.drawn import drawn, ragged

HAND = {"t0": 0.5, "t1": 0.3, "t2": 0.2}
TERMS = tuple(HAND)
_ROWS = np.random.default_rng(9).random((60, 3))
_FIRST = (_ROWS.reshape(20, 3, 3)[:, :, 0].argmax(axis=1)[:, None] == np.arange(3)).ravel().astype(np.int64)
SEPARATED = ChoiceSets.from_rows(_ROWS, _FIRST, sets=np.arange(60) // 3, terms=TERMS)  # always the best in t0


@settings(max_examples=20)
@given(
    seed=st.integers(0, 5_000),
    reading=st.sampled_from(["choices", "lists", "pairs"]),
    ridge=st.sampled_from([0.01, 1.0, 300.0, np.inf]),
)
def test_scipy_finds_nothing_better(seed: int, reading: Reading, ridge: float) -> None:
    stages = stages_of(ragged(np.random.default_rng(seed), 8), reading)
    penalty = towards_hand_weights(TERMS, HAND, ridge=ridge)
    found, likelihood = fit(stages, penalty), Likelihood(stages)
    into = np.eye(3) if penalty.basis is None else penalty.basis

    def value(gamma: np.ndarray) -> float:
        off = into @ gamma - penalty.mean
        return -likelihood.at(into @ gamma).log_likelihood + off @ penalty.precision @ off / 2

    start = np.linalg.lstsq(into, found.coefficients, rcond=None)[0]
    other = minimize(value, np.ones(into.shape[1]), bounds=[(0, None)] * into.shape[1], method="L-BFGS-B")

    assert found.gradient_norm <= 1e-6
    assert (found.coefficients >= 0).all()
    assert value(start) <= other.fun + 1e-7 * max(1.0, abs(other.fun))


@given(ridge=st.floats(1e-3, 1e6), scaled=st.floats(0.1, 100))
def test_without_choices_the_weights_are_exactly_the_hand_weights(ridge: float, scaled: float) -> None:
    penalty = towards_hand_weights(TERMS, {t: w * scaled for t, w in HAND.items()}, ridge=ridge)
    found = fit(stages_of(ChoiceSets.empty(TERMS)), penalty)

    np.testing.assert_array_equal(found.coefficients, penalty.mean)


def test_a_ridge_of_infinity_keeps_the_proportions_and_moves_the_scale() -> None:
    sets = drawn(np.random.default_rng(0), 200, [2.0, 6.0, 2.0])
    found = fit(stages_of(sets), towards_hand_weights(TERMS, HAND, ridge=np.inf)).coefficients
    firm = fit(stages_of(sets), towards_hand_weights(TERMS, HAND, ridge=1e7)).coefficients

    np.testing.assert_allclose(found / found.sum(), list(HAND.values()), atol=1e-12)
    np.testing.assert_allclose(firm, found, rtol=1e-4)
    assert abs(found.sum() - 10) > 0.1


def test_limits_hold_only_those_that_would_go_below() -> None:
    sets = drawn(np.random.default_rng(1), 400, [4.0, -2.0, 1.0])
    found = fit(stages_of(sets), no_hand_weights(3, sign_limits=True))

    assert found.is_at_limit.tolist() == [False, True, False]
    assert found.coefficients[1] == 0.0


def test_the_coefficient_of_nobody_is_a_term_of_no_weight_and_of_any_sign() -> None:
    sets = ChoiceSets.from_rows([[0.9, 0, 0], [0.1, 0, 0]], [0, 0], sets=[0, 1], terms=TERMS).with_outside()
    for ridge in (1.0, np.inf):
        found = fit(stages_of(sets), towards_hand_weights(sets.terms, HAND, ridge=ridge)).coefficients
        assert found[3] > 0

    taken = ChoiceSets.from_rows([[0.1, 0, 0], [0.1, 0, 0]], [1, 1], sets=[0, 1], terms=TERMS).with_outside()
    assert fit(stages_of(taken), towards_hand_weights(taken.terms, HAND, ridge=np.inf)).coefficients[3] < 0


def test_choices_without_exception_are_refused_without_a_ridge_and_fitted_with_one() -> None:
    with pytest.raises(LearningError, match=r"columns .* explain the choices without exception: use a ridge above 0"):
        fit(stages_of(SEPARATED), no_hand_weights(3))
    for ridge in (1e-3, 1.0, np.inf):
        found = fit(stages_of(SEPARATED), towards_hand_weights(TERMS, HAND, ridge=ridge))
        assert np.isfinite(found.coefficients).all()
        assert found.gradient_norm <= 1e-6


def test_a_column_that_no_choice_tells_apart_is_named() -> None:
    sets = drawn(np.random.default_rng(2), 50, [1.0, 2.0])
    same = ChoiceSets(TERMS, np.column_stack([sets.features, np.ones(len(sets.features))]), sets.indptr, sets.place)

    with pytest.raises(LearningError, match="no choice tells columns 2 apart"):
        fit(stages_of(same), no_hand_weights(3))


def test_the_order_of_rows_and_sets_decides_nothing() -> None:
    rng = np.random.default_rng(3)
    sets = drawn(rng, 30, [3.0, 1.0, 2.0])
    label = np.repeat(np.arange(30), 5)
    mixed = rng.permutation(150)
    other = ChoiceSets.from_rows(sets.features[mixed], sets.place[mixed], sets=label[mixed], terms=TERMS)
    penalty = towards_hand_weights(TERMS, HAND, ridge=0.1)

    np.testing.assert_allclose(
        fit(stages_of(other), penalty).coefficients, fit(stages_of(sets), penalty).coefficients, atol=1e-9
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: towards_hand_weights(TERMS, HAND, ridge=0), "ridge is 0, expected above 0"),
        (lambda: towards_hand_weights(TERMS, {"t0": -1.0}, ridge=1), "hand weights are not all finite and >= 0"),
        (lambda: towards_hand_weights(TERMS, {"t0": 0.0}, ridge=1), "with one above 0"),
        (lambda: no_hand_weights(2, ridge=-1), "ridge is -1, expected a number >= 0"),
        (lambda: towards_coefficients(np.zeros(2), np.ones(2, bool), ridge=1), "every term stands at 0"),
        (lambda: fit(stages_of(SEPARATED), no_hand_weights(2)), "the penalty has 2 columns, expected 3"),
    ],
)
def test_what_is_no_belief_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(LearningError, match=message):
        make()


def test_a_penalty_knows_whether_it_alone_decides() -> None:
    assert towards_hand_weights(TERMS, HAND, ridge=1e-3).is_proper
    assert not Penalty(np.zeros(1), np.zeros((1, 1)), np.zeros(1)).is_proper
