"""What each member of a market may expect from the lists: matches, when both sides see lists."""

from __future__ import annotations

import numpy as np

from matching.arrays import Reals
from matching.kernels import Kernel

__all__ = ["expected_matches", "utilities"]

TILE = 64
"""One of the tables may be stored by columns: in tiles of this side, both kinds are read from the near cache."""


def expected_matches(pairs: Reals, left_exposure: Reals, right_exposure: Reals) -> float:
    """Return the expected number of pairs that look at each other and both want it.

    Examples
    --------
    >>> expected_matches(np.array([[0.5, 1.0]]), np.array([[1.0, 0.5]]), np.array([[1.0, 1.0]]))
    1.0
    """
    return float(utilities(pairs, left_exposure, right_exposure)[0].sum())


@Kernel
def utilities(pairs: Reals, left_exposure: Reals, right_exposure: Reals) -> tuple[Reals, Reals]:
    """Return the expected matches of every member of the left and of the right side.

    Parameters
    ----------
    pairs, left_exposure, right_exposure : (n, m) float64
        Chance that the two want each other; exposure of j in the list of i; exposure of i in the list of j.

    Returns
    -------
    (n,), (m,) float64

    Examples
    --------
    >>> utilities(np.array([[0.5, 1.0]]), np.array([[1.0, 0.5]]), np.array([[1.0, 1.0]]))
    (array([1.]), array([0.5, 0.5]))
    """
    n, m = pairs.shape
    of_left, of_right = np.zeros(n), np.zeros(m)
    for top in range(0, n, TILE):
        for start in range(0, m, TILE):
            for i in range(top, min(top + TILE, n)):
                for j in range(start, min(start + TILE, m)):
                    matches = pairs[i, j] * left_exposure[i, j] * right_exposure[i, j]
                    of_left[i] += matches
                    of_right[j] += matches
    return of_left, of_right
