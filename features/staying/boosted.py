"""Boosted trees over the same months: a reference that may bend, to see what the straight score leaves out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from features.staying.errors import StayingError
from features.staying.month_rows import month_rows, months_in
from features.staying.placements import Placements, verify_columns, verify_terms, verify_values
from features.staying.stay_model import ENDS

__all__ = ["BoostedStay"]

Reals = npt.NDArray[np.float64]


class BoostedStay(BaseEstimator):
    """Chance of staying by histogram gradient boosting of the months, terms and interval as its only inputs.

    A reference, not a score: nobody can add its reasons up. It is small and slow to learn on purpose, for placements
    are few.

    Parameters
    ----------
    terms, ends, months
        As of :class:`~features.staying.stay_model.StayModel`.
    rounds : int, default 60
    learning_rate : float, default 0.06
    least_leaf : int, default 30
        Fewest rows of a leaf.
    seed : int, default 0
        Only ties and sampling inside the trees depend on it.

    Attributes
    ----------
    trees_ : HistGradientBoostingClassifier
    classes_ : (2,) ndarray of bool
    """

    def __init__(
        self,
        *,
        terms: Sequence[str] = (),
        ends: Sequence[int] = ENDS,
        months: int = 12,
        rounds: int = 60,
        learning_rate: float = 0.06,
        least_leaf: int = 30,
        seed: int = 0,
    ) -> None:
        self.terms = terms
        self.ends = ends
        self.months = months
        self.rounds = rounds
        self.learning_rate = learning_rate
        self.least_leaf = least_leaf
        self.seed = seed

    def fit(
        self, X: npt.ArrayLike, y: npt.ArrayLike | None = None, *, seen_months: npt.ArrayLike | None = None
    ) -> BoostedStay:
        """Learn from terms X (n, K), the month of leaving y (n,), 0 = not seen to leave, and how long each was seen."""
        verify_terms(tuple(self.terms))
        verify_columns(X, self.terms)
        if y is None or seen_months is None:
            raise StayingError("requires y to be passed (the month of leaving) and seen_months (until the last look)")
        zeros = np.zeros(len(np.asarray(y)), np.int64)
        return self.fit_placements(
            Placements(
                terms=tuple(self.terms),
                features=np.asarray(X, dtype=np.float64),
                left_in=np.asarray(y),
                seen_months=np.asarray(seen_months),
                municipality=zeros,
                year=zeros,
            )
        )

    def fit_placements(self, placements: Placements) -> BoostedStay:
        """Learn from placements; their terms must be those of the model."""
        if placements.terms != tuple(self.terms):
            raise StayingError(
                f"placements have the terms {', '.join(placements.terms)}, the model {', '.join(self.terms) or 'none'}"
            )
        rows, _ = month_rows(placements, self.ends)
        inputs = np.column_stack([rows.features, rows.interval])
        stays = rows.months - rows.leaves
        trees = HistGradientBoostingClassifier(
            max_iter=self.rounds,
            learning_rate=self.learning_rate,
            min_samples_leaf=self.least_leaf,
            max_leaf_nodes=8,
            early_stopping=False,
            random_state=self.seed,
        )
        does_stay = np.repeat([True, False], len(inputs))
        weight = np.concatenate([stays, rows.leaves])
        used = weight > 0
        with threadpool_limits(1):  # threads would wait for each other at every small node
            self.trees_ = trees.fit(np.vstack([inputs, inputs])[used], does_stay[used], sample_weight=weight[used])
        self.classes_ = np.array([False, True])
        return self

    def stay(self, X: npt.ArrayLike) -> Reals:
        """Chance of being there after ``months``, of rows ``(n, K)``."""
        check_is_fitted(self)
        verify_columns(X, self.terms)
        features = np.asarray(X, dtype=np.float64)
        verify_values(features, self.terms)
        log_stay = np.zeros(len(features))
        for interval, n in enumerate(months_in(self.ends, self.months)):
            if n:
                inputs = np.column_stack([features, np.full(len(features), interval)])
                log_stay += n * np.log(self.trees_.predict_proba(inputs)[:, 1])
        stay: Reals = np.exp(log_stay)
        return stay

    def predict_proba(self, X: npt.ArrayLike) -> Reals:
        """Chances of having left and of being there, ``(n, 2)``."""
        stay = self.stay(X)
        return np.stack([1 - stay, stay], axis=1)

    def predict(self, X: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Whether staying is likelier than leaving."""
        stays: npt.NDArray[np.bool_] = self.stay(X) >= 0.5
        return stays
