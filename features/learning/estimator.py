"""Learning weights with scikit-learn's conventions: a thin estimator around :func:`~features.learning.fit.fit`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from features.learning.choice_sets import ChoiceSets, label_codes
from features.learning.errors import LearningError
from features.learning.fit import fit
from features.learning.likelihood import Likelihood
from features.learning.penalty import Penalty, no_hand_weights, towards_hand_weights
from features.learning.ridge import choose_ridge
from features.learning.stages import Reading, Stages, stages_of

__all__ = ["Ridge", "WeightLearner"]

Ridge: TypeAlias = float | Literal["evidence"]


class WeightLearner(BaseEstimator):
    """Weights of terms from choices.

    Parameters
    ----------
    reading : "choices", "lists" or "pairs", default "choices"
        Conditional logit of what was chosen together, Plackett–Luce of ordered lists, or logistic comparison of pairs.
    hand_weights : (K,) sequence of float, optional
        What the weights are drawn to; equal ones when omitted.
    ridge : float or "evidence", default "evidence"
        How firmly (:mod:`features.learning.ridge`); 0 = not at all, and the hand weights do not enter.
    sign_limits : bool, default True
        Weights at least 0.

    Attributes
    ----------
    coef_ : (K,) ndarray
        Scale × weights.
    weights_ : (K,) ndarray
        ``coef_`` brought to sum 1.
    scale_ : float
        Sum of ``coef_``: how sharply was chosen.
    ridge_ : float
    fit_ : Fit
        For standard errors and tests.
    n_features_in_ : int

    Notes
    -----
    ``y`` holds places: 1 = first choice, 2 = second …, equal numbers chosen together, 0 not chosen. Choices need to
    know which rows stood beside each other: ``sets`` names the set of each row, and without it all rows form one.

    Examples
    --------
    >>> learner = WeightLearner(hand_weights=[3, 1]).fit([[1.0, 0.0], [0.0, 1.0]], [1, 0])
    >>> learner.weights_  # one choice contradicts nothing
    array([0.75, 0.25])
    """

    def __init__(
        self,
        *,
        reading: Reading = "choices",
        hand_weights: Sequence[float] | npt.NDArray[np.float64] | None = None,
        ridge: Ridge = "evidence",
        sign_limits: bool = True,
    ) -> None:
        self.reading: Reading = reading
        self.hand_weights = hand_weights
        self.ridge: Ridge = ridge
        self.sign_limits = sign_limits

    def fit(
        self,
        X: npt.ArrayLike,
        y: npt.ArrayLike | None = None,
        *,
        sets: npt.ArrayLike | None = None,
        clusters: npt.ArrayLike | None = None,
    ) -> WeightLearner:
        """Learn from rows ``X`` (r, K), places ``y`` (r,), the set of each row and who chose.

        Raises
        ------
        LearningError
            As of :class:`~features.learning.choice_sets.ChoiceSets` and :func:`~features.learning.fit.fit`, a
            ``ValueError`` too.
        """
        features = validate_data(self, X, dtype=np.float64, ensure_min_samples=1)
        stages = self._stages(features, y, sets, clusters)
        self.ridge_ = self._chosen_ridge(stages)
        self.fit_ = fit(stages, self._penalty(stages.features.shape[1], self.ridge_))
        self.coef_ = self.fit_.coefficients
        self.scale_ = float(self.coef_.sum())
        self.weights_ = self.coef_ / self.scale_ if self.scale_ > 0 else np.full(self.coef_.size, np.nan)
        return self

    def predict(self, X: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Utility of each row; what is chosen first is the largest of a set."""
        check_is_fitted(self)
        utility: npt.NDArray[np.float64] = validate_data(self, X, reset=False, dtype=np.float64) @ self.coef_
        return utility

    def predict_chance(self, X: npt.ArrayLike, *, sets: npt.ArrayLike | None = None) -> npt.NDArray[np.float64]:
        """Chance of each row to be the first choice of its set; the rows of a set sum to 1."""
        utility = self.predict(X)
        of = np.zeros(utility.size, np.int64) if sets is None else label_codes(sets, utility.size, "sets")
        top = np.full(int(of.max(initial=-1)) + 1, -np.inf)
        np.maximum.at(top, of, utility)
        odds = np.exp(utility - top[of])
        chance: npt.NDArray[np.float64] = odds / np.bincount(of, weights=odds)[of]
        return chance

    def score(self, X: npt.ArrayLike, y: npt.ArrayLike, *, sets: npt.ArrayLike | None = None) -> float:
        """Mean log-likelihood a stage: higher is better, 0 would be foresight."""
        check_is_fitted(self)
        features = validate_data(self, X, reset=False, dtype=np.float64)
        stages = self._stages(features, y, sets, None)
        if not stages.n_stages:
            raise LearningError("no set has somebody chosen and somebody left: there is nothing to score")
        return Likelihood(stages).at(self.coef_).log_likelihood / stages.n_stages

    def _stages(
        self,
        features: npt.NDArray[np.float64],
        y: npt.ArrayLike | None,
        sets: npt.ArrayLike | None,
        clusters: npt.ArrayLike | None,
    ) -> Stages:
        if y is None:
            raise LearningError("requires y to be passed, but the target y is None: the place of each row")
        places = np.asarray(y)
        if places.dtype.kind == "f" and np.isfinite(places).all() and (places == np.floor(places)).all():
            places = places.astype(np.int64)
        if places.dtype.kind not in "iub":
            raise LearningError(f"Unknown label type: y has dtype {places.dtype}, expected places as whole numbers")
        return stages_of(ChoiceSets.from_rows(features, places, sets=sets, clusters=clusters), self.reading)

    def _chosen_ridge(self, stages: Stages) -> float:
        if isinstance(self.ridge, str):
            if self.ridge != "evidence":
                raise LearningError(f"ridge is {self.ridge!r}, expected a number or evidence")
            return choose_ridge([stages], lambda ridge: self._penalty(stages.features.shape[1], ridge)).ridge
        return float(self.ridge)

    def _penalty(self, n_columns: int, ridge: float) -> Penalty:
        if ridge == 0:
            return no_hand_weights(n_columns, sign_limits=self.sign_limits)
        hand = np.ones(n_columns) if self.hand_weights is None else np.asarray(self.hand_weights, dtype=np.float64)
        if hand.shape != (n_columns,):
            raise LearningError(f"hand_weights has shape {hand.shape}, expected ({n_columns},)")
        names = [str(k) for k in range(n_columns)]
        by_name = dict(zip(names, hand.tolist(), strict=True))
        return towards_hand_weights(names, by_name, ridge=ridge, sign_limits=self.sign_limits)
