"""How many better candidates applied: exact chances, and what one more application is worth (kernels).

The number of applications before the r-th candidate of an employer's order is a sum of independent yes-or-no draws. Its
chances follow by dynamic programming, one candidate at a time; what the rest of the list is worth to the employer
follows the same way from the end. Both together give the derivative of the expected matches by every application's
chance: the expectation is linear in each of them. Chances below 1e-15 are dropped.

Source of the recursion: R. E. Barlow and K. D. Heidtmann (1984), Computing k-out-of-n system reliability, IEEE
Transactions on Reliability 33, 322-323, :doi:`10.1109/TR.1984.5221843`.
"""

from __future__ import annotations

from math import ceil, sqrt
from typing import NamedTuple

import numpy as np

from matching.arrays import Int64s, Reals
from matching.kernels import Kernel
from matching.ranking.application_market import Readings

__all__ = ["Counts", "new_counts", "pairs_of_employer", "worth_of_applications"]

_NEGLIGIBLE = 1e-15
_LOG_TAIL = 40.0  # exp(-40) is below the negligible chance with room for rounding


class Counts(NamedTuple):
    """Working arrays of one employer: chances that k better candidates applied, for every place r of its order."""

    chance: Reals  # (n + 1, width) of first[r], first[r] + 1, ... applications
    first: Int64s  # (n + 1,)
    size: Int64s  # (n + 1,)
    following: Reals  # (n + 2,) what places r, r + 1, ... are worth when k have applied before


def new_counts(n: int) -> Counts:
    """Room for the counts of any employer of ``n`` candidates.

    The width holds, by Bernstein's inequality and a variance of at most n/4, every number of applications whose chance
    is not negligible.
    """
    half = _LOG_TAIL / 3 + sqrt(_LOG_TAIL**2 / 9 + _LOG_TAIL * n / 2)
    width = min(n + 2, 2 * ceil(half) + 4)
    return Counts(
        np.zeros((n + 1, width)), np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64), np.zeros(n + 2, np.float64)
    )


@Kernel
def _next_count(counts: Counts, r: int, applies: float) -> None:
    """Chances at place r + 1 from those at place r."""
    chance, size = counts.chance, counts.size[r]
    first, n_kept = counts.first[r], 0
    for i in range(size + 1):
        stays = chance[r, i] * (1.0 - applies) if i < size else 0.0
        grows = chance[r, i - 1] * applies if i > 0 else 0.0
        if n_kept == 0 and stays + grows < _NEGLIGIBLE:
            first += 1
            continue
        chance[r + 1, n_kept] = stays + grows
        n_kept += 1
    while chance[r + 1, n_kept - 1] < _NEGLIGIBLE:
        n_kept -= 1
    counts.first[r + 1], counts.size[r + 1] = first, n_kept


@Kernel
def _count(counts: Counts, applies: Reals, order: Int64s) -> None:
    """Fill the chances of every place of one employer's order."""
    counts.chance[0, 0] = 1.0
    counts.first[0], counts.size[0] = 0, 1
    for r in range(order.size):
        _next_count(counts, r, float(applies[order[r]]))


@Kernel
def pairs_of_employer(counts: Counts, readings: Readings, j: int, applies: Reals, matches: Reals) -> None:
    """Write the expected matches of employer j with each candidate into ``matches`` (m, n)."""
    accepts, exam, order = readings.accepts[j], readings.exam[j], readings.order[j]
    _count(counts, applies[j], order)
    for r in range(order.size):
        c = order[r]
        accepted = 0.0
        for i in range(counts.size[r]):
            accepted += counts.chance[r, i] * min(1.0, accepts[c] * exam[counts.first[r] + i])
        matches[j, c] = applies[j, c] * accepted


@Kernel
def worth_of_applications(counts: Counts, readings: Readings, j: int, applies: Reals, worth: Reals) -> float:
    """Write what each application adds to employer j's expected matches into ``worth`` (m, n), and return these.

    An application adds its own acceptance and takes away from everybody ranked below it. What follows is found for one
    count more and one less than may plausibly occur: an application that is never sent, or always, is compared with its
    contrary.
    """
    accepts, exam, order = readings.accepts[j], readings.exam[j], readings.order[j]
    _count(counts, applies[j], order)
    following = counts.following
    following[:] = 0.0
    for r in range(order.size - 1, -1, -1):
        c = order[r]
        first, behind = counts.first[r], counts.first[r] + counts.size[r]
        total = 0.0
        for k in range(max(first - 1, 0), min(behind, r) + 1):
            added = min(1.0, accepts[c] * exam[k]) + following[k + 1] - following[k]
            following[k] += applies[j, c] * added
            if first <= k < behind:
                total += counts.chance[r, k - first] * added
        worth[j, c] = total
    return float(following[0])
