"""Who would rather stand in the other side's lists where another stands.

Source: Y. Tomita and T. Yokoyama (2024), Fair reciprocal recommendation in matching markets, RecSys, arXiv:2409.00720.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.arrays import Reals
from matching.errors import MarketError
from matching.ranking.list_market import positive_entries

__all__ = ["EnvyPairs", "envy_pairs"]

LEAST_ENVY = 1e-9
"""Gains up to it are no envy."""

LARGEST = 1e100
"""Exposure whose products and sums stay far from overflow."""

BLOCK = 1 << 22
"""Entries of the comparison that are held at a time."""


class EnvyPairs(NamedTuple):
    """Ordered pairs of members of one side, the first of which envies the second."""

    left: int
    right: int


def envy_pairs(
    pairs: npt.ArrayLike,
    left_exposure: npt.ArrayLike,
    right_exposure: npt.ArrayLike,
    *,
    capacity: npt.ArrayLike | None = None,
) -> EnvyPairs:
    """Count who would expect more matches with the own list kept and another's place in the other side's lists.

    Parameters
    ----------
    pairs, left_exposure, right_exposure : (n, m)
        Chance that the two want each other; exposure of j in the list of i; exposure of i in the list of j.
    capacity : (m,) positive, optional
        Seats: a right member with half the seats of another borrows half of its exposure.

    Returns
    -------
    EnvyPairs
        A gain counts from 1e-9 on.

    Raises
    ------
    MarketError
        When the shapes differ, a chance is not between 0 and 1, an exposure no finite number >= 0, or seats are not
        positive; the message names the entry.

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
    chances = _table(pairs, "pairs", None, most=1.0)
    of_left = _table(left_exposure, "left_exposure", chances.shape)
    of_right = _table(right_exposure, "right_exposure", chances.shape)
    return EnvyPairs(
        _n_envied(chances * of_left, of_right, None), _n_envied((chances * of_right).T, of_left.T, capacity)
    )


def _table(values: npt.ArrayLike, name: str, shape: tuple[int, ...] | None, *, most: float = np.inf) -> Reals:
    table = np.asarray(values)
    if table.dtype.kind not in "iufb" or table.ndim != 2 or shape not in (None, table.shape):
        expected = "a table of numbers" if shape is None else f"{shape} numbers"
        raise MarketError(f"{name} has dtype {table.dtype} and shape {table.shape}, expected {expected}")
    bound = min(most, LARGEST)
    if table.size and not (table.min() >= 0 and table.max() <= bound):
        row, column = (int(at[0]) for at in np.nonzero(~((table >= 0) & (table <= bound))))
        expected = f"a finite number >= 0, at most {LARGEST:g}" if most > bound else f"a number from 0 to {most:g}"
        raise MarketError(f"{name}[{row}, {column}] is {table[row, column]}, expected {expected}")
    return table.astype(np.float64, copy=False)


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
