"""Whether chances come true: in the large, along the curve and place by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from features.learning.maximum import Curve, minimise
from features.staying.errors import StayingError

__all__ = ["DRIFT", "Calibration", "GroupReliability", "calibration", "reliability_by_group"]

Reals = npt.NDArray[np.float64]
_Bools = npt.NDArray[np.bool_]

DRIFT: Final = (0.8, 1.25)
"""Calibration slopes outside are an alarm."""

_EDGE: Final = 1e-9
_SAME_ODDS: Final = 1e-6  # log-odds nearer than this differ by rounding alone


@dataclass(frozen=True)
class Calibration:
    """How chances and outcomes agree.

    Attributes
    ----------
    n : int
    slope, slope_error : float or None
        Of log-odds of the outcome on log-odds of the chance, and its standard error; 1 is ideal, below 1 the chances
        are too extreme. None where it cannot be told: one chance for everybody, or chances that part those who stayed
        from those who left without an exception (any steeper slope would fit still better).
    intercept : float
        Log-odds missing on average, the slope held at 1; 0 is ideal, above 0 more stayed than told.
    brier, log_loss : float
        Mean squared error and mean minus log-likelihood of the chances; lower is better.
    brier_of_mean : float
        Brier score of telling everybody the mean.
    binned_error : float
        Σ (n_b / n) |share − mean chance| over ten bins of equal size.
    """

    n: int
    slope: float | None
    slope_error: float | None
    intercept: float
    brier: float
    log_loss: float
    brier_of_mean: float
    binned_error: float

    @property
    def is_alarm(self) -> bool:
        """Whether the slope is outside :data:`DRIFT` by more than chance explains (two standard errors)."""
        if self.slope is None or self.slope_error is None:
            return False
        low, high = DRIFT
        return self.slope + 2 * self.slope_error < low or self.slope - 2 * self.slope_error > high


class GroupReliability(NamedTuple):
    """One group: how many, what was told and what came."""

    group: int
    n: int
    mean_chance: float
    share: float
    standardised: float
    """(came − told) in standard deviations of what would come if the chances were true."""


def calibration(chance: Reals, stayed: _Bools) -> Calibration:
    """Calibration of chances ``(n,)`` against outcomes ``(n,)``.

    Raises
    ------
    StayingError
        If the shapes differ, a chance is outside (0, 1), or all outcomes are the same.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> chance = rng.uniform(0.2, 0.95, 4000)
    >>> found = calibration(chance, rng.random(4000) < chance)
    >>> abs(found.slope - 1) < 2 * found.slope_error, found.is_alarm
    (True, False)

    Three who stayed were all told more than the one who left: no slope is steep enough.

    >>> print(calibration(np.array([0.6, 0.7, 0.8, 0.9]), np.array([False, True, True, True])).slope)
    None
    """
    chance, stayed = np.asarray(chance, np.float64), np.asarray(stayed, np.bool_)
    if chance.ndim != 1 or chance.shape != stayed.shape:
        raise StayingError(f"chances have shape {chance.shape}, outcomes {stayed.shape}, expected the same (n,)")
    outside = np.flatnonzero(~((chance > 0) & (chance < 1)))
    if outside.size:
        raise StayingError(f"chance {outside[0]} is {chance[outside[0]]}, expected between 0 and 1")
    if stayed.all() or not stayed.any():
        raise StayingError("all outcomes are the same: calibration cannot be told")
    odds = logit(np.clip(chance, _EDGE, 1 - _EDGE))
    slope, slope_error = _slope(odds, stayed)
    alone = _logistic(np.ones((odds.size, 1)), stayed, odds)
    return Calibration(
        n=odds.size,
        slope=slope,
        slope_error=slope_error,
        intercept=float(alone[0][0]),
        brier=float(np.mean((chance - stayed) ** 2)),
        log_loss=float(-np.log(np.where(stayed, chance, 1 - chance)).mean()),
        brier_of_mean=float(stayed.mean() * (1 - stayed.mean())),
        binned_error=_binned_error(chance, stayed),
    )


def reliability_by_group(
    chance: Reals, stayed: _Bools, group: npt.NDArray[np.int64], *, fewest: int = 10
) -> Sequence[GroupReliability]:
    """What was told and what came, group by group (place, year), ascending; groups below ``fewest`` are left out.

    Examples
    --------
    >>> reliability_by_group(np.full(20, 0.5), np.arange(20) % 2 == 0, np.repeat([3, 7], [8, 12]))
    [GroupReliability(group=7, n=12, mean_chance=0.5, share=0.5, standardised=0.0)]
    """
    found = list[GroupReliability]()
    for one in np.unique(group).tolist():
        inside = group == one
        n = int(inside.sum())
        if n >= fewest:
            told, came = chance[inside], stayed[inside]
            spread = float(np.sqrt((told * (1 - told)).sum()))
            standardised = float((came.sum() - told.sum()) / spread)
            found.append(GroupReliability(one, n, float(told.mean()), float(came.mean()), standardised))
    return found


def _slope(odds: Reals, stayed: _Bools) -> tuple[float, float] | tuple[None, None]:
    there, gone = odds[stayed], odds[~stayed]
    is_parted = gone.max() <= there.min() + _SAME_ODDS or there.max() <= gone.min() + _SAME_ODDS
    if is_parted:  # one chance for everybody is parted too
        return None, None
    at, covariance = _logistic(np.column_stack([np.ones(odds.size), odds]), stayed, np.zeros(odds.size))
    return float(at[1]), float(np.sqrt(covariance[1, 1]))


def _logistic(design: Reals, outcome: _Bools, offset: Reals) -> tuple[Reals, Reals]:
    def curve(point: Reals) -> Curve:
        odds: Reals = offset + design @ point
        share: Reals = expit(odds)
        value = float(np.logaddexp(0, odds).sum() - odds[outcome].sum())
        hessian = design.T @ (design * (share * (1 - share))[:, None]) + 1e-9 * np.eye(design.shape[1])
        return Curve(value, design.T @ (share - outcome), hessian)

    n_columns = int(design.shape[1])
    found = minimise(curve, np.zeros(n_columns), np.full(n_columns, -np.inf))
    return found.at, np.asarray(np.linalg.inv(curve(found.at).hessian), np.float64)


def _binned_error(chance: Reals, stayed: _Bools) -> float:
    order = np.argsort(chance, kind="stable")
    bins = [part for part in np.array_split(order, 10) if part.size]
    return float(sum(abs(stayed[part].sum() - chance[part].sum()) for part in bins) / chance.size)
