"""The most likely coefficients under a penalty and limits: Newton's method on the free ones, with its proof.

The penalised log-likelihood is concave, so a point where no permitted direction rises is the optimum. That is what is
verified and reported: the projected gradient, in standard errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from features.learning.errors import LearningError

__all__ = ["Curve", "Optimum", "minimise"]

_MOST_STEPS: Final = 200
_TOLERANCE: Final = 1e-8  # standard errors that the optimum may still be away, coordinate by coordinate
_ROUNDING: Final = 1e-6  # accepted where the values can no longer be told apart
_SUFFICIENT: Final = 1e-4


class Curve(NamedTuple):
    """A convex function at a point: value, gradient and Hessian."""

    value: float
    gradient: npt.NDArray[np.float64]
    hessian: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Optimum:
    """Where the function is least.

    Attributes
    ----------
    at : (K,) float64
    is_at_limit : (K,) bool
        Coefficients that would go below their limit if they might.
    gradient_norm : float
        Largest projected gradient, each entry divided by the square root of its curvature: distances in standard
        errors. 0 at the optimum.
    steps : int
    """

    at: npt.NDArray[np.float64]
    is_at_limit: npt.NDArray[np.bool_]
    gradient_norm: float
    steps: int


def minimise(
    curve_at: Callable[[npt.NDArray[np.float64]], Curve],
    start: npt.NDArray[np.float64],
    lower: npt.NDArray[np.float64],
) -> Optimum:
    """The least point of a convex function above limits.

    Parameters
    ----------
    curve_at : callable
        Value, gradient and Hessian.
    start, lower : (K,) float64
        A limit may be -inf.

    Returns
    -------
    Optimum
        Unique where the function is strictly convex.

    Raises
    ------
    LearningError
        Where 200 steps do not bring the projected gradient below 1e-8 standard errors (1e-6 where rounding hides the
        difference).

    Notes
    -----
    Two-metric projection [1]_: coefficients that stand at their limit and want to go below it are held, the others take
    a Newton step that is projected back onto the limits and shortened until the function falls enough.

    References
    ----------
    .. [1] D. P. Bertsekas (1982), Projected Newton methods for optimization problems with simple constraints, SIAM
       Journal on Control and Optimization 20, 221-246, :doi:`10.1137/0320018`.

    Examples
    --------
    >>> def bowl(x):
    ...     return Curve(float((x - [1, -1]) @ (x - [1, -1])), 2 * (x - [1, -1]), 2 * np.eye(2))
    >>> found = minimise(bowl, np.zeros(2), np.array([-np.inf, 0.0]))
    >>> found.at, found.is_at_limit
    (array([1., 0.]), array([False,  True]))
    """
    at = np.maximum(start, lower)
    here = curve_at(at)
    for step in range(_MOST_STEPS):
        norm, held = _norm(at, here, lower), (at <= lower) & (here.gradient > 0)
        if norm <= _TOLERANCE:
            return Optimum(at, held, norm, step)
        direction = _direction(here, _nearly_held(at, here, lower, norm))
        moved = _shortened(curve_at, at, here, direction, lower)
        if norm <= _ROUNDING and (moved is None or here.value - moved[1].value <= _rounding(here.value)):
            return Optimum(at, held, norm, step)
        if moved is None:
            break
        at, here = moved
    raise LearningError(
        f"the weights do not settle: projected gradient {_norm(at, here, lower):.1e} standard errors, expected at most "
        f"{_TOLERANCE:.0e}: give more choices, or leave out a column that hardly differs between those shown"
    )


def _norm(at: npt.NDArray[np.float64], here: Curve, lower: npt.NDArray[np.float64]) -> float:
    """How far each coefficient would move alone, limits respected, in its own standard errors."""
    size = np.sqrt(np.maximum(np.diag(here.hessian), np.finfo(np.float64).tiny))
    inside = (at - lower) * size  # inf where there is no limit
    moves = np.minimum(here.gradient / size, inside)
    return float(np.abs(moves).max(initial=0.0))


def _nearly_held(
    at: npt.NDArray[np.float64], here: Curve, lower: npt.NDArray[np.float64], norm: float
) -> npt.NDArray[np.bool_]:
    # a strip above the limit, which narrows as the optimum comes near, keeps steps from zigzagging along it
    size = np.sqrt(np.maximum(np.diag(here.hessian), np.finfo(np.float64).tiny))
    near: npt.NDArray[np.bool_] = (at - lower) * size <= min(1e-3, norm)
    return near & (here.gradient > 0)


def _direction(here: Curve, held: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    direction = np.zeros(held.size)
    free = ~held
    inner = here.hessian[np.ix_(free, free)]
    size = np.sqrt(np.maximum(np.diag(inner), np.finfo(np.float64).tiny))
    scaled = inner / np.outer(size, size)  # units differ by orders: solve in standard errors
    direction[free] = -np.linalg.lstsq(scaled, here.gradient[free] / size, rcond=1e-13)[0] / size
    diagonal = np.maximum(np.diag(here.hessian), np.finfo(np.float64).tiny)
    direction[held] = -here.gradient[held] / diagonal[held]
    return direction


def _shortened(
    curve_at: Callable[[npt.NDArray[np.float64]], Curve],
    at: npt.NDArray[np.float64],
    here: Curve,
    direction: npt.NDArray[np.float64],
    lower: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], Curve] | None:
    """The first point along the projected step that falls enough; None where rounding lets none fall."""
    length = 1.0
    rounding = _rounding(here.value)
    while length > 1e-12:
        there = np.maximum(at + length * direction, lower)
        curve = curve_at(there)
        fall = float(here.gradient @ (there - at))
        if curve.value <= here.value + _SUFFICIENT * fall + rounding * (fall > -rounding):
            return (there, curve) if (there != at).any() else None
        length /= 2
    return None


def _rounding(value: float) -> float:
    return 4 * float(np.finfo(np.float64).eps) * max(1.0, abs(value))
