"""Scores as whole numbers, so that an optimum is exact and a tie is a tie.

Scores with at most nine decimals are counted in that decimal place: 0.1 + 0.2 then ties with 0.3, as whoever wrote the
scores down expects. Any others are counted in a power of two some 50 places below the largest score, which is how
finely a double resolves it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Int64s, Reals
from matching.kernels import Kernel

__all__ = ["Grid", "common_grid"]

LARGEST_BITS = 52
"""Units are counted up to 2**52, where a double still holds every whole number."""

MOST_BITS = 58
"""Units times the magnification stay below 2**58: sums of a few of them fit an int64."""


@dataclass(frozen=True)
class Grid:
    """The unit in which scores are counted.

    Attributes
    ----------
    first, second : float
        ``score * first * second`` is the number of units (two factors, as 2**1100 is no double).
    magnification : int
        Power of two by which the kernels multiply the units, so that an auction can step by less than one unit.
    """

    first: float
    second: float
    magnification: int

    def units(self, scores: Reals) -> Int64s:
        """Return the magnified whole numbers of scores.

        Examples
        --------
        >>> Grid(100.0, 1.0, 4).units(np.array([0.25, 1.0]))
        array([100, 400])
        """
        counted = scores * self.first
        if self.second != 1.0:
            counted *= self.second
        whole: Int64s = np.rint(counted, out=counted).astype(np.int64)
        whole *= self.magnification
        return whole

    def reals(self, units: Reals) -> Reals:
        """Return what so many units, not magnified, are worth."""
        return units / self.second / self.first


def common_grid(scores: Reals, largest: float, *, n_postings: int, has_floors: bool) -> Grid:
    """Choose the unit for scores, none of which exceeds ``largest`` in absolute value.

    The magnification exceeds twice the postings where there is room: an auction that steps by 1 is then exact.
    With floors a price may add up the losses of a chain through every posting, so the numbers stay smaller.

    Examples
    --------
    >>> common_grid(np.array([0.25, 1.5]), 1.5, n_postings=3, has_floors=False)
    Grid(first=100.0, second=1.0, magnification=8)
    """
    room = (60 if has_floors else MOST_BITS + 1) - (int(2 * n_postings + 2).bit_length() if has_floors else 0)
    bits = min(LARGEST_BITS, room - 1)
    for decimals in range(10):
        first = 10.0**decimals
        if largest * first <= 2.0**bits and bool(_are_multiples(scores, first)):
            return Grid(first, 1.0, _magnification(largest * first, room, n_postings))
    exponent = bits - int(np.frexp(largest)[1])
    # scores smaller than a double can magnify are counted in the smallest unit there is
    first_exponent = min(exponent, 1000)
    second = 2.0 ** min(exponent - first_exponent, 74)
    return Grid(2.0**first_exponent, second, _magnification(2.0**bits, room, n_postings))


def _magnification(largest_units: float, room: int, n_postings: int) -> int:
    enough = int(2 * n_postings + 1).bit_length()
    left = room - 1 - int(max(largest_units, 1.0)).bit_length()
    return int(2 ** max(0, min(enough, left)))


@Kernel
def _are_multiples(scores: Reals, per_unit: float) -> bool:
    """Whether each score is the double nearest to a whole number of units; stops at the first that is not."""
    at = 0
    while at < scores.size and np.rint(scores[at] * per_unit) / per_unit == scores[at]:
        at += 1
    return at == scores.size
