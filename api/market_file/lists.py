"""One side's lists of ids as arrays: the step that decides how long a large market takes to read.

Most of the time goes into turning millions of texts into numbers. A dictionary does it for small markets; above a size
at which loading polars pays, its hashed categories do the same in half the time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from api.market_file.wishes import Wish
from matching.arrays import Int32s, Int64s, totals_before
from matching.preferences import Preferences

__all__ = ["to_preferences"]

_MANY = 500_000
"""Names above which loading polars (a fifth of a second) is earned back."""


def to_preferences(rows: Sequence[Sequence[Wish]], index_of: Mapping[str, int]) -> Preferences:
    """Return lists of ids as lists of indices, ties kept.

    Parameters
    ----------
    rows : sequence of lists
        One list a member of this side, best first; a tuple of ids is a tie.
    index_of : mapping
        Index of every id of the other side, in ascending order of the ids.

    Raises
    ------
    KeyError
        An id is not in ``index_of``.
    MarketError
        A row names an id twice.

    Examples
    --------
    >>> to_preferences([["p2", ("p3", "p1")]], {"p1": 0, "p2": 1, "p3": 2}).to_lists()
    [[1, [0, 2]]]
    """
    wishes = list(chain.from_iterable(rows))
    n_wishes = np.fromiter(map(len, rows), np.int64, len(rows))
    codes = _codes_without_ties(wishes, index_of)
    if codes is not None:
        lengths, position = n_wishes, np.arange(len(wishes))
    else:
        # ids are in ascending order like their indices, so sorted ids are the ascending indices a tie has
        names = list(chain.from_iterable((wish,) if isinstance(wish, str) else sorted(wish) for wish in wishes))
        codes, sizes = _codes(names, index_of), _sizes(wishes)
        ends = totals_before(sizes)
        of_rows = totals_before(n_wishes)
        lengths = np.diff(ends[of_rows])
        position = np.repeat(np.arange(len(wishes)), sizes)
    first = np.repeat(np.cumsum(n_wishes) - n_wishes, lengths)
    indptr = totals_before(lengths)
    arrays = indptr, codes, (position - first).astype(np.int32)
    for array in arrays:
        array.flags.writeable = False
    return Preferences(*arrays, n_choices=len(index_of))


def _codes_without_ties(wishes: Sequence[Wish], index_of: Mapping[str, int]) -> Int32s | None:
    """The indices of wishes if all of them are ids, None where some are ties; one look at each wish either way."""
    if len(wishes) < _MANY:
        return _codes(wishes, index_of) if set(map(type, wishes)) <= {str} else None
    try:
        return _codes(wishes, index_of)
    except TypeError:
        return None


def _sizes(wishes: Sequence[Wish]) -> Int64s:
    return np.array([1 if isinstance(wish, str) else len(wish) for wish in wishes], np.int64)


def _codes(names: Sequence[object], index_of: Mapping[str, int]) -> Int32s:
    if len(names) < _MANY:
        return np.fromiter(map(index_of.__getitem__, names), np.int32, len(names))  # type: ignore[arg-type]
    import polars as pl  # noqa: PLC0415 -- only large markets pay for it

    try:
        codes = pl.Series(names, dtype=pl.String).cast(pl.Enum(list(index_of))).to_physical().to_numpy()
    except pl.exceptions.InvalidOperationError:
        raise KeyError(next(name for name in names if name not in index_of)) from None
    return codes.astype(np.int32)
