"""How evenly lists spread what there is: Gini, congestion and coverage."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.arrays import Int32s, Int64s
from matching.ranking.metrics.amounts import read_amounts, shares_of_the_largest

__all__ = ["congestion", "coverage", "gini", "times_shown"]


def gini(amounts: npt.ArrayLike) -> float:
    """Return the Gini coefficient: 0 where all have the same, towards 1 where one has everything.

    With x ascending, (2 sum of r x_r - (n + 1) sum of x) / (n sum of x), r from 1 on; 0 where there is nothing.

    Raises
    ------
    MarketError
        When the amounts are not one row of finite numbers >= 0; the message names the entry.

    Examples
    --------
    >>> gini(np.array([1.0, 1.0])), gini(np.array([0.0, 0.0, 0.0, 8.0]))
    (0.0, 0.75)
    """
    ascending = np.sort(shares_of_the_largest(read_amounts(amounts, "amounts")))
    n, total = ascending.size, float(ascending.sum())
    if not total:
        return 0.0
    return float((2 * (np.arange(1, n + 1) @ ascending) - (n + 1) * total) / (n * total))


def congestion(shown: npt.ArrayLike) -> float:
    """Return how the shown places gather on few items: -1 where all have as many, 0 where one has all.

    With s the shares, the sum of s log s over log m; 0 where there is one item or nothing is shown.

    Raises
    ------
    MarketError
        When what is shown is not one row of finite numbers >= 0; the message names the entry.

    Examples
    --------
    >>> congestion(np.array([5, 5, 5])), congestion(np.array([7, 0, 0]))
    (-1.0, 0.0)
    """
    times = shares_of_the_largest(read_amounts(shown, "shown"))
    if times.size < 2 or not times.any():
        return 0.0
    shares = times[times > 0] / times.sum()
    return float(shares @ np.log(shares) / np.log(times.size)) + 0.0


def coverage(shown: npt.ArrayLike) -> float:
    """Return the share of the items that are shown at all; nan without items.

    Raises
    ------
    MarketError
        As :func:`congestion`.

    Examples
    --------
    >>> coverage(np.array([3, 0, 1, 0]))
    0.5
    """
    times = read_amounts(shown, "shown")
    return float(np.count_nonzero(times) / times.size) if times.size else float("nan")


def times_shown(orders: Int32s, n_items: int) -> Int64s:
    """Return (n_items,) in how many of the lists each item stands.

    Examples
    --------
    >>> times_shown(np.array([[2, 0], [2, -1]], np.int32), 3)
    array([1, 0, 2])
    """
    return np.bincount(orders[orders >= 0], minlength=n_items).astype(np.int64)
