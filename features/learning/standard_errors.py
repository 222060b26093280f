"""How far learned weights may be off: covariances of the coefficients, and of the weights that sum to 1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, t, truncnorm

from features.learning.errors import LearningError
from features.learning.fit import Fit

__all__ = ["Spread", "WeightIntervals", "coefficient_covariance", "weight_covariance", "weight_intervals"]

Spread: TypeAlias = Literal["information", "posterior", "sandwich"]


@dataclass(frozen=True, eq=False)
class WeightIntervals:
    """Weights with what is known of each, (K,) float64 each.

    Attributes
    ----------
    weight : of sum 1
    standard_error : NaN where the weight is held at 0, or all others are
    low, high : bounds of the interval; at 0 the one-sided upper limit of the same level
    """

    weight: npt.NDArray[np.float64]
    standard_error: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]


def coefficient_covariance(fit: Fit, spread: Spread = "posterior") -> npt.NDArray[np.float64]:
    """Covariance of the coefficients, (K, K); 0 in rows and columns that are held at a limit.

    Parameters
    ----------
    fit : Fit
    spread : "information", "posterior" or "sandwich"
        *information*: inverse of the choices' information; what maximum likelihood has. *posterior*: inverse of
        information and ridge together; what is left unknown if the ridge is right. *sandwich*: from how the scores of
        those who chose differ [1]_, robust where one person's choices hang together; G / (G − 1) for G of them.

    Notes
    -----
    Under a ridge of precision P the estimate is off by B (s − P (β − mean)), B the inverse of information and P
    together and s the scores. The first part varies from sample to sample, the second is what the ridge draws aside:
    no sample shows it, but the ridge says that it has covariance P. So the sandwich is B (S + P) B with the scores' S,
    which is the posterior where S is the information, and Liang and Zeger's without a ridge.

    Raises
    ------
    LearningError
        If the word is unknown, or the sandwich has fewer than two who chose.

    References
    ----------
    .. [1] K.-Y. Liang and S. L. Zeger (1986), Longitudinal data analysis using generalized linear models, Biometrika
       73, 13-22, :doi:`10.1093/biomet/73.1.13`.
    """
    if spread not in _COVARIANCES:
        raise LearningError(f"spread is {spread!r}, expected one of {', '.join(get_args(Spread))}")
    k = fit.coefficients.size
    into = np.eye(k)[:, ~fit.is_at_limit] if fit.penalty.basis is None else fit.penalty.basis
    covariance: npt.NDArray[np.float64] = into @ _COVARIANCES[spread](fit, into) @ into.T
    return covariance


def weight_covariance(
    coefficients: npt.NDArray[np.float64], covariance: npt.NDArray[np.float64], is_term: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Covariance of the weights β / Σβ by the delta method, (K, K); 0 where a column is no term.

    Examples
    --------
    >>> terms = np.array([True, True])
    >>> weight_covariance(np.array([6.0, 4.0]), np.eye(2), terms).round(4)
    array([[ 0.0052, -0.0052],
           [-0.0052,  0.0052]])
    """
    total = coefficients[is_term].sum()
    if total <= 0:
        raise LearningError("no coefficient of a term is above 0: there are no weights to bring to sum 1")
    weight = np.where(is_term, coefficients / total, 0.0)
    jacobian = (np.diag(is_term.astype(np.float64)) - np.outer(weight, is_term)) / total
    spread: npt.NDArray[np.float64] = jacobian @ covariance @ jacobian.T
    return spread


def weight_intervals(
    fit: Fit, is_term: npt.NDArray[np.bool_], *, spread: Spread = "posterior", level: float = 0.95
) -> WeightIntervals:
    """Weights of sum 1 with standard errors and intervals, cut at 0 and 1.

    Parameters
    ----------
    fit : Fit
    is_term : (K,) bool
        Columns that are terms; of others the results are NaN.
    spread : "information", "posterior" or "sandwich"
    level : float, default 0.95

    Notes
    -----
    A weight that is held at 0 has no two-sided interval. Its upper limit is the quantile of a normal curve cut at 0
    whose slope and curvature at 0 are those of the penalised likelihood, the other weights following along. The
    sandwich takes the quantile of Student's t with G − 1 degrees of freedom for G who chose: with few of them the
    normal one promises too much.
    """
    covariance = coefficient_covariance(fit, spread)
    total = fit.coefficients[is_term].sum()
    error = np.sqrt(np.maximum(np.diag(weight_covariance(fit.coefficients, covariance, is_term)), 0.0))
    weight = np.where(is_term, fit.coefficients / total, np.nan)
    held = fit.is_at_limit & is_term
    error = np.where(is_term & ~held, error, np.nan)
    half = _quantile(fit, spread, 0.5 + level / 2) * error
    low, high = np.clip(weight - half, 0.0, 1.0), np.clip(weight + half, 0.0, 1.0)
    low[held] = 0.0
    for k in np.flatnonzero(held):
        beta = _upper_limit(fit, int(k), level)
        high[k] = beta / (total + beta)
    if held.sum() == is_term.sum() - 1:  # the only one left is 1 as far as the others are 0, and varies only with them
        alone = is_term & ~held
        error[alone], low[alone] = np.nan, 1 - high[held].max(initial=0.0)
    return WeightIntervals(weight, error, low, high)


def _quantile(fit: Fit, spread: Spread, share: float) -> float:
    return float(t.ppf(share, np.unique(fit.cluster).size - 1) if spread == "sandwich" else norm.ppf(share))


def _upper_limit(fit: Fit, column: int, level: float) -> float:
    free = ~fit.is_at_limit
    curvature = fit.curvature
    along = curvature[column, free]
    left = curvature[column, column] - float(along @ np.linalg.solve(curvature[np.ix_(free, free)], along))
    pull = fit.penalty.precision[column] @ (fit.coefficients - fit.penalty.mean) - fit.scores[:, column].sum()
    sd = 1 / np.sqrt(left)
    centre = -float(pull) * sd**2
    return float(truncnorm.ppf(level, -centre / sd, np.inf, loc=centre, scale=sd))


def _information(fit: Fit, into: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    inner = into.T @ fit.information @ into
    if inner.size and np.linalg.matrix_rank(inner, hermitian=True) < len(inner):
        raise LearningError("the choices alone do not tell every weight: take the posterior")
    return np.asarray(np.linalg.inv(inner), dtype=np.float64)


def _posterior(fit: Fit, into: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(np.linalg.inv(into.T @ fit.curvature @ into), dtype=np.float64)


def _sandwich(fit: Fit, into: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    clusters, of = np.unique(fit.cluster, return_inverse=True)
    if clusters.size < 2:
        raise LearningError(f"{clusters.size} who chose, expected at least 2 for errors by who chose")
    scores = np.zeros((clusters.size, into.shape[1]))
    np.add.at(scores, of, fit.scores @ into)
    scores -= scores.mean(axis=0)  # under a ridge they do not sum to 0: its pull is the same for all
    bread = _posterior(fit, into)
    meat = scores.T @ scores * (clusters.size / (clusters.size - 1))
    spread: npt.NDArray[np.float64] = bread @ (meat + into.T @ fit.penalty.precision @ into) @ bread
    return spread


_COVARIANCES: Final[Mapping[Spread, Callable[[Fit, npt.NDArray[np.float64]], npt.NDArray[np.float64]]]] = {
    "information": _information,
    "posterior": _posterior,
    "sandwich": _sandwich,
}
