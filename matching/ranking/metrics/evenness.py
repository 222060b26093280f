"""How evenly lists spread what there is: Gini, congestion and coverage."""

from __future__ import annotations

import numpy as np

from matching.arrays import Int32s, Int64s, Reals, first_index
from matching.errors import MarketError

__all__ = ["congestion", "coverage", "gini", "times_shown"]


def gini(amounts: Reals | Int64s) -> float:
    """Return the Gini coefficient: 0 where all have the same, towards 1 where one has everything.

    With x ascending, (2 sum of r x_r - (n + 1) sum of x) / (n sum of x), r from 1 on; 0 where there is nothing.

    Raises
    ------
    MarketError
        When an amount is negative.

    Examples
    --------
    >>> gini(np.array([1.0, 1.0])), gini(np.array([0.0, 0.0, 0.0, 8.0]))
    (0.0, 0.75)
    """
    ascending, total = np.sort(_non_negative(amounts)), float(amounts.sum())
    n = ascending.size
    if not total:
        return 0.0
    return float((2 * (np.arange(1, n + 1) @ ascending) - (n + 1) * total) / (n * total))


def congestion(shown: Reals | Int64s) -> float:
    """Return how the shown places gather on few items: -1 where all have as many, 0 where one has all.

    With s the shares, the sum of s log s over log m; 0 where there is one item or nothing is shown.

    Raises
    ------
    MarketError
        When an item is shown less than 0 times.

    Examples
    --------
    >>> congestion(np.array([5, 5, 5])), congestion(np.array([7, 0, 0]))
    (-1.0, 0.0)
    """
    total = float(_non_negative(shown).sum())
    if shown.size < 2 or not total:
        return 0.0
    shares = shown[shown > 0] / total
    return float(shares @ np.log(shares) / np.log(shown.size)) + 0.0


def coverage(shown: Reals | Int64s) -> float:
    """Return the share of the items that are shown at all; nan without items.

    Examples
    --------
    >>> coverage(np.array([3, 0, 1, 0]))
    0.5
    """
    return float(np.count_nonzero(shown) / shown.size) if shown.size else float("nan")


def times_shown(orders: Int32s, n_items: int) -> Int64s:
    """Return (n_items,) in how many of the lists each item stands.

    Examples
    --------
    >>> times_shown(np.array([[2, 0], [2, -1]], np.int32), 3)
    array([1, 0, 2])
    """
    return np.bincount(orders[orders >= 0], minlength=n_items).astype(np.int64)


def _non_negative(amounts: Reals | Int64s) -> Reals | Int64s:
    wrong = first_index(~(amounts >= 0))
    if wrong is not None:
        raise MarketError(f"amount {wrong} is {amounts[wrong]}, expected >= 0")
    return amounts
