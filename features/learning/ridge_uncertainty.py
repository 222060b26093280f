"""Intervals that know that the ridge was chosen: the weights under all ridges, each counted by its probability.

Errors under one ridge tell how uncertain the weights are *if that ridge is right*. What the choices leave open of the
ridge itself comes on top: the variance of a mixture is the mean of the variances and the variance of the means [1]_.

References
----------
.. [1] J. A. Hoeting, D. Madigan, A. E. Raftery and C. T. Volinsky (1999), Bayesian model averaging: a tutorial,
   Statistical Science 14, 382-417, :doi:`10.1214/ss/1009212519`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, t

from features.learning.fit import Fit, fit
from features.learning.likelihood import Likelihood
from features.learning.penalty import Penalty
from features.learning.ridge import RidgeChoice
from features.learning.stages import Stages
from features.learning.standard_errors import Spread, WeightIntervals, weight_intervals

__all__ = ["intervals_over_ridges"]

_TOO_UNLIKELY: Final = 1e-3  # of a ridge: left out, it changes no digit that is told
_HALF_SIDED: Final = 0.95


def intervals_over_ridges(
    stages: Stages,
    penalty_at: Callable[[float], Penalty],
    chosen: RidgeChoice,
    is_term: npt.NDArray[np.bool_],
    *,
    spread: Spread = "posterior",
    level: float = 0.95,
) -> WeightIntervals:
    """Weights under the chosen ridge, with errors Σ_r p_r (V_r + (b_r − b)²) over all ridges r of probability p_r.

    Parameters
    ----------
    stages : Stages
    penalty_at : callable
        Ridge → penalty.
    chosen : RidgeChoice
        A ridge below infinity, under which some term is above 0.
    is_term : (K,) bool
    spread : "posterior" or "sandwich"
    level : float, default 0.95

    Returns
    -------
    WeightIntervals
        (K,) of every column. Errors are around the weights that are told, not around the mean of all ridges. A weight
        held at 0 has an upper limit only. The true weights lie inside as often as the level says where they were drawn
        as one of the ridges believes; where they are further from the hand weights, less often.
    """
    laid_out = Likelihood(stages)

    def under(ridge: float) -> tuple[Fit, WeightIntervals]:
        found = fit(stages, penalty_at(ridge), laid_out=laid_out)
        return found, weight_intervals(found, is_term, spread=spread, level=level)

    found, told = under(chosen.ridge)
    variance, total = np.zeros(is_term.size), 0.0
    for ridge, share in zip(chosen.ridges, chosen.probability, strict=True):
        if share < _TOO_UNLIKELY and ridge != chosen.ridge:
            continue
        one, known = (found, told) if ridge == chosen.ridge else under(ridge)
        if one.coefficients[is_term].sum() > 0:
            variance += share * (_variance(known) + (known.weight - told.weight) ** 2)
            total += share
    return _widened(told, np.sqrt(variance / total), _quantile(found, spread, level))


def _variance(known: WeightIntervals) -> npt.NDArray[np.float64]:
    """Of a weight without an error (held at 0, or beside such alone) that whose one-sided limit is told."""
    reach = np.maximum(known.high - known.weight, known.weight - known.low) / norm.ppf(_HALF_SIDED)
    variance: npt.NDArray[np.float64] = np.where(np.isnan(known.standard_error), reach, known.standard_error) ** 2
    return variance


def _widened(told: WeightIntervals, error: npt.NDArray[np.float64], quantile: float) -> WeightIntervals:
    low, high = np.clip(told.weight - quantile * error, 0.0, 1.0), np.clip(told.weight + quantile * error, 0.0, 1.0)
    is_one_sided = np.isnan(told.standard_error)
    return replace(
        told,
        standard_error=np.where(is_one_sided, np.nan, error),
        low=np.where(is_one_sided, np.minimum(told.low, low), low),
        high=np.where(is_one_sided, np.maximum(told.high, high), high),
    )


def _quantile(found: Fit, spread: Spread, level: float) -> float:
    share = 0.5 + level / 2
    return float(t.ppf(share, np.unique(found.cluster).size - 1) if spread == "sandwich" else norm.ppf(share))
