"""What a model says of each term, and how far it may be off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, t

from features.staying.errors import StayingError
from features.staying.pooled_fit import PooledFit

__all__ = ["Effects", "Spread", "effects_of", "fixed_covariance"]

Reals = npt.NDArray[np.float64]
Spread: TypeAlias = Literal["information", "municipalities"]


@dataclass(frozen=True, eq=False)
class Effects:
    """Log-odds of staying one month more that a term at 1 gives over one at 0, ``(K,)`` float64 each.

    Attributes
    ----------
    terms : tuple of str
    effect, standard_error, low, high : (K,) float64
    level : float
        Of the intervals.
    """

    terms: tuple[str, ...]
    effect: Reals
    standard_error: Reals
    low: Reals
    high: Reals
    level: float


def fixed_covariance(fit: PooledFit, spread: Spread = "information") -> Reals:
    """Covariance of base and effects, ``(I + K, I + K)``.

    Parameters
    ----------
    fit : PooledFit
    spread : "information" or "municipalities"
        *information*: inverse of the observed curvature, places integrated out. *municipalities*: from how the
        gradients of the municipalities differ [1]_, right even where placements of one municipality hang together in
        ways the model does not know; G / (G − 1) for G of them. The ridge's own precision counts beside the
        gradients, as in the information: what the belief keeps from moving is not known because of that, and of two
        terms that go together it would be told far too surely.

    Raises
    ------
    StayingError
        If the word is unknown or there are fewer than two municipalities.

    References
    ----------
    .. [1] K.-Y. Liang and S. L. Zeger (1986), Longitudinal data analysis using generalized linear models, Biometrika
       73, 13-22, :doi:`10.1093/biomet/73.1.13`.
    """
    bread = fit.covariance
    if spread == "information":
        return bread
    if spread != "municipalities":
        raise StayingError(f"spread is {spread!r}, expected one of {', '.join(get_args(Spread))}")
    groups = len(fit.scores)
    if groups < 2:
        raise StayingError(f"{groups} municipality, expected at least 2 for errors by municipality")
    scores = fit.scores - fit.scores.mean(axis=0)  # under a ridge they do not sum to 0: its pull is the same for all
    meat = scores.T @ scores * (groups / (groups - 1))
    spread_of: Reals = bread @ (meat + np.diag(fit.precision)) @ bread
    return spread_of


def effects_of(
    fit: PooledFit, terms: tuple[str, ...], *, spread: Spread = "information", level: float = 0.95
) -> Effects:
    """Effects with standard errors and intervals.

    Notes
    -----
    Intervals by municipality take the quantile of Student's t with G − 1 degrees of freedom: with few municipalities
    the normal one promises too much.
    """
    if not 0 < level < 1:
        raise StayingError(f"level is {level}, expected between 0 and 1")
    inner = slice(fit.base.size, None)
    error = np.sqrt(np.diag(fixed_covariance(fit, spread))[inner])
    quantile = norm.ppf(0.5 + level / 2) if spread == "information" else t.ppf(0.5 + level / 2, len(fit.scores) - 1)
    half = quantile * error
    return Effects(terms, fit.effects, error, fit.effects - half, fit.effects + half, level)
