"""Rows of weights put in order, largest first: one sort of whole numbers, in which weight and index share a word."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.arrays import Int32s, Reals

__all__ = ["NOT_LISTED", "order_rows"]

NOT_LISTED = -1
"""Fills a row behind its last item."""

LEAST = 1e-300
"""What a weight of 0 counts, so that it comes before the items that are not listed."""

SHARE_TO_SELECT = 4
"""From how many items a shown one it is quicker to select the shown before they are sorted."""


def order_rows(weights: Reals, n_shown: int | None = None) -> Int32s:
    """Return the items of every row by falling weight.

    Parameters
    ----------
    weights : (R, C) float64
        Not infinite; a negative weight says that the item is not listed.
    n_shown : int, optional
        Length of the lists; all items by default.

    Returns
    -------
    (R, n_shown) int32
        Behind a row's last item ``NOT_LISTED``.

    Notes
    -----
    Equal weights: the lower index first. The bits of a double without sign are ordered as the number is; the index
    takes the place of the lowest of its 52 digits, log2 C of them, which then do not decide an order. O(R C log C),
    with n_shown far below C O(R (C + n_shown log n_shown)).

    Examples
    --------
    >>> order_rows(np.array([[0.2, 0.5, 0.2], [-1.0, 0.0, 3.0]]))
    array([[ 1,  0,  2],
           [ 2,  1, -1]], dtype=int32)
    """
    n_items = weights.shape[1]
    shown = n_items if n_shown is None else min(n_shown, n_items)
    if shown == 0:
        return np.empty((weights.shape[0], 0), np.int32)
    index_bits = np.uint64((1 << (n_items - 1).bit_length()) - 1)
    keys = _keys(weights, index_bits)
    if shown * SHARE_TO_SELECT <= n_items:
        keys.partition(shown - 1, axis=1)
        keys = keys[:, :shown].copy()
    keys.sort(axis=1)
    keys = keys[:, :shown]
    orders = (keys & index_bits).astype(np.int32)
    orders[keys >= ~index_bits] = NOT_LISTED
    return orders


def _keys(weights: Reals, index_bits: np.uint64) -> npt.NDArray[np.uint64]:
    """Return words that rise where the weights fall, then with the index; all ones above the index: not listed."""
    listed = np.maximum(weights, LEAST)
    listed[weights < 0] = 0.0
    keys = listed.view(np.uint64)
    np.invert(keys, out=keys)
    keys &= ~index_bits
    keys |= np.arange(weights.shape[1], dtype=np.uint64)
    return keys
