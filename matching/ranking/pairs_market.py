"""A market from listed pairs and both sides' scores of them, wherever these come from: found just now, or kept."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int32s, Int64s, totals_before
from matching.errors import MarketError
from matching.market import Market
from matching.preferences import Preferences

__all__ = ["market_of_pairs"]


def market_of_pairs(
    pairs: tuple[Int32s, Int32s],
    units: tuple[Int64s, Int64s],
    is_returned: Bools,
    shape: tuple[int, int],
    capacity: npt.ArrayLike,
) -> Market:
    """Return the market of L listed pairs.

    Parameters
    ----------
    pairs : tuple of (L,) int32
        Applicant and posting of every entry: applicant after applicant, each one's best posting first.
    units : tuple of (L,) int64
        The applicant's score of the posting and the posting's of the applicant.
    is_returned : (L,) bool
        Whether the posting lists the applicant too.
    shape : tuple of int
        n applicants and m postings, listed or not.
    capacity : (m,) integer
        Seats.

    Returns
    -------
    Market
        Equal scores are ties on both sides.

    Raises
    ------
    MarketError
        When entries are out of order, when one names nobody or no posting, twice the same pair, or where seats do not
        fit.

    Notes
    -----
    O(L log L).

    Examples
    --------
    >>> pairs = np.array([0, 0, 1], np.int32), np.array([1, 0, 1], np.int32)
    >>> units = np.array([9, 4, 7]), np.array([5, 5, 8])
    >>> market = market_of_pairs(pairs, units, np.ones(3, np.bool_), (2, 2), [1, 1])
    >>> market.applicants.to_lists(), market.postings.to_lists()
    ([[1, 0], [1]], [[0], [1, 0]])
    """
    (rows, items), (own, reading), (n, m) = pairs, units, shape
    _verify_in_range(rows, n, "applicant")
    _verify_in_range(items, m, "posting")
    _verify_ordered(rows, own)
    starts = totals_before(np.bincount(rows, minlength=n))
    return Market(
        Preferences(starts, items, _ranks(rows, own), m),
        _returned(rows[is_returned], items[is_returned], reading[is_returned], shape),
        np.asarray(capacity),
    )


def _verify_in_range(indices: Int32s, n: int, what: str) -> None:
    outside = np.flatnonzero((indices < 0) | (indices >= n))
    if outside.size:
        raise MarketError(f"entry {outside[0]} names {what} {indices[outside[0]]}, expected 0 to {n - 1}")


def _verify_ordered(rows: Int32s, own: Int64s) -> None:
    wrong = np.flatnonzero((rows[1:] < rows[:-1]) | ((rows[1:] == rows[:-1]) & (own[1:] > own[:-1])))
    if wrong.size:
        raise MarketError(f"entry {wrong[0] + 1} is out of order, expected applicant after applicant, best first")


def _returned(rows: Int32s, items: Int32s, units: Int64s, shape: tuple[int, int]) -> Preferences:
    """The postings' lists: best first, equal scores in the order of the applicants."""
    n, m = shape
    order = np.lexsort((rows, -units, items))
    starts = totals_before(np.bincount(items, minlength=m))
    return Preferences(starts, rows[order], _ranks(items[order], units[order]), n)


def _ranks(rows: Int32s, units: Int64s) -> Int32s:
    """Ranks of entries that stand row after row, best first: how many better scores its row has, as of a matrix."""
    is_first = np.ones(rows.size, np.bool_)
    is_first[1:] = rows[1:] != rows[:-1]
    is_new = is_first.copy()
    is_new[1:] |= units[1:] != units[:-1]
    class_of = np.cumsum(is_new)
    ranks: Int32s = (class_of - np.maximum.accumulate(np.where(is_first, class_of, 0))).astype(np.int32)
    return ranks
