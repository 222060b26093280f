"""Predictions for people whose own outcomes the model has not seen [1]_.

References
----------
.. [1] V. Chernozhukov et al. (2018), Double/debiased machine learning for treatment and structural parameters,
   Econometrics Journal 21, C1-C68, :doi:`10.1111/ectj.12097`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from features.evaluation.errors import EvaluationError

__all__ = ["cross_fitted"]


def cross_fitted(
    learn: Callable[[npt.NDArray[np.int64]], npt.NDArray[np.float64]],
    cluster: npt.NDArray[np.int64],
    *,
    rng: np.random.Generator,
    n_folds: int = 5,
) -> npt.NDArray[np.float64]:
    """Predict each person from the others, (n, m).

    Parameters
    ----------
    learn : callable
        Rows of people whose outcomes it may use → (n, m) predictions for everybody. What was known before the season
        it may always use.
    cluster : (n,) int64
        People whose fates hang together are in one fold, so that none is foretold from a member of the household.
    rng : numpy.random.Generator
        Draws the folds.
    n_folds : int, default 5

    Raises
    ------
    EvaluationError
        With fewer clusters than folds, or fewer than two folds.

    Examples
    --------
    >>> stayed = np.array([1.0, 0.0, 1.0, 1.0])
    >>> mean_of_others = lambda rows: np.full((4, 1), stayed[rows].mean())
    >>> cross_fitted(mean_of_others, np.arange(4), rng=np.random.default_rng(0), n_folds=4).ravel().round(2)
    array([0.67, 1.  , 0.67, 0.67])
    """
    known, at = np.unique(cluster, return_inverse=True)
    if n_folds < 2 or known.size < n_folds:
        raise EvaluationError(f"{n_folds} folds of {known.size} people or households, expected 2 up to that many")
    fold = (rng.permutation(known.size) % n_folds)[at]
    tables = [learn(np.flatnonzero(fold != k)) for k in range(n_folds)]
    predicted = np.empty_like(tables[0])
    for k, table in enumerate(tables):
        predicted[fold == k] = table[fold == k]
    return predicted
