"""Least squares on measured costs, where what counts is the relative error of each size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

__all__ = ["PowerLaw", "fit_costs", "power_law"]


@dataclass(frozen=True)
class PowerLaw:
    """``cost = factor * size ** exponent``; ``spread`` is the standard deviation of the relative residuals."""

    exponent: float
    spread: float


def power_law(sizes: Sequence[float], costs: Sequence[float]) -> PowerLaw:
    """Fit a line through the logarithms.

    Examples
    --------
    >>> power_law([1, 10, 100], [2, 20, 200])
    PowerLaw(exponent=1.0, spread=0.0)
    """
    x, y = np.log(sizes), np.log(costs)
    line = np.polyfit(x, y, 1)
    residuals = y - np.polyval(line, x)
    return PowerLaw(round(float(line[0]), 4), round(float(np.sqrt((residuals**2).sum() / max(x.size - 2, 1))), 4))


def fit_costs(drivers: Sequence[Sequence[float]], costs: Sequence[float]) -> np.ndarray:
    """Return what a unit of each driver costs, none below nothing, with the least sum of squared relative errors.

    Parameters
    ----------
    drivers : (sizes, drivers)
    costs : (sizes,)

    Examples
    --------
    >>> fit_costs([[1, 10], [1, 20], [1, 40]], [25, 45, 85]).round(9)
    array([5., 2.])
    """
    given, found = np.asarray(drivers, dtype=np.float64), np.asarray(costs, dtype=np.float64)
    scale = np.abs(given).max(axis=0)
    relative = given / scale / found[:, None]
    return np.asarray(nnls(relative, np.ones(found.size))[0] / scale)
