"""What a model says of its terms, against what shuffling them costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from features.evaluation.errors import EvaluationError
from features.evaluation.importance import ImportanceCheck, importance_check, stay_importance
from features.staying.stay_model import StayModel
from features.synthetic.placed_years import known_truth, placed_years, placements_of
from tests.features.staying.drawn import large


class _Straight:
    """A score of two columns; only ``fit`` is asked of it, and it is never called."""

    def fit(self, *_: Any) -> _Straight:
        return self


def _checked(weights: np.ndarray, features: np.ndarray, outcome: np.ndarray) -> ImportanceCheck:
    return importance_check(
        _Straight(),
        features,
        outcome,
        score=lambda _, x, y: -float(np.mean((x @ weights - y) ** 2)),
        contributions=features * weights,
        terms=("a", "b"),
        rng=np.random.default_rng(0),
    )


def test_the_cost_of_a_shuffle_is_twice_the_spread_of_what_the_term_adds() -> None:
    features = np.random.default_rng(1).random((4000, 2))
    weights = np.array([3.0, 1.0])
    found = _checked(weights, features, features @ weights)

    # of squared error and terms that do not hang together: E(wx − wx')² = 2 w² var(x), exactly
    assert found.importance == pytest.approx(2 * weights**2 / 12, rel=0.05)
    assert found.attributed == pytest.approx([0.75, 0.25], abs=0.01)
    assert (found.agreement, found.not_missed) == (1.0, ())


def test_a_term_the_model_leans_on_and_nobody_misses_is_named() -> None:
    features = np.random.default_rng(2).random((400, 2))
    found = _checked(np.array([1.0, 1.0]), features, features[:, 0] + 0.5)

    assert found.not_missed == ("b",)


def test_what_a_stay_model_says_of_its_terms_agrees_with_people_it_has_not_seen() -> None:
    past = large()
    model = StayModel(terms=past.terms).fit_placements(past)
    truth = known_truth().without_noise()
    years = placed_years(seed=60, n_years=2, n_people=1500, n_postings=24, n_municipalities=24, truth=truth)
    found = stay_importance(model, placements_of(years), rng=np.random.default_rng(0), n_repeats=10)
    least = found.terms.index("availability")  # has no effect in the truth, on purpose

    assert found.agreement >= 0.4
    assert found.importance[least] < 0.15 * found.importance.max()
    assert int(found.importance.argmax()) in np.argsort(-found.attributed)[:3]


def test_nobody_to_ask_and_columns_that_do_not_fit_are_refused() -> None:
    past = large()
    model = StayModel(terms=past.terms).fit_placements(past)
    with pytest.raises(EvaluationError, match="nobody who is asked about was seen for 12 months"):
        stay_importance(model, past.known_at(6), rng=np.random.default_rng(0))
    with pytest.raises(EvaluationError, match=r"contributions have shape \(5, 3\), expected \(5, 2\)"):
        importance_check(
            model,
            np.zeros((5, 2)),
            np.zeros(5),
            score=lambda *_: 0.0,
            contributions=np.zeros((5, 3)),
            terms=("a", "b"),
            rng=np.random.default_rng(0),
        )
