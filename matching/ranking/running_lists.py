"""Lists that fill while scores pass by: single precision decides what may be dropped, exact scores what is listed.

A list has room for half more than its length. What reaches its limit is appended; when the room is full, the items
that cannot be among the best any more are dropped and the limit rises, so that most scores cost a comparison. Let ``t``
be a float32 score that at least k items reach and ``e`` its largest error: at least k of them have an exact score of
``t - e``, so what is among the best has one too, and a float32 score of at least ``t - 2 e``. Where ties leave more
than the room, exact scores decide at once, the lower index first.

A limit may also be a guess, its ``floor``: the list holds all of the best if in the end ``t - 2 e`` is not below it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Bools, Int32s, Int64s, Reals
from matching.kernels import Kernel
from matching.ranking.best_first import put_in_order
from matching.ranking.exact_units import SCORE_UNIT, Floats32
from matching.ranking.list_units import exact_units_of_applicants
from matching.ranking.pair_scores import PostingArrays, RowArrays, exact_units_of_pairs
from matching.ranking.score_limits import reached_by, rounded_down
from matching.ranking.top_lists import NO_SCORE, TopLists, empty_lists

__all__ = ["RunningLists", "finish", "running_lists", "settle", "with_limits"]

_SPARE = 32
"""Room of a list beside half more than its length: with more the limit would rise later."""


class RunningLists(NamedTuple):
    """Lists of the applicants of some rows, or of the postings at all places."""

    scores: Floats32  # (lists, room)
    items: Int32s  # (lists, room) row of the block or posting
    n_items: Int64s  # (lists,)
    limit: Floats32  # (lists,) what a float32 score must reach to be appended
    floor: Floats32  # (lists,) the part of it that is guessed, -inf where none is
    slack: Reals  # (lists,) how far a float32 score can be from the exact one
    length: int  # items that are wanted
    is_of_rows: bool  # the lists are those of applicants, the items postings


def running_lists(slack: Reals, length: int, *, is_of_rows: bool) -> RunningLists:
    """Return empty lists; one of length 0 takes nothing."""
    n, room = slack.size, length + length // 2 + _SPARE
    limit = np.full(n, -np.inf if length else np.inf, np.float32)
    return RunningLists(
        np.empty((n, room), np.float32),
        np.empty((n, room), np.int32),
        np.zeros(n, np.int64),
        limit,
        np.full(n, -np.inf, np.float32),
        slack,
        length,
        is_of_rows,
    )


def with_limits(lists: RunningLists, known: TopLists, places: Int64s) -> RunningLists:
    """Return postings' lists with the limits that items known from elsewhere set: what stays below is not listed."""
    if not lists.length:
        return lists
    last = known.units[:, -1]
    limit = np.full(lists.n_items.size, -np.inf, np.float32)
    limit[places] = _below(np.where(last == NO_SCORE, -np.inf, last * SCORE_UNIT - lists.slack[places]))
    return lists._replace(limit=limit)


def finish(lists: RunningLists, first_row: int, rows: RowArrays, postings: PostingArrays) -> tuple[TopLists, Bools]:
    """Return the lists, best first, with exact scores, and which of them a guess may have robbed of an item."""
    n = lists.n_items.size if lists.is_of_rows else postings.places.size
    found, is_robbed = empty_lists(n, lists.length), np.zeros(n, dtype=np.bool_)
    if lists.length and n:
        _finish(lists, first_row, rows, postings, found.items, found.units, is_robbed)
    return found, is_robbed


def _below(values: Reals) -> Reals:
    below: Reals = values - np.abs(np.where(np.isfinite(values), values, 0.0)) * 2.0**-22 - 2.0**-60
    return below


@Kernel
def settle(lists: RunningLists, at: int, first_row: int, rows: RowArrays, postings: PostingArrays) -> bool:
    """Drop what cannot be listed any more, raise the limit, and tell whether all that can be listed came this far."""
    n, k = lists.n_items[at], lists.length
    if n < k:
        return False
    scores, items, slack = lists.scores[at], lists.items[at], lists.slack[at]
    limit = rounded_down(reached_by(scores[:n], k) - 2 * slack)
    is_whole: bool = limit >= lists.floor[at]
    kept = int(np.int64(0))  # no literal, for which numba would compile what is called with it once more
    for x in range(n):  # without a branch, which would be foretold wrongly every other time
        score = scores[x]
        scores[kept], items[kept] = score, items[x]
        kept += score >= limit
    if 8 * kept > 7 * scores.size:
        units = _units_of(lists, at, kept, first_row, rows, postings)
        last = _kth_largest(units.copy(), k)
        _keep_best(scores, items, units, last, k)
        kept, limit = k, max(limit, rounded_down(last * 2.0**-52 - slack))
    lists.n_items[at], lists.limit[at] = kept, max(limit, lists.limit[at])
    return is_whole


@Kernel
def _keep_best(scores: Floats32, items: Int32s, units: Int64s, last: int, k: int) -> None:
    """Keep the ``k`` best of the items, whose k-th best score is ``last``: of equal ones the lowest."""
    n_equal, n_above = 0, 0
    equal = np.empty(units.size, np.int64)
    for x in range(units.size):
        n_above += units[x] > last
        if units[x] == last:
            equal[n_equal] = -np.int64(items[x])
            n_equal += 1
    highest = -_kth_largest(equal[:n_equal], k - n_above)
    kept = 0
    for x in range(units.size):
        if units[x] > last or (units[x] == last and items[x] <= highest):
            scores[kept], items[kept] = scores[x], items[x]
            kept += 1


@Kernel
def _units_of(  # noqa: PLR0917
    lists: RunningLists, at: int, n: int, first_row: int, rows: RowArrays, postings: PostingArrays
) -> Int64s:
    items = lists.items[at, :n]
    if lists.is_of_rows:
        return exact_units_of_pairs(np.full(n, first_row + at, np.int32), items, rows, postings)
    return exact_units_of_applicants(items, postings.order[at], rows, postings)


@Kernel
def _finish(  # noqa: PLR0917
    lists: RunningLists,
    first_row: int,
    rows: RowArrays,
    postings: PostingArrays,
    items: Int32s,
    units: Int64s,
    is_robbed: Bools,
) -> None:
    most = lists.length + lists.length // 8  # as few as a limit leaves
    for at in range(lists.n_items.size):
        to = at if lists.is_of_rows else int(postings.order[at])
        if to < 0:
            continue
        is_guessed = lists.floor[at] > -np.inf
        if is_guessed or lists.n_items[at] > most:
            is_whole = settle(lists, at, first_row, rows, postings)
            if is_guessed and not is_whole:
                is_robbed[to] = True
                continue
        found = _units_of(lists, at, lists.n_items[at], first_row, rows, postings)
        put_in_order(lists.scores[at, : found.size], lists.items[at], found, items[to], units[to])


@Kernel
def _kth_largest(values: Int64s, k: int) -> int:
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
    kth: int = values[k - 1]
    return kth
