"""The first rows that meet postings without a limit: a tile's scores are kept until all of these rows have passed it.

A posting's k-th best score among so many rows is a limit at once, so that few are listed for the time being. With
what is appended one by one the limit would come after half more than k and rise from there.
"""

from __future__ import annotations

import numpy as np

from matching.arrays import Int32s
from matching.kernels import Kernel
from matching.ranking.exact_units import Floats32
from matching.ranking.left_out import Words
from matching.ranking.pair_scores import PostingArrays, RowArrays
from matching.ranking.running_lists import RunningLists, settle
from matching.ranking.score_limits import reached_by, rounded_down

__all__ = ["is_met_whole", "keep_columns", "list_columns", "room_for_columns"]

_LEAST_SCORE = np.float32(np.finfo(np.float32).min)
"""What is left out lies below."""


@Kernel
def is_met_whole(n: int, tile: int, width: int, lists: RunningLists) -> bool:
    """Return whether most postings of a tile have neither items nor a limit, and lists no room for all ``n`` rows."""
    if not 0 < lists.length < lists.scores.shape[1] < n:
        return False
    first, n_open = tile * width, 0
    for place in range(first, first + width):
        n_open += lists.limit[place] == -np.inf and lists.n_items[place] == 0
    return 2 * n_open > width


@Kernel
def room_for_columns(n: int, width: int) -> Floats32:
    """Return room for the columns of a tile; neighbours start in different lines of the first cache."""
    return np.empty((width, -(-n // 32) * 32 + 16), np.float32)


@Kernel
def keep_columns(scores: Floats32, start: int, tile: int, excluded: Words, columns: Floats32) -> None:
    """Keep the scores of the rows from ``start`` on, minus infinity where a pair is left out."""
    n, width = scores.shape
    for i in range(n):
        words, row = excluded[start + i, tile * width >> 6 : (tile + 1) * width >> 6], scores[i]
        for x in range(words.size):
            word = words[x]
            for j in range(64):
                is_out = (word >> np.uint64(j)) & np.uint64(1) != np.uint64(0)
                row[64 * x + j] = np.float32(-np.inf) if is_out else row[64 * x + j]
        for j in range(width):
            columns[j, start + i] = row[j]


@Kernel
def list_columns(  # noqa: PLR0917
    columns: Floats32, n: int, tile: int, first_row: int, rows: RowArrays, postings: PostingArrays, lists: RunningLists
) -> None:
    """List the best of each column, whose ``n`` rows start at ``first_row``."""
    for j in range(columns.shape[0]):
        place, column, n_offered = tile * columns.shape[0] + j, columns[j, :n], np.int32(0)
        for i in range(n):
            n_offered = np.int32(n_offered + np.int32(column[i] >= _LEAST_SCORE))
        if n_offered >= lists.length:
            limit = rounded_down(float(reached_by(column, lists.length)) - 2 * float(lists.slack[place]))
            lists.limit[place] = max(limit, lists.limit[place])
        scores, items, i, at = lists.scores[place], lists.items[place], 0, int(lists.n_items[place])
        while i < n:
            end, limit = min(n, i + scores.size - at), max(np.float32(lists.limit[place]), _LEAST_SCORE)
            at = _append(column[i:end], first_row + i, limit, scores, items, at)
            lists.n_items[place], i = at, end
            if at == scores.size:
                settle(lists, place, int(np.int64(0)), rows, postings)
                at = int(lists.n_items[place])


@Kernel
def _append(  # noqa: PLR0917
    column: Floats32, first: int, limit: np.float32, scores: Floats32, items: Int32s, at: int
) -> int:
    """Append what reaches the limit, for all of which there is room, and return how many the list has.

    Without a branch, which would be foretold wrongly every other time.
    """
    for x in range(column.size):
        scores[at], items[at] = column[x], first + x
        at += column[x] >= limit
    return at
