"""Shares by which every member of both sides adds up to 1, found in logarithms.

With a and b the logarithms of the roots of the unmatched shares, fit the logarithm of the attraction of a pair and s
that of a right member's seats, a pair forms to the share exp(fit + s + a + b). The balance is the least of

    sum exp(2 a) / 2 + sum exp(s + 2 b) / 2 + sum exp(fit + s + a + b) - sum a - sum exp(s) b,

which is convex. A sweep finds the best a for b and the best b for a; where few stay unmatched, sweeps alone creep, so
that Newton's step comes between them. Small spreads start from the balance of a larger one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Reals
from matching.errors import MechanismError

__all__ = ["balanced_shares"]

SWEEPS = 5
"""Between two of Newton's steps."""

MOST_ROUNDS = 200
"""Of sweeps and a step, at one spread."""

SHRINKING = 2.0
"""From one spread to the next."""

ON_THE_WAY = 1e-2
"""Tolerance at the spreads before the last."""

MOST_HALVINGS = 30
"""Of Newton's step; if it rises still, sweeps go on alone."""

LARGEST = 600.0
"""Logarithm whose exponential is far from overflow, and more than any share."""

NEARLY_SINGULAR = 1e-13
"""Share added to the diagonal: where nobody stays unmatched, a + t and b - t is as good as a and b."""


class _Point(NamedTuple):
    """Logarithms of the roots of the unmatched shares, and the largest amount by which a member misses 1."""

    a: Reals
    b: Reals
    miss: float


def balanced_shares(wishes: Reals, seats: Reals, spread: float, tolerance: float) -> Reals:
    """Return (n, m) the shares at which every row and every seat adds up to 1, what stays unmatched included.

    Parameters
    ----------
    wishes : (n, m) float64
        Sum of what both members of a pair gain.
    seats : (m,) float64, positive
    spread, tolerance : float, positive

    Raises
    ------
    MechanismError
        When no balance is found.

    Examples
    --------
    >>> balanced_shares(np.array([[0.0]]), np.ones(1), 1.0, 1e-9).round(6)
    array([[0.5]])
    """
    if not wishes.size:
        return np.zeros(wishes.shape)
    log_seats: Reals = np.log(seats)
    at, b = max(spread, 1.0), np.zeros(seats.size)
    while True:
        fit = wishes / (2 * at) + log_seats
        point = _balance(fit, log_seats, b, tolerance if at == spread else max(tolerance, ON_THE_WAY))
        if at == spread:
            return _shares(fit, point)
        smaller = max(at / SHRINKING, spread)
        at, b = smaller, point.b * (at / smaller)


def _balance(fit: Reals, log_seats: Reals, b: Reals, tolerance: float) -> _Point:
    for _ in range(MOST_ROUNDS):
        point = _swept(fit, log_seats, b)
        if point.miss < tolerance:
            return point
        b = _newton(fit, log_seats, point)
    raise MechanismError(f"no balance within {tolerance} after {MOST_ROUNDS} rounds; try a larger spread")


def _swept(fit: Reals, log_seats: Reals, b: Reals) -> _Point:
    demand = _log_sums(fit + b, 1)
    a, before = _log_root(demand), demand
    for _ in range(SWEEPS):
        a = _log_root(demand)
        b = _log_root(_log_sums(fit + a[:, None], 0) - log_seats)
        before, demand = demand, _log_sums(fit + b, 1)
    # Seats add up to 1 by the last step; a member of the left did so before it.
    change = np.expm1(np.minimum(demand - before, 1.0)) * np.exp(a + before)
    return _Point(a, b, float(np.abs(change).max()))


def _newton(fit: Reals, log_seats: Reals, point: _Point) -> Reals:
    """Return b after Newton's step, shortened until it does not rise; the sweeps that follow need no a."""
    shares = _shares(fit, point)
    left, right = np.exp(2 * point.a), np.exp(log_seats + 2 * point.b)
    of_left, of_right = shares.sum(axis=1), shares.sum(axis=0)
    seats = np.exp(log_seats)
    da, db = _step(shares, 2 * left + of_left, 2 * right + of_right, 1 - left - of_left, seats - right - of_right)
    logs, log_left, log_right = fit + point.a[:, None] + point.b, 2 * point.a, log_seats + 2 * point.b
    for _ in range(MOST_HALVINGS):
        unmatched = _rise(log_left, 2 * da) + _rise(log_right, 2 * db)
        if unmatched / 2 + _rise(logs, da[:, None] + db) <= da.sum() + seats @ db:
            return point.b + db
        da, db = da / 2, db / 2
    return point.b


def _rise(logs: Reals, step: Reals) -> float:
    """Return how much the sum of the exponentials rises by a step, short ones without cancellation."""
    far = np.exp(np.minimum(logs + step, LARGEST)) - np.exp(logs)
    return float(np.where(np.abs(step) < 1, np.exp(logs) * np.expm1(np.clip(step, -1, 1)), far).sum())


def _step(shares: Reals, left: Reals, right: Reals, da: Reals, db: Reals) -> tuple[Reals, Reals]:
    """Solve [diag(left), shares; shares', diag(right)] (x, y) = (da, db) by way of the smaller side."""
    if shares.shape[0] < shares.shape[1]:
        mirrored = _step(shares.T, right, left, db, da)
        return mirrored[1], mirrored[0]
    part = shares / left[:, None]
    reduced = -(shares.T @ part)
    reduced[np.diag_indices_from(reduced)] += right * (1 + NEARLY_SINGULAR)
    y: Reals = np.linalg.solve(reduced, db - part.T @ da).astype(np.float64, copy=False)
    return (da - shares @ y) / left, y


def _shares(fit: Reals, point: _Point) -> Reals:
    shares: Reals = np.exp(fit + point.a[:, None] + point.b)
    return shares


def _log_sums(logs: Reals, axis: int) -> Reals:
    """Return the logarithms of the sums of the exponentials along an axis."""
    top = logs.max(axis=axis, keepdims=True)
    sums: Reals = np.log(np.exp(logs - top).sum(axis=axis)) + top.squeeze(axis)
    return sums


def _log_root(demand: Reals) -> Reals:
    """Return log x with x^2 + exp(demand) x = 1: minus the arsinh of half the demand, which from e^300 on is itself."""
    return -np.where(demand < 300, np.arcsinh(np.exp(np.minimum(demand, 300.0)) / 2), demand)
