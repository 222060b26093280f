"""Tables with one more row and column for what nobody said.

The interval of an unknown is the least and the most the table gives over the answers that are possible, so a question
is open only where its answer matters: whether snow is fine is not asked about a place without snow.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from features.terms.factor import LookupTerm, lookup_term

__all__ = ["lookup_with_unknowns"]


def lookup_with_unknowns(
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    known: NDArray[np.float64],
    *,
    low: NDArray[np.float64] | None = None,
    high: NDArray[np.float64] | None = None,
    span: tuple[float, float] | None = None,
    neutral: float = 0.5,
    keys: Sequence[Hashable] | None = None,
) -> LookupTerm:
    """A lookup term whose codes may be -1 (unknown).

    Parameters
    ----------
    a, b : (n,) and (m,) int64
        Codes of the rows and columns of ``known``; -1 = unknown.
    known : (r, c) float64
        Contributions in [0, 1] where both sides are known.
    low, high : (r, c) float64, optional
        Bounds of ``known`` where even two known sides leave something open.
    span : (float, float), optional
        Interval of every unknown. Needed where ``known`` holds only the answers that happen to occur (dates, pay,
        places), so that nobody's interval depends on who else is there; without it ``known`` holds every possible
        answer and an unknown spans them.
    neutral : float
        Where in its interval the value of an unknown lies: 0 = least, 1 = most.
    keys : sequence of hashable, optional
        What the rows of ``known`` stand for, where they are the answers that happen to occur.

    Returns
    -------
    LookupTerm
        Table of shape (r + 1, c + 1); the last row and column are the unknown ones.

    Examples
    --------
    >>> import numpy as np
    >>> term = lookup_with_unknowns(np.array([-1]), np.array([0, 1]), np.array([[1.0, 0.0], [1.0, 1.0]]))
    >>> [(term.low[2, b].item(), term.table[2, b].item(), term.high[2, b].item()) for b in (0, 1)]
    [(1.0, 1.0, 1.0), (0.0, 0.5, 1.0)]
    """
    least = _bordered(known if low is None else low, np.minimum, None if span is None else span[0])
    most = _bordered(known if high is None else high, np.maximum, None if span is None else span[1])
    value = least + neutral * (most - least)
    value[:-1, :-1] = known
    rows, columns = known.shape
    codes = np.where(a < 0, rows, a), np.where(b < 0, columns, b)
    return lookup_term(*codes, value, low=least, high=most, unknown_b=columns, keys=keys)


def _bordered(table: NDArray[np.float64], extreme: np.ufunc, border: float | None) -> NDArray[np.float64]:
    """``table`` with one more row and column that hold ``border``, or the extremes of what stands beside them."""
    if border is not None:
        return np.pad(table.astype(np.float64), (0, 1), constant_values=border)
    across = np.vstack([table, extreme.reduce(table, axis=0, keepdims=True)])
    return np.hstack([across, extreme.reduce(across, axis=1, keepdims=True)])
