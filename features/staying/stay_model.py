"""Who is there after 12 months, with scikit-learn's conventions: a thin estimator around a discrete-time hazard."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Final

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from features.staying.effects import Effects, Spread, effects_of
from features.staying.errors import StayingError
from features.staying.learned_curve import Estimate, LearnedCurve
from features.staying.month_rows import month_rows
from features.staying.placements import Placements, verify_columns, verify_terms, whole_numbers
from features.staying.pooled_fit import fit_pooled
from features.staying.support import support_of

__all__ = ["ENDS", "StayModel"]

Reals = npt.NDArray[np.float64]

ENDS: Final = (3, 6, 12, 36)
"""Last months of the intervals: those at which offices are asked."""


class StayModel(BaseEstimator):
    """Chance of staying, from terms.

    In month t the log-odds of staying one month more are ``base of the interval of t + effects · terms + effect of the
    municipality`` [1]_. A person's score is the sum of effects × terms, exactly; the chance is a rising curve of it.

    Parameters
    ----------
    terms : sequence of str
        What the columns of X are; only terms of the selection profile are accepted.
    ends : sequence of int, default (3, 6, 12, 36)
        Last month of each interval with a base of its own.
    months : int, default 12
        What ``predict`` and ``predict_proba`` ask about.
    ridge : float, default 4.0
        Precision of the belief that what one standard deviation of a term adds is near 0 (4: within 1 in log-odds,
        nearly surely); 0 = no belief.
    pooled : bool, default True
        Whether municipalities have effects of their own, drawn to 0 as their likeness asks.
    least_comparable : float, default 10
        With fewer comparable placements than this the answer is "I do not know".

    Attributes
    ----------
    coef_ : (K,) ndarray
        Effects: log-odds of staying one month more, of a term at 1 against one at 0.
    place_sd_ : float
        How unlike municipalities are, in log-odds.
    curve_ : LearnedCurve
    classes_ : (2,) ndarray of bool
        Left, stayed.
    n_features_in_ : int

    References
    ----------
    .. [1] P. D. Allison (1982), Discrete-time methods for the analysis of event histories, Sociological Methodology 13,
       61-98, :doi:`10.2307/270718`.

    Examples
    --------
    >>> model = StayModel(terms=["place_link"], pooled=False)
    >>> model = model.fit([[1.0], [1.0], [0.0], [0.0]], [0, 0, 0, 4], seen_months=[12, 12, 12, 12])
    >>> bool(model.coef_[0] > 0), model.predict_proba([[0.0], [1.0]]).shape
    (True, (2, 2))
    """

    def __init__(
        self,
        *,
        terms: Sequence[str] = (),
        ends: Sequence[int] = ENDS,
        months: int = 12,
        ridge: float = 4.0,
        pooled: bool = True,
        least_comparable: float = 10.0,
    ) -> None:
        self.terms = terms
        self.ends = ends
        self.months = months
        self.ridge = ridge
        self.pooled = pooled
        self.least_comparable = least_comparable

    def fit(
        self,
        X: npt.ArrayLike,
        y: npt.ArrayLike | None = None,
        *,
        seen_months: npt.ArrayLike | None = None,
        municipality: npt.ArrayLike | None = None,
    ) -> StayModel:
        """Learn from terms X (n, K), the month of leaving y (n,), 0 = not seen to leave, and how long each was seen.

        Raises
        ------
        StayingError
            As of :class:`~features.staying.placements.Placements` and :func:`~features.staying.pooled_fit.fit_pooled`.
        """
        verify_terms(tuple(self.terms))
        verify_columns(X, self.terms)
        features = validate_data(self, X, dtype=np.float64)
        if y is None or seen_months is None:
            raise StayingError("requires y to be passed (the month of leaving) and seen_months (until the last look)")
        zeros = np.zeros(len(features), np.int64)
        return self.fit_placements(
            Placements(
                terms=tuple(self.terms),
                features=features,
                left_in=np.asarray(y),
                seen_months=np.asarray(seen_months),
                municipality=zeros if municipality is None else np.asarray(municipality),
                year=zeros,
            )
        )

    def fit_placements(self, placements: Placements) -> StayModel:
        """Learn from placements; their terms must be those of the model."""
        if placements.terms != tuple(self.terms):
            raise StayingError(
                f"placements have the terms {', '.join(placements.terms)}, the model {', '.join(self.terms) or 'none'}"
            )
        rows, places = month_rows(placements, self.ends)
        return self.with_curve(
            LearnedCurve(
                terms=placements.terms,
                ends=tuple(self.ends),
                fit=fit_pooled(rows, ridge=self.ridge, pooled=self.pooled),
                places=places,
                support=support_of(placements.features),
                seen_months=int(placements.seen_months.max()),
            )
        )

    def with_curve(self, curve: LearnedCurve) -> StayModel:
        """Take over a curve that was learned before; its terms must be those of the model."""
        verify_terms(tuple(self.terms))
        if curve.terms != tuple(self.terms):
            raise StayingError(f"the curve has the terms {', '.join(curve.terms)}, the model {', '.join(self.terms)}")
        self.curve_ = curve
        self.coef_, self.place_sd_ = curve.fit.effects, curve.fit.place_sd
        self.classes_ = np.array([False, True])
        self.n_features_in_ = len(curve.terms)
        return self

    def stay(self, X: npt.ArrayLike, *, municipality: npt.ArrayLike | None = None, months: int | None = None) -> Reals:
        """Chance of being there after ``months``, of terms ``(…, K)``: the shape of X without its last axis.

        ``municipality`` broadcasts to that shape. Of municipalities without a past (or where omitted) the chance is
        averaged over what places are like.
        """
        features, place, shape = self._pairs(X, municipality)
        return self.curve_.chance(features, place, self._asked(months)).reshape(shape)

    def estimate(
        self, X: npt.ArrayLike, *, municipality: npt.ArrayLike | None = None, months: int | None = None
    ) -> Estimate:
        """Chances of rows ``(n, K)`` with intervals, and where the past cannot answer."""
        features, place, _ = self._pairs(X, municipality)
        return self.curve_.estimate(features, place, self._asked(months), least_comparable=self.least_comparable)

    def predict_proba(self, X: npt.ArrayLike, *, municipality: npt.ArrayLike | None = None) -> Reals:
        """Chances of having left and of being there after ``months``, ``(n, 2)``."""
        stay = self.stay(X, municipality=municipality)
        return np.stack([1 - stay, stay], axis=1)

    def predict(self, X: npt.ArrayLike, *, municipality: npt.ArrayLike | None = None) -> npt.NDArray[np.bool_]:
        """Whether staying is likelier than leaving."""
        stays: npt.NDArray[np.bool_] = self.stay(X, municipality=municipality) >= 0.5
        return stays

    def contributions(self, X: npt.ArrayLike) -> Reals:
        """What each term adds to the score, ``(n, K)``."""
        return self.curve_.contributions(self._pairs(X, None)[0])

    def effects(self, *, spread: Spread = "information", level: float = 0.95) -> Effects:
        """Effects with intervals (:func:`~features.staying.effects.effects_of`)."""
        check_is_fitted(self)
        return effects_of(self.curve_.fit, self.curve_.terms, spread=spread, level=level)

    def score(
        self,
        X: npt.ArrayLike,
        y: npt.ArrayLike,
        *,
        seen_months: npt.ArrayLike | None = None,
        municipality: npt.ArrayLike | None = None,
    ) -> float:
        """Mean log-likelihood of being there or not after ``months``, over those seen so long; 0 is foresight."""
        seen = np.full(len(np.asarray(y)), self.months) if seen_months is None else np.asarray(seen_months)
        known = seen >= self.months
        if not known.any():
            raise StayingError(f"nobody was seen for {self.months} months: there is nothing to score")
        left_in = np.asarray(y)[known]
        place = None if municipality is None else np.asarray(municipality)[known]
        stay = self.stay(np.asarray(X)[known], municipality=place)
        stayed = (left_in == 0) | (left_in > self.months)
        return float(np.log(np.where(stayed, stay, 1 - stay)).mean())

    def _asked(self, months: int | None) -> int:
        asked = self.months if months is None else months
        try:
            return index(asked)
        except TypeError:
            raise StayingError(f"months is {asked}, expected a whole number") from None

    def _pairs(
        self, X: npt.ArrayLike, municipality: npt.ArrayLike | None
    ) -> tuple[Reals, npt.NDArray[np.int64] | None, tuple[int, ...]]:
        check_is_fitted(self)
        verify_columns(X, self.terms)
        features = np.asarray(X, dtype=np.float64)
        if features.ndim < 2 or features.shape[-1] != self.n_features_in_:
            raise StayingError(f"X has shape {features.shape}, expected (…, {self.n_features_in_})")
        shape = features.shape[:-1]
        place = None
        if municipality is not None:
            place = np.broadcast_to(whole_numbers(municipality, "municipality"), shape).reshape(-1)
        return features.reshape(-1, features.shape[-1]), place, shape
