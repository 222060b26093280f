"""The estimator keeps scikit-learn's conventions."""

from __future__ import annotations

import pickle
from typing import Any
from unittest import SkipTest

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import estimator_checks_generator

from features.learning.errors import LearningError
from features.learning.estimator import WeightLearner
from tests.features.learning.drawn import drawn

# a number instead of the evidence: the checks' one set of 200 rows is no choice anybody makes
CHECKS = list(estimator_checks_generator(WeightLearner(ridge=1.0)))


def _name(check: Any) -> str:
    return str(getattr(check, "func", check).__name__)


@pytest.mark.filterwarnings("ignore")  # of the checks' own doing: they also pass what no user would
@pytest.mark.parametrize(("estimator", "check"), CHECKS, ids=[_name(check) for _, check in CHECKS])
def test_it_passes_scikit_learns_check(estimator: WeightLearner, check: Any) -> None:
    if _name(check) == "check_array_api_input":
        pytest.skip("needs SCIPY_ARRAY_API, which this project does not set")
    try:
        check(estimator)
    except SkipTest as reason:
        pytest.fail(f"skipped itself: {reason}")


def test_it_learns_scores_and_foresees() -> None:
    rng = np.random.default_rng(0)
    sets, asked = drawn(rng, 400, [8.0, 1.0, 1.0]), drawn(rng, 400, [8.0, 1.0, 1.0])
    label = np.repeat(np.arange(400), 5)
    learner = WeightLearner(hand_weights=[1, 1, 1]).fit(sets.features, sets.place, sets=label)
    chance = learner.predict_chance(asked.features, sets=label)
    by_hand = clone(learner).set_params(ridge=np.inf).fit(sets.features, sets.place, sets=label)

    assert learner.weights_[0] > 0.6
    assert learner.weights_.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(np.bincount(label, weights=chance), 1.0)
    expected = np.log(chance[asked.place == 1]).mean()
    assert learner.score(asked.features, asked.place, sets=label) == pytest.approx(expected)
    assert expected > by_hand.score(asked.features, asked.place, sets=label)
    assert pickle.loads(pickle.dumps(learner)).coef_.tolist() == learner.coef_.tolist()  # noqa: S301 -- its own


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ridge": "firm"}, "ridge is 'firm', expected a number or evidence"),
        ({"hand_weights": [1.0]}, r"hand_weights has shape \(1,\), expected \(2,\)"),
        ({"reading": "votes"}, "reading is 'votes', expected one of choices, lists, pairs"),
    ],
)
def test_options_nobody_knows_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(LearningError, match=message):
        WeightLearner(**options).fit([[1.0, 0.0], [0.0, 1.0]], [1, 0])


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        ([0.0, float("nan")], "sets of row 1 is NaN, expected a label of every row"),
        (np.array(["甲", None], object), "sets mixes values that cannot be ordered, expected all texts or all numbers"),
    ],
)
def test_sets_that_are_no_labels_are_refused(sets: Any, message: str) -> None:
    with pytest.raises(LearningError, match=message):
        WeightLearner().fit([[1.0], [0.0]], [1, 0], sets=sets)
    with pytest.raises(LearningError, match=message):
        WeightLearner().fit([[1.0], [0.0]], [1, 0]).predict_chance([[1.0], [0.0]], sets=sets)


def test_a_score_of_nothing_is_refused() -> None:
    learner = WeightLearner().fit([[1.0], [0.0]], [1, 0])

    with pytest.raises(LearningError, match="there is nothing to score"):
        learner.score([[1.0]], [1])
    with pytest.raises(LearningError, match=r"sets has shape \(1,\), expected \(2,\)"):
        learner.predict_chance([[1.0], [0.0]], sets=[1])
