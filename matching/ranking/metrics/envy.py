"""Who would rather stand in the other side's lists where another stands.

Source: Y. Tomita and T. Yokoyama (2024), Fair reciprocal recommendation in matching markets, RecSys, arXiv:2409.00720.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.arrays import Reals
from matching.ranking.list_market import positive_entries

__all__ = ["EnvyPairs", "envy_pairs"]

LEAST_ENVY = 1e-9
"""Gains up to it are no envy."""

BLOCK = 1 << 22
"""Entries of the comparison that are held at a time."""


class EnvyPairs(NamedTuple):
    """Ordered pairs of members of one side, the first of which envies the second."""

    left: int
    right: int


def envy_pairs(
    pairs: Reals, left_exposure: Reals, right_exposure: Reals, *, capacity: npt.ArrayLike | None = None
) -> EnvyPairs:
    """Count who would expect more matches with the own list kept and another's place in the other side's lists.

    Parameters
    ----------
    pairs, left_exposure, right_exposure : (n, m) float64
        Chance that the two want each other; exposure of j in the list of i; exposure of i in the list of j.
    capacity : (m,) positive, optional
        Seats: a right member with half the seats of another borrows half of its exposure.

    Returns
    -------
    EnvyPairs
        A gain counts from 1e-9 on.

    Notes
    -----
    O(n m (n + m)) multiplications in blocks; nothing of size n x n is held.

    Examples
    --------
    The second wants the first place of the first.

    >>> pairs, evenly = np.ones((2, 1)), np.ones((2, 1))
    >>> envy_pairs(pairs, evenly, np.array([[1.0], [0.5]]))
    EnvyPairs(left=1, right=0)
    """
    return EnvyPairs(
        _n_envied(pairs * left_exposure, right_exposure, None),
        _n_envied((pairs * right_exposure).T, left_exposure.T, capacity),
    )


def _n_envied(wishes: Reals, opportunities: Reals, capacity: npt.ArrayLike | None) -> int:
    """Count the (i, k) with i better off by the opportunities of k; a row is a member in both tables."""
    n = wishes.shape[0]
    seats: Reals = positive_entries(capacity, n, "capacity")
    size, found = max(1, BLOCK // max(n, 1)), 0
    a_seat = opportunities.T / seats
    for first in range(0, n, size):
        rows = slice(first, min(first + size, n))
        own = np.einsum("ij,ij->i", wishes[rows], opportunities[rows])
        borrowed = (wishes[rows] * seats[rows, None]) @ a_seat
        found += int(np.count_nonzero(borrowed > own[:, None] + LEAST_ENVY))
    return found
