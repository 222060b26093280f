"""Scores of pairs: whole tiles in single precision, single pairs exactly, and how far apart the two can be."""

from __future__ import annotations

from math import gcd
from typing import NamedTuple

import numpy as np

from matching.arrays import Int32s, Int64s, Reals
from matching.errors import MarketError
from matching.kernels import Kernel
from matching.ranking.exact_units import FACTOR_UNIT, Floats32, factors_in_units, norms_of_factors, told
from matching.ranking.piecewise_products import piece_shape, rows_in_pieces, whole_pieces
from matching.ranking.score_sides import ApplicantSide, PostingSide

__all__ = [
    "TILE_WIDTH",
    "PostingArrays",
    "RowArrays",
    "add_tables",
    "exact_units_of_pairs",
    "posting_arrays",
    "row_arrays",
    "scores_of_pairs",
]

TILE_WIDTH = 256
"""Postings of a tile: their vectors and table rows, and scores of some applicants, fit the second cache."""

_MOST_EXPANDED = 256
"""Tables with at most so many rows are laid out over all postings, so that a tile adds whole rows of them."""

_AT_ONCE = 4
"""Rows of tables that are added in one go."""

_HALF_UNIT = 2.0**-24
"""A float32 sum or product is off by at most this share of itself."""

_LARGEST_SCORE = 1024.0
"""The size up to which exact scores fit 63 bits, with room to spare."""


class PostingArrays(NamedTuple):
    """The postings' side of a score, as the kernels read it."""

    order: Int32s  # (P,) the posting at each place of the tiles, -1 behind the last
    places: Int64s  # (m,) the place of each posting
    units: Int32s  # (m, d) vectors in units of 2^-26
    tiles: Floats32  # (P / TILE_WIDTH, pieces, length, TILE_WIDTH) vectors, the last piece filled up with zeros
    expanded: Floats32  # (P / TILE_WIDTH, K, TILE_WIDTH) rows of the small tables, weighted
    expanded_at: Int64s  # (T,) where a table's rows start in it, -1 for a table that is looked up
    line_tables: Int64s  # (K,) the table of each of these rows
    line_starts: Int64s  # (K,) where it starts among the values
    values: Reals  # the tables' values, row after row, table after table
    codes: Int32s  # (m, T) column of each table
    weights: Reals  # (m, T) what its values are multiplied by


class RowArrays(NamedTuple):
    """The applicants' side of a score for one block."""

    units: Int32s  # (r, d)
    vectors: Floats32  # (pieces, r, length), the last piece filled up with zeros
    bases: Int32s  # (r, T) where the row of each table starts among the tables' values
    weights: Int32s  # (r, T) in units of 2^-26
    lines: Int32s  # (r, L) rows of the small tables; L is a multiple of 4
    line_weights: Floats32  # (r, L) 0 where there is no table
    slack: Reals  # (r,) how far a float32 score of the row can be from the exact one

    def chosen(self, rows: Int64s) -> RowArrays:
        """Return some of the rows."""
        return RowArrays(
            self.units[rows],
            np.take(self.vectors, rows, axis=1),  # laid out as it was, which an index of the second axis is not
            self.bases[rows],
            self.weights[rows],
            self.lines[rows],
            self.line_weights[rows],
            self.slack[rows],
        )


def posting_arrays(side: PostingSide) -> PostingArrays:
    """Lay the postings' side out for the kernels: O(m (d + rows of small tables)) in time and memory."""
    m, d, tables = len(side), side.vectors.shape[1], side.tables
    order, n_tiles = _spread_order(m), -(-m // TILE_WIDTH)
    tiles = _tiles(whole_pieces(side.units[order]).T)
    places = np.empty(m, np.int64)
    places[order] = np.arange(m)
    codes = np.array([table.codes for table in tables], dtype=np.int32).reshape(len(tables), m)
    weights = np.array([table.column_weights for table in tables], dtype=np.float64).reshape(len(tables), m)
    expanded, expanded_at = _expanded(side, order)
    line_tables, line_starts = _lines(side)
    return PostingArrays(
        order=np.concatenate([order, np.full(n_tiles * TILE_WIDTH - m, -1)]).astype(np.int32),
        places=places,
        units=side.units,
        tiles=tiles.reshape(n_tiles, *piece_shape(d), TILE_WIDTH),
        expanded=expanded,
        expanded_at=expanded_at,
        line_tables=line_tables,
        line_starts=line_starts,
        values=np.concatenate([np.zeros(0), *(table.values.ravel() for table in tables)]),
        codes=np.ascontiguousarray(codes.T),
        weights=np.ascontiguousarray(weights.T),
    )


def row_arrays(side: ApplicantSide, postings: PostingSide) -> RowArrays:
    """Lay a block's side out for the kernels.

    Raises
    ------
    MarketError
        Naming the entry that is no number of the right size, or the row whose scores would not fit.
    """
    units = factors_in_units(side.vectors, "vectors of a block of applicants")
    weights = factors_in_units(side.row_weights, "weights of a block of applicants")
    largest = np.array([_largest_value(postings, t) for t in range(len(postings.tables))])
    of_tables = (np.abs(weights) * FACTOR_UNIT) @ largest
    size = norms_of_factors(units) * postings.norm + of_tables
    if size.size and size.max() > _LARGEST_SCORE:
        row = int(size.argmax())
        raise MarketError(f"scores of row {row} can reach {size[row]:.6g}, expected at most {_LARGEST_SCORE:g}")
    starts, small = _starts(postings)
    lines = np.zeros((len(side), -(-len(small) // _AT_ONCE) * _AT_ONCE), np.int32)
    line_weights = np.zeros(lines.shape, np.float32)
    lines[:, : len(small)] = side.row_codes[:, small] + starts[small]
    line_weights[:, : len(small)] = weights[:, small] * FACTOR_UNIT
    return RowArrays(
        units=units,
        vectors=rows_in_pieces(units),
        bases=_bases(side, postings),
        weights=weights,
        lines=lines,
        line_weights=line_weights,
        slack=_slack(size, sum(piece_shape(units.shape[1])) + lines.shape[1] + len(postings.tables) - len(small)),
    )


def _spread_order(m: int) -> Int64s:
    """Every posting once, neighbours far apart, so that the first tile is a fair sample of them all."""
    stride = max(1, round(0.618 * m))
    while gcd(stride, m) > 1:
        stride += 1
    order: Int64s = np.arange(m, dtype=np.int64) * stride % max(m, 1)
    return order


def _bases(side: ApplicantSide, postings: PostingSide) -> Int32s:
    sizes = np.array([table.values.size for table in postings.tables], dtype=np.int64)
    widths = np.array([table.values.shape[1] for table in postings.tables], dtype=np.int64)
    return np.ascontiguousarray(np.cumsum(sizes) - sizes + side.row_codes * widths, dtype=np.int32)


def _starts(side: PostingSide) -> tuple[Int64s, list[int]]:
    """Where each small table's rows start among those that are laid out, -1 for the others; and which are small."""
    starts, n_rows = np.full(len(side.tables), -1, np.int64), 0
    small = [t for t, table in enumerate(side.tables) if table.values.shape[0] <= _MOST_EXPANDED]
    for t in small:
        starts[t], n_rows = n_rows, n_rows + side.tables[t].values.shape[0]
    return starts, small


def _expanded(side: PostingSide, order: Int64s) -> tuple[Floats32, Int64s]:
    starts, small = _starts(side)
    parts = [np.zeros((0, order.size), np.float32)]
    for t in small:
        table = side.tables[t]
        codes, weights = table.codes[order], table.column_weights[order]
        parts.append(_on_grid(table.values[:, codes] * weights).astype(np.float32))
    return _tiles(np.concatenate(parts)), starts


def _lines(side: PostingSide) -> tuple[Int64s, Int64s]:
    """Return the table of each row of the small tables, and where the row starts among all tables' values."""
    shapes = np.array([table.values.shape for table in side.tables], dtype=np.int64).reshape(len(side.tables), 2)
    firsts = np.cumsum(shapes.prod(axis=1)) - shapes.prod(axis=1)
    small = [(t, row) for t in _starts(side)[1] for row in range(int(shapes[t, 0]))]
    tables, rows = np.array(small, dtype=np.int64).reshape(len(small), 2).T
    return np.ascontiguousarray(tables), firsts[tables] + rows * shapes[tables, 1]


def _tiles(rows: Floats32) -> Floats32:
    """Cut (K, m) into (tiles, K, TILE_WIDTH), the last one filled up with zeros."""
    k, m = rows.shape
    n_tiles = -(-m // TILE_WIDTH)
    padded = np.zeros((k, n_tiles * TILE_WIDTH), np.float32)
    padded[:, :m] = rows
    return np.ascontiguousarray(padded.reshape(k, n_tiles, TILE_WIDTH).transpose(1, 0, 2))


def _slack(size: Reals, n_additions: int) -> Reals:
    """Bound the error of a float32 score whose parts have absolute values that sum to at most ``size``.

    Two inputs and a product are rounded, then what holds a part goes through at most ``n_additions`` (N. Higham,
    Accuracy and Stability of Numerical Algorithms, 2002, lemma 3.1). Those of a product of two vectors are fewer than
    its piece is long, in whatever order the matrix product takes them, and fewer than there are pieces, whose products
    are added one after another; then come the tables. Zeros that fill a piece up round nothing.
    """
    rounded = (n_additions + 4) * _HALF_UNIT
    return size * (rounded / (1 - rounded)) * 1.01


def _largest_value(side: PostingSide, t: int) -> float:
    table = side.tables[t]
    return float(np.abs(table.values).max(initial=0.0) * np.abs(table.column_weights).max(initial=0.0)) + FACTOR_UNIT


def _on_grid(values: Reals) -> Reals:
    on_grid: Reals = np.rint(values / FACTOR_UNIT) * FACTOR_UNIT
    return on_grid


def scores_of_pairs(side: ApplicantSide, postings: PostingSide, rows: Int32s, items: Int32s) -> Reals:
    """Return the scores of some pairs, (L,), the same bits as lists of :func:`~matching.ranking.top_k.top_k` have.

    Raises
    ------
    MarketError
        As :func:`row_arrays` does.

    Examples
    --------
    >>> side, postings = ApplicantSide(np.array([[0.5], [1.0]])), PostingSide(np.array([[0.25], [1.0]]))
    >>> scores_of_pairs(side, postings, np.array([0, 1], np.int32), np.array([1, 0], np.int32))
    array([0.5 , 0.25])
    """
    return told(exact_units_of_pairs(rows, items, row_arrays(side, postings), posting_arrays(postings)))


@Kernel
def exact_units_of_pairs(rows_of: Int32s, postings_of: Int32s, rows: RowArrays, postings: PostingArrays) -> Int64s:
    """Return the scores of some pairs in units of 2⁻⁵²: one call, since all these arrays cost more than a product."""
    left, bases, of_row = rows.units, rows.bases, rows.weights
    right, codes, of_posting, values = postings.units, postings.codes, postings.weights, postings.values
    units = np.empty(rows_of.size, np.int64)
    for x in range(units.size):
        row, posting, total = rows_of[x], postings_of[x], np.int64(0)
        for k in range(left.shape[1]):
            total += np.int64(left[row, k]) * np.int64(right[posting, k])
        for t in range(codes.shape[1]):
            value = np.rint(values[bases[row, t] + codes[posting, t]] * of_posting[posting, t] * 67108864.0)
            total += np.int64(of_row[row, t]) * np.int64(value)
        units[x] = total
    return units


@Kernel
def add_tables(scores: Floats32, first_row: int, tile: int, rows: RowArrays, postings: PostingArrays) -> None:
    """Add the tables' parts to (n, TILE_WIDTH) float32 scores of the rows from ``first_row`` on."""
    expanded, lines, w = postings.expanded[tile], rows.lines, rows.line_weights
    for i in range(scores.shape[0]):
        row = first_row + i
        for x in range(0, lines.shape[1], 4):
            a, b, c, d = lines[row, x], lines[row, x + 1], lines[row, x + 2], lines[row, x + 3]
            w_a, w_b, w_c, w_d = w[row, x], w[row, x + 1], w[row, x + 2], w[row, x + 3]
            for j in range(scores.shape[1]):
                one = w_a * expanded[a, j] + w_b * expanded[b, j]
                scores[i, j] += one + (w_c * expanded[c, j] + w_d * expanded[d, j])
    for t in range(postings.expanded_at.size):
        if postings.expanded_at[t] < 0:
            _add_looked_up(scores, first_row, tile, t, rows, postings)


@Kernel
def _add_looked_up(  # noqa: PLR0917
    scores: Floats32, first_row: int, tile: int, t: int, rows: RowArrays, postings: PostingArrays
) -> None:
    unit, first = np.float32(2.0**-26), tile * scores.shape[1]
    for i in range(scores.shape[0]):
        base = rows.bases[first_row + i, t]
        weight = np.float32(rows.weights[first_row + i, t]) * unit
        for j in range(scores.shape[1]):
            posting = postings.order[first + j]
            if posting >= 0:
                value = np.rint(
                    postings.values[base + postings.codes[posting, t]] * postings.weights[posting, t] * 67108864.0
                )
                scores[i, j] += weight * (np.float32(value) * unit)
