"""Lists of the best, with scores that can be compared to the last bit, and how two halves of a market are joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.arrays import Int32s, Int64s, Reals
from matching.errors import MarketError
from matching.kernels import Kernel
from matching.ranking.exact_units import told
from matching.ranking.orders import NOT_LISTED

__all__ = ["NO_SCORE", "TopLists", "empty_lists", "joined_rows", "lengthened", "merge_lists"]

NO_SCORE = int(np.iinfo(np.int64).min)
"""Fills the units behind the last item of a list: below every score."""


@dataclass(frozen=True, eq=False)
class TopLists:
    """The best items of every row, best first; equal scores: the lower index first.

    Attributes
    ----------
    items : (rows, length) int32
        Behind a row's last item ``NOT_LISTED``.
    units : (rows, length) int64
        Exact scores in units of 2⁻⁵²; behind a row's last item ``NO_SCORE``.

    Raises
    ------
    MarketError
        When the two have not the same two-dimensional shape.

    Examples
    --------
    >>> TopLists(np.array([[1, -1]], dtype=np.int32), np.array([[2**51, NO_SCORE]])).scores
    array([[ 0.5, -inf]])
    """

    items: Int32s
    units: Int64s

    def __post_init__(self) -> None:
        if self.items.ndim != 2 or self.items.shape != self.units.shape:
            raise MarketError(f"lists have items of {self.items.shape} and units of {self.units.shape}, expected equal")

    @property
    def scores(self) -> Reals:
        """(rows, length) float64, ``-inf`` behind a row's last item."""
        return np.where(self.items == NOT_LISTED, -np.inf, told(self.units))


def empty_lists(n_rows: int, length: int) -> TopLists:
    """Return lists without an item.

    Examples
    --------
    >>> empty_lists(1, 2).items
    array([[-1, -1]], dtype=int32)
    """
    return TopLists(np.full((n_rows, length), NOT_LISTED, np.int32), np.full((n_rows, length), NO_SCORE, np.int64))


def joined_rows(parts: Sequence[TopLists]) -> TopLists:
    """Return the rows of lists of one length, one part after the other; there is at least one.

    Examples
    --------
    >>> joined_rows([empty_lists(1, 2), empty_lists(2, 2)]).items.shape
    (3, 2)
    """
    return TopLists(np.concatenate([part.items for part in parts]), np.concatenate([part.units for part in parts]))


def lengthened(lists: TopLists, length: int) -> TopLists:
    """Return the same lists with room for more items, of which there are none.

    Examples
    --------
    >>> lengthened(TopLists(np.array([[4]], dtype=np.int32), np.array([[2**51]])), 3).items
    array([[ 4, -1, -1]], dtype=int32)
    """
    n, width = lists.items.shape
    if width == length:
        return lists
    longer = empty_lists(n, length)
    longer.items[:, :width], longer.units[:, :width] = lists.items, lists.units
    return longer


def merge_lists(one: TopLists, other: TopLists) -> TopLists:
    """Return the best of two lists a row, whose items are different ones; neither order nor grouping changes a byte.

    Raises
    ------
    MarketError
        When the lists have not the same shape.

    Examples
    --------
    >>> one = TopLists(np.array([[4, -1]], dtype=np.int32), np.array([[2**51, NO_SCORE]]))
    >>> other = TopLists(np.array([[7, 2]], dtype=np.int32), np.array([[2**52, 2**51]]))
    >>> merge_lists(one, other).items
    array([[7, 2]], dtype=int32)
    """
    if one.items.shape != other.items.shape:
        raise MarketError(f"lists of {one.items.shape} cannot be merged with lists of {other.items.shape}")
    merged = empty_lists(*one.items.shape)
    _merge(one.items, one.units, other.items, other.units, merged.items, merged.units)
    return merged


@Kernel
def _merge(  # noqa: PLR0917
    items: Int32s, units: Int64s, other_items: Int32s, other_units: Int64s, merged_items: Int32s, merged_units: Int64s
) -> None:
    n, length = items.shape
    for row in range(n):
        a, b = 0, 0
        for place in range(length):
            one, other = units[row, a], other_units[row, b]
            if one > other or (one == other and items[row, a] < other_items[row, b]):
                merged_items[row, place], merged_units[row, place] = items[row, a], units[row, a]
                a += 1
            else:
                merged_items[row, place], merged_units[row, place] = other_items[row, b], other_units[row, b]
                b += 1
