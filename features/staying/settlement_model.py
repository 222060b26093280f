"""Who settles after a finished term, with scikit-learn's conventions: a thin estimator around a logistic curve."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from features.staying.effects import Effects, Spread, effects_of
from features.staying.errors import StayingError
from features.staying.learned_curve import Estimate, LearnedCurve
from features.staying.month_rows import settling_rows
from features.staying.placements import TERM_MONTHS, Placements, verify_columns, verify_terms
from features.staying.pooled_fit import fit_pooled
from features.staying.support import support_of

__all__ = ["SettlementModel"]

Reals = npt.NDArray[np.float64]


class SettlementModel(BaseEstimator):
    """Chance that a person who finished the term settles, in the municipality or nearby, from terms.

    It is conditional on a finished term, as the published rate is: who left before is in neither. The chance that a
    placement ends in settlement is this one times that of :class:`~features.staying.stay_model.StayModel` at 36 months.

    Parameters
    ----------
    terms, ridge, pooled, least_comparable
        As of :class:`~features.staying.stay_model.StayModel`.

    Attributes
    ----------
    coef_ : (K,) ndarray
        Log-odds of settling, of a term at 1 against one at 0.
    place_sd_ : float
    curve_ : LearnedCurve
    classes_ : (2,) ndarray of bool
        Gone, settled.

    Examples
    --------
    >>> model = SettlementModel(terms=["place_link"], pooled=False).fit([[1.0], [0.9], [0.0], [0.1]], [1, 1, 0, 0])
    >>> bool(model.coef_[0] > 0)
    True
    """

    def __init__(
        self,
        *,
        terms: Sequence[str] = (),
        ridge: float = 4.0,
        pooled: bool = True,
        least_comparable: float = 10.0,
    ) -> None:
        self.terms = terms
        self.ridge = ridge
        self.pooled = pooled
        self.least_comparable = least_comparable

    def fit(
        self, X: npt.ArrayLike, y: npt.ArrayLike | None = None, *, municipality: npt.ArrayLike | None = None
    ) -> SettlementModel:
        """Learn from terms X (n, K) of finished terms and y (n,): 1 settled there, 2 nearby, 0 gone, -1 not known."""
        verify_terms(tuple(self.terms))
        verify_columns(X, self.terms)
        features = validate_data(self, X, dtype=np.float64)
        if y is None:
            raise StayingError("requires y to be passed: who settled")
        zeros, whole = np.zeros(len(features), np.int64), np.full(len(features), TERM_MONTHS)
        return self.fit_placements(
            Placements(
                terms=tuple(self.terms),
                features=features,
                left_in=zeros,
                seen_months=whole,
                municipality=zeros if municipality is None else np.asarray(municipality),
                year=zeros,
                settled=np.asarray(y),
            )
        )

    def fit_placements(self, placements: Placements) -> SettlementModel:
        """Learn from the placements of which it is known whether the person settled."""
        if placements.terms != tuple(self.terms):
            raise StayingError(
                f"placements have the terms {', '.join(placements.terms)}, the model {', '.join(self.terms) or 'none'}"
            )
        rows, places = settling_rows(placements)
        self.curve_ = LearnedCurve(
            terms=placements.terms,
            ends=(1,),
            fit=fit_pooled(rows, ridge=self.ridge, pooled=self.pooled),
            places=places,
            support=support_of(rows.features),
            seen_months=1,
        )
        self.coef_, self.place_sd_ = self.curve_.fit.effects, self.curve_.fit.place_sd
        self.classes_ = np.array([False, True])
        self.n_features_in_ = len(placements.terms)
        return self

    def settle(self, X: npt.ArrayLike, *, municipality: npt.ArrayLike | None = None) -> Reals:
        """Chance of settling of rows ``(n, K)``; of places without a past averaged over what places are like."""
        return self.curve_.chance(self._rows(X), _codes(municipality), 1)

    def estimate(self, X: npt.ArrayLike, *, municipality: npt.ArrayLike | None = None) -> Estimate:
        """Chances with intervals, and where the past cannot answer."""
        return self.curve_.estimate(self._rows(X), _codes(municipality), 1, least_comparable=self.least_comparable)

    def predict_proba(self, X: npt.ArrayLike, *, municipality: npt.ArrayLike | None = None) -> Reals:
        """Chances of having gone and of having settled, ``(n, 2)``."""
        settle = self.settle(X, municipality=municipality)
        return np.stack([1 - settle, settle], axis=1)

    def predict(self, X: npt.ArrayLike, *, municipality: npt.ArrayLike | None = None) -> npt.NDArray[np.bool_]:
        """Whether settling is likelier than going."""
        settles: npt.NDArray[np.bool_] = self.settle(X, municipality=municipality) >= 0.5
        return settles

    def effects(self, *, spread: Spread = "information", level: float = 0.95) -> Effects:
        """Effects with intervals (:func:`~features.staying.effects.effects_of`)."""
        check_is_fitted(self)
        return effects_of(self.curve_.fit, self.curve_.terms, spread=spread, level=level)

    def _rows(self, X: npt.ArrayLike) -> Reals:
        check_is_fitted(self)
        verify_columns(X, self.terms)
        return np.asarray(X, dtype=np.float64)


def _codes(municipality: npt.ArrayLike | None) -> npt.NDArray[np.int64] | None:
    return None if municipality is None else np.asarray(municipality, dtype=np.int64)
