"""Short lists out of a large table: each row's first few postings by own fit times the posting's factor."""

from __future__ import annotations

import numpy as np

from matching.arrays import Bools, Int32s, Reals
from matching.kernels import Kernel
from matching.ranking.orders import NOT_LISTED
from matching.ranking.strength_bands import Bands

__all__ = ["best_listed"]


def best_listed(own: Reals | Int32s, bands: Bands, acceptable: Bools, factor: Reals, length: int) -> Int32s:
    """Return the ``length`` postings of every row with the largest ``own[i, j] · factor[j, bands[i, j]]``.

    Parameters
    ----------
    own : (n, m) float64 or int32
        At least 0, on any scale.
    bands : (n, m) uint8
        Which factor of a posting counts for the pair.
    acceptable : (n, m) bool
        Pairs that may be listed.
    factor : (m, 64) float64
        At least 0.
    length : int

    Returns
    -------
    (n, length) int32
        Largest first, behind a row's last posting ``NOT_LISTED``. Equal products: the lower index first.

    Notes
    -----
    O(n m + n length²) at most, with no table of products: one pass, in which a posting below the last of the list costs
    one multiplication.

    Examples
    --------
    >>> own, bands = np.array([[0.2, 0.5, 0.4]]), np.zeros((1, 3), dtype=np.uint8)
    >>> factor = np.ones((3, 64)) * np.array([[1.0], [0.5], [1.0]])
    >>> best_listed(own, bands, np.ones((1, 3), dtype=bool), factor, 4)
    array([[ 2,  1,  0, -1]], dtype=int32)
    """
    lists = np.full((own.shape[0], length), NOT_LISTED, dtype=np.int32)
    if length > 0:
        _best_listed(own, bands, acceptable, factor, lists, np.zeros(length))
    return lists


@Kernel
def _best_listed(  # noqa: PLR0917
    own: Reals | Int32s, bands: Bands, acceptable: Bools, factor: Reals, lists: Int32s, best: Reals
) -> None:
    n, m = own.shape
    length = lists.shape[1]
    for i in range(n):
        n_listed = 0
        for j in range(m):
            if not acceptable[i, j]:
                continue
            weight = own[i, j] * factor[j, bands[i, j]]
            if n_listed == length and weight <= best[length - 1]:
                continue
            at = min(n_listed, length - 1)
            while at > 0 and best[at - 1] < weight:  # strictly: of equal ones the earlier index stays in front
                best[at], lists[i, at] = best[at - 1], lists[i, at - 1]
                at -= 1
            best[at], lists[i, at] = weight, j
            n_listed = min(n_listed + 1, length)
