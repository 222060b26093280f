"""The corrected claim is right on average when the chances are right or the model is, and not when neither is."""

from __future__ import annotations

import numpy as np
import pytest

from features.evaluation.augmented import augmented_values
from features.evaluation.errors import EvaluationError
from features.evaluation.happened import Happened
from matching.rolling.harm import doubly_robust_values
from tests.features.evaluation.seasons import every_history, happened

TRUE = np.array([[0.9, 0.3], [0.2, 0.6]])
CHANCE = np.array([[0.3, 0.5], [0.6, 0.4]])
WRONG_CHANCE = np.array([[0.5, 0.2], [0.3, 0.7]])
WRONG_MODEL = np.array([[0.1, 0.8], [0.7, 0.7]])
PLAN = np.array([[0.8, 0.2], [0.0, 1.0]])
VALUE = (PLAN * TRUE).sum(axis=1).mean()


def _expected(predicted: np.ndarray, told: np.ndarray) -> float:
    return sum(
        weight * augmented_values(PLAN, predicted, one).mean() for weight, one in every_history(TRUE, CHANCE, told)
    )


@pytest.mark.parametrize(
    ("predicted", "told"),
    [(WRONG_MODEL, CHANCE), (TRUE, WRONG_CHANCE), (TRUE, CHANCE), (np.zeros((2, 2)), CHANCE)],
    ids=["chances right", "model right", "both right", "no model"],
)
def test_the_mean_over_all_that_may_happen_is_the_true_value_when_model_or_chances_are_right(
    predicted: np.ndarray, told: np.ndarray
) -> None:
    assert _expected(predicted, told) == pytest.approx(VALUE, abs=1e-12)


def test_with_both_wrong_the_mean_is_not_the_true_value() -> None:
    assert abs(_expected(WRONG_MODEL, WRONG_CHANCE) - VALUE) > 0.05


def test_a_model_that_is_right_makes_the_estimate_vary_less_than_none() -> None:
    def spread(predicted: np.ndarray) -> float:
        return sum(
            weight * (augmented_values(PLAN, predicted, one).mean() - VALUE) ** 2
            for weight, one in every_history(TRUE, CHANCE)
        )

    assert spread(TRUE) < spread(np.zeros((2, 2)))


def test_for_an_assignment_it_agrees_with_the_table_of_the_rolling_harm_check() -> None:
    rng = np.random.default_rng(3)
    chance = rng.dirichlet(np.full(4, 8.0), 30)
    posting_of = np.array([rng.choice(4, p=row) for row in chance])
    stayed, predicted = (rng.random(30) < 0.5).astype(float), rng.random((30, 4))
    done = Happened(posting_of, stayed, chance, np.arange(30))
    assigned = rng.integers(0, 4, 30)
    table = doubly_robust_values(predicted, posting_of, stayed, done.chance_taken, least=float(done.chance_taken.min()))

    mine = augmented_values(np.eye(4)[assigned], predicted, done)

    np.testing.assert_allclose(mine, table[np.arange(30), assigned], rtol=1e-12)


def test_somebody_without_a_place_is_claimed_for_and_never_corrected() -> None:
    done = happened([-1], [0.0], [[0.5, 0.3]])

    assert augmented_values([[0.0, 1.0]], [[0.2, 0.7]], done).tolist() == [0.7]
    assert augmented_values([[0.0, 0.0]], [[0.2, 0.7]], done).tolist() == [0.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: happened([2], [1.0], [[0.5, 0.5]]), "person 0 has 2, expected a posting below 2 or -1"),
        (lambda: happened([0], [1.5], [[0.5, 0.5]]), "person 0 has 1.5, expected an outcome from 0 to 1"),
        (
            lambda: happened([0, -1], [1.0, 1.0], [[0.5, 0.5]] * 2),
            "person 1 has 1.0, expected outcome 0 without a place",
        ),
        (
            lambda: happened([0], [1.0], [[0.0, 1.0]]),
            "person 0 has 0.0, expected a chance above 0 of the place it was given",
        ),
        (lambda: happened([0], [1.0], [[0.6, 0.6]]), "person 0 has 1.2, expected chances of sum at most 1"),
        (lambda: happened([0], [np.nan], [[1.0]]), "person 0 has nan, expected an outcome from 0 to 1"),
        (lambda: happened([0], [1.0], [[np.nan]]), "chance of person 0, posting 0 is nan, expected 0 to 1"),
        (lambda: happened([0, 0], [1.0], [[1.0], [1.0]]), r"stayed has shape \(1,\), expected \(2,\), one a person"),
        (
            lambda: augmented_values([[1.0]], [[0.5, 0.5]], happened([0], [1.0], [[0.5, 0.5]])),
            r"plan has shape \(1, 1\), expected \(1, 2\)",
        ),
        (
            lambda: augmented_values([[1.0, 0.0]], [[0.5, 1.5]], happened([0], [1.0], [[0.5, 0.5]])),
            "predicted of person 0, posting 1 is 1.5, expected 0 to 1",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(call: object, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        call()  # type: ignore[operator]
