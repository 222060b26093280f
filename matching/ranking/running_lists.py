"""Lists that fill while scores pass by: single precision decides what may be dropped, exact scores what is listed.

A list has room for a few times its length. What reaches its limit is appended; when the room is full, the items that
cannot be among the best any more are dropped and the limit rises, so that most scores cost a comparison. Let ``t`` be
the k-th largest float32 score of any items and ``e`` its largest error: at least k of them have an exact score of
``t - e``, so what is among the best has one too, and a float32 score of at least ``t - 2 e``. Where ties leave more
than the room, exact scores decide at once, the lower index first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Int32s, Int64s, Reals
from matching.kernels import Kernel
from matching.ranking.exact_units import SCORE_UNIT, Floats32
from matching.ranking.left_out import Words
from matching.ranking.pair_scores import PostingArrays, RowArrays, add_tables, exact_units
from matching.ranking.top_lists import NO_SCORE, TopLists, empty_lists

__all__ = ["RunningLists", "finish", "offer", "running_lists", "with_limits"]

_ROOM = 4
"""Room of a list in lengths: more room is settled less often, less room drops more early."""

_STRIDE = 32
"""Scores that are compared before anybody asks which of them it was."""


class RunningLists(NamedTuple):
    """Lists of the applicants of some rows, or of all postings."""

    scores: Floats32  # (lists, room)
    items: Int32s  # (lists, room) row of the block or posting, rising
    n_items: Int64s  # (lists,)
    limit: Floats32  # (lists,) what a float32 score must reach to be appended
    slack: Reals  # (lists,) how far a float32 score can be from the exact one
    length: int  # items that are wanted
    is_of_rows: bool  # the lists are those of applicants, the items postings


def running_lists(slack: Reals, length: int, *, is_of_rows: bool) -> RunningLists:
    """Return empty lists; one of length 0 takes nothing."""
    n, room = slack.size, _ROOM * length + _STRIDE
    limit = np.full(n, -np.inf if length else np.inf, np.float32)
    return RunningLists(
        np.empty((n, room), np.float32),
        np.empty((n, room), np.int32),
        np.zeros(n, np.int64),
        limit,
        slack,
        length,
        is_of_rows,
    )


def with_limits(lists: RunningLists, known: TopLists) -> RunningLists:
    """Return the lists with the limits that items known from elsewhere set: what stays below them is not listed."""
    if not lists.length:
        return lists
    last = known.units[:, -1]
    limit = np.where(last == NO_SCORE, -np.inf, last * SCORE_UNIT - lists.slack)
    return lists._replace(limit=_below(limit).astype(np.float32))


def finish(lists: RunningLists, first_row: int, rows: RowArrays, postings: PostingArrays) -> TopLists:
    """Return the lists, best first, with exact scores."""
    found = empty_lists(lists.n_items.size, lists.length)
    if lists.length:
        _finish(lists, first_row, rows, postings, found.items, found.units)
    return found


def _below(values: Reals) -> Reals:
    below: Reals = values - np.abs(np.where(np.isfinite(values), values, 0.0)) * 2.0**-22 - 2.0**-60
    return below


@Kernel
def offer(  # noqa: C901, PLR0917 - done for every pair: a call would cost more than the work
    tile: Floats32,
    corner: tuple[int, int],
    excluded: Words,
    rows: RowArrays,
    postings: PostingArrays,
    of_rows: RunningLists,
    of_postings: RunningLists,
) -> None:
    """Add the tables' parts to a tile of products and offer its pairs to the lists of both sides.

    ``corner`` is the row of the block and the posting of the tile's first score; the lists of rows and the words of
    ``excluded`` begin with that row.
    """
    first_row, first = corner
    n, m = tile.shape
    limit, limits = of_rows.limit, of_postings.limit[first : first + m]
    row_scores, row_items, row_n = of_rows.scores, of_rows.items, of_rows.n_items
    column_scores, column_items, column_n = of_postings.scores, of_postings.items, of_postings.n_items
    row_room, column_room = row_scores.shape[1], column_scores.shape[1]
    for i in range(n):
        scores = tile[i]
        if postings.start.size > 0:
            add_tables(scores, first_row + i, first, rows, postings)
        for start in range(0, m, _STRIDE):
            stop = min(start + _STRIDE, m)
            if not _reaches(scores[start:stop], limit[i], limits[start:stop]):
                continue
            for j in range(start, stop):
                score, posting = scores[j], first + j
                in_row, in_column = score >= limit[i], score >= limits[j]
                if not (in_row or in_column) or _is_set(excluded, i, posting):
                    continue
                if in_row:
                    at = row_n[i]
                    row_scores[i, at], row_items[i, at], row_n[i] = score, posting, at + 1
                    if at + 1 == row_room:
                        _settle(of_rows, i, first_row, rows, postings)
                if in_column:
                    at = column_n[posting]
                    column_scores[posting, at], column_items[posting, at] = score, first_row + i
                    column_n[posting] = at + 1
                    if at + 1 == column_room:
                        _settle(of_postings, posting, 0, rows, postings)


@Kernel
def _is_set(words: Words, row: int, bit: int) -> bool:
    is_set: bool = (words[row, bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1) != np.uint64(0)
    return is_set


@Kernel
def _reaches(scores: Floats32, limit: float, limits: Floats32) -> bool:
    n_reaching = 0
    for j in range(scores.size):
        n_reaching += (scores[j] >= limit) | (scores[j] >= limits[j])
    return n_reaching > 0


@Kernel
def _settle(lists: RunningLists, at: int, first_row: int, rows: RowArrays, postings: PostingArrays) -> None:
    """Drop what cannot be listed any more and raise the limit."""
    n, k = lists.n_items[at], lists.length
    if n <= k:
        return
    scores, items, slack = lists.scores[at], lists.items[at], lists.slack[at]
    limit = _rounded_down(_kth_largest(scores[:n].copy(), k) - 2 * slack)
    kept = 0
    for x in range(n):
        if scores[x] >= limit:
            scores[kept], items[kept] = scores[x], items[x]
            kept += 1
    if 4 * kept > 3 * scores.size:
        units = _units_of(lists, at, kept, first_row, rows, postings)
        last = _kth_largest(units.copy(), k)
        _keep_best(scores, items, units, last, k)
        kept, limit = k, max(limit, _rounded_down(last * 2.0**-52 - slack))
    lists.n_items[at], lists.limit[at] = kept, max(limit, lists.limit[at])


@Kernel
def _keep_best(scores: Floats32, items: Int32s, units: Int64s, last: float, k: int) -> None:
    """Keep the ``k`` best of the items, whose k-th best score is ``last``, in their order: of equal ones the first."""
    n_equal, kept = k, 0
    for x in range(units.size):
        n_equal -= units[x] > last
    for x in range(units.size):
        is_equal = units[x] == last and n_equal > 0
        if units[x] > last or is_equal:
            n_equal -= is_equal
            scores[kept], items[kept] = scores[x], items[x]
            kept += 1


@Kernel
def _units_of(  # noqa: PLR0917
    lists: RunningLists, at: int, n: int, first_row: int, rows: RowArrays, postings: PostingArrays
) -> Int64s:
    units = np.empty(n, np.int64)
    for x in range(n):
        item = int(lists.items[at, x])
        if lists.is_of_rows:
            units[x] = exact_units(first_row + at, item, rows, postings)
        else:
            units[x] = exact_units(item, at, rows, postings)
    return units


@Kernel
def _finish(  # noqa: PLR0917
    lists: RunningLists, first_row: int, rows: RowArrays, postings: PostingArrays, items: Int32s, units: Int64s
) -> None:
    for at in range(lists.n_items.size):
        _settle(lists, at, first_row, rows, postings)
        found = _units_of(lists, at, lists.n_items[at], first_row, rows, postings)
        order = np.argsort(~found, kind="mergesort")  # items rise, so of equal ones the lower index stays in front
        for x in range(min(found.size, lists.length)):
            items[at, x], units[at, x] = lists.items[at, order[x]], found[order[x]]


@Kernel
def _rounded_down(value: float) -> np.float32:
    """A float32 at or below the value."""
    return np.float32(value - abs(value) * 2.0**-22 - 2.0**-60)


@Kernel
def _kth_largest(values: Floats32 | Int64s, k: int) -> float:
    """Return the k-th largest value, reordering them (C. Hoare, Algorithm 65, doi:10.1145/366622.366647)."""
    low, high = 0, values.size - 1
    while low < high:
        pivot, a, b = values[(low + high) // 2], low, high
        while a <= b:
            while values[a] > pivot:
                a += 1
            while values[b] < pivot:
                b -= 1
            if a <= b:
                values[a], values[b] = values[b], values[a]
                a, b = a + 1, b - 1
        if k - 1 <= b:
            high = b
        elif k - 1 >= a:
            low = a
        else:
            break
    kth: float = values[k - 1]
    return kth
