"""The pass over all pairs of some rows: a tile of products, the tables' parts, a comparison with both sides' limits.

Tiles are so small that each is multiplied in the thread that asks (:mod:`matching.ranking.piecewise_products`), and
scores are compared while they are in the first cache. The first tile is a sample of all postings.
From its scores a limit is guessed that a few more items than are wanted will reach; where it was too high, which
:func:`matching.ranking.running_lists.finish` tells, the row is done again without.
Postings that have no limit yet get theirs from all rows of the pass together (:mod:`matching.ranking.whole_columns`).
"""

from __future__ import annotations

from math import ceil, sqrt
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from matching.kernels import Kernel
from matching.ranking.exact_units import Floats32
from matching.ranking.left_out import Words
from matching.ranking.pair_scores import TILE_WIDTH, PostingArrays, RowArrays, add_tables
from matching.ranking.piecewise_products import multiply_tile, rows_at_once
from matching.ranking.running_lists import RunningLists, settle
from matching.ranking.whole_columns import is_met_whole, keep_columns, list_columns, room_for_columns

__all__ = ["guessing_rank", "pass_rows"]

Bits: TypeAlias = npt.NDArray[np.uint32]

_STRIDE = 32
"""Scores that are compared at once: which of them reach a limit is a bit each of one number."""

_BITS = np.left_shift(np.uint32(1), np.arange(_STRIDE, dtype=np.uint32))

_DE_BRUIJN = 0x077CB531
"""Any five bits of it in a row are different ones (C. Leiserson, H. Prokop, K. Randall 1998)."""

_PLACE_OF_BIT = np.argsort(_BITS * np.uint32(_DE_BRUIJN) >> np.uint32(_STRIDE - 5))
"""Where the only bit of a number stands, found by the first five bits of its product with the number above."""


def guessing_rank(length: int, n_postings: int) -> int:
    """Return which of the best scores of the first tile is guessed to be a row's limit, 0 for no guess.

    Of the ``length`` best of all, about ``length * TILE_WIDTH / n_postings`` stand in the tile, give or take the root
    of it; one list in some hundred is guessed too short.

    Examples
    --------
    >>> guessing_rank(50, 10_000), guessing_rank(50, 1_000), guessing_rank(0, 10_000)
    (6, 0, 0)
    """
    if not length or n_postings < 8 * TILE_WIDTH:
        return 0
    expected = length * TILE_WIDTH / n_postings
    rank = ceil(expected + 3 * sqrt(expected) + 1)
    return rank if rank <= TILE_WIDTH // 4 else 0


@Kernel
def pass_rows(  # noqa: PLR0917
    first_row: int,
    rank: int,
    rows: RowArrays,
    postings: PostingArrays,
    excluded: Words,
    of_rows: RunningLists,
    of_postings: RunningLists,
) -> None:
    """Offer the pairs of as many rows from ``first_row`` on as ``excluded`` has to the lists of both sides."""
    n, (n_tiles, _, length, width) = excluded.shape[0], postings.tiles.shape
    height = rows_at_once(length, width)
    room, spare = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
    n_groups, best = width // _STRIDE, np.empty(rank, np.float32)
    marks = np.zeros((height, n_groups), np.uint32)
    limits = of_postings.limit.reshape(n_tiles, n_groups, width // n_groups)
    columns, known = room_for_columns(n if of_postings.length else 0, width), np.empty((1, 1), np.float32)
    for tile in range(n_tiles):
        is_whole = is_met_whole(n, tile, width, of_postings)
        if is_whole:
            known = limits[tile].copy()
            limits[tile] = np.inf  # offered when all rows have passed
        for start in range(0, n, height):
            stop = min(start + height, n)
            scores = room[: stop - start]
            multiply_tile(scores, spare[: stop - start], first_row + start, rows.vectors, postings.tiles[tile])
            add_tables(scores, first_row + start, tile, rows, postings)
            if tile == 0 and rank > 0:
                _guess_limits(scores, start, excluded, best, of_rows)
            if is_whole:
                keep_columns(scores, start, tile, excluded, columns)
            groups = scores.reshape(stop - start, n_groups, width // n_groups)
            _mark(groups, of_rows.limit[start:stop], limits[tile], marks)
            _offer(scores, marks, (first_row, start, tile), rows, postings, excluded, of_rows, of_postings)
        if is_whole:
            _copy(known, limits[tile])
            list_columns(columns, n, tile, first_row, rows, postings, of_postings)


@Kernel
def _copy(values: Floats32, to: Floats32) -> None:
    """Copy a table; an assignment of arrays would have numba compile what it says of shapes that differ."""
    for x in range(values.shape[0]):
        for j in range(values.shape[1]):
            to[x, j] = values[x, j]


@Kernel
def _guess_limits(scores: Floats32, start: int, excluded: Words, best: Floats32, lists: RunningLists) -> None:
    """Make the score of a rank among the first tile's the limit of each row, if it has so many."""
    rank = best.size
    for i in range(scores.shape[0]):
        best[:] = -np.inf
        for j in range(scores.shape[1]):
            score = scores[i, j]
            if score <= best[rank - 1] or _is_set(excluded, start + i, j):
                continue
            x = rank - 1
            while x > 0 and best[x - 1] < score:
                best[x] = best[x - 1]
                x -= 1
            best[x] = score
        lists.limit[start + i] = lists.floor[start + i] = best[rank - 1]


@Kernel
def _offer(  # noqa: C901, PLR0917 - done for every pair: a call would cost more than the work
    scores: Floats32,
    marks: Bits,
    corner: tuple[int, int, int],
    rows: RowArrays,
    postings: PostingArrays,
    excluded: Words,
    of_rows: RunningLists,
    of_postings: RunningLists,
) -> None:
    """Offer the scores of a tile; ``corner`` is the first row of the lists, its distance from it, and the tile."""
    first_row, start, tile = corner
    n, width = scores.shape
    row_scores, row_items, row_n, row_limit = of_rows.scores, of_rows.items, of_rows.n_items, of_rows.limit
    column_scores, column_items, column_n = of_postings.scores, of_postings.items, of_postings.n_items
    row_room, column_room = row_scores.shape[1], column_scores.shape[1]
    for i in range(n):
        row = start + i
        for x in range(marks.shape[1]):
            if marks[i, x] == 0:
                continue
            first = tile * width + x * _STRIDE
            offered = np.uint64(marks[i, x]) & ~(excluded[row, first >> 6] >> np.uint64(first & 63))
            while offered != np.uint64(0):
                j = _place_of_lowest(offered)
                offered &= offered - np.uint64(1)
                score, place = scores[i, x * _STRIDE + j], first + j
                if score >= row_limit[row]:
                    at = row_n[row]
                    row_scores[row, at], row_items[row, at], row_n[row] = score, postings.order[place], at + 1
                    if at + 1 == row_room:
                        settle(of_rows, row, first_row, rows, postings)
                if score >= of_postings.limit[place]:
                    at = column_n[place]
                    column_scores[place, at], column_items[place, at] = score, first_row + row
                    column_n[place] = at + 1
                    if at + 1 == column_room:
                        settle(of_postings, place, int(np.int64(0)), rows, postings)


@Kernel
def _mark(groups: Floats32, row_limits: Floats32, limits: Floats32, marks: Bits) -> None:
    """Write for every group of scores which of them reach the limit of their row or of their posting.

    Apart from what is done with them: between slices and branches numba counts references, which costs more.
    """
    none = np.uint32(0)
    for i in range(groups.shape[0]):
        for x in range(groups.shape[1]):
            reaching = none
            for j in range(groups.shape[2]):
                is_reached = (groups[i, x, j] >= row_limits[i]) | (groups[i, x, j] >= limits[x, j])
                reaching = np.uint32(reaching | (_BITS[j] if is_reached else none))
            marks[i, x] = reaching


@Kernel
def _place_of_lowest(bits: np.uint64) -> int:
    """Return where the lowest of the first 32 bits that is set stands."""
    lowest = bits & (~bits + np.uint64(1))
    place: int = _PLACE_OF_BIT[(lowest * np.uint64(_DE_BRUIJN) & np.uint64(0xFFFFFFFF)) >> np.uint64(_STRIDE - 5)]
    return place


@Kernel
def _is_set(words: Words, row: int, bit: int) -> bool:
    is_set: bool = (words[row, bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1) != np.uint64(0)
    return is_set
