"""Scores of pairs: whole blocks in single precision, single pairs exactly, and how far apart the two can be."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Int32s, Int64s, Reals
from matching.errors import MarketError
from matching.kernels import Kernel
from matching.ranking.exact_units import FACTOR_UNIT, Floats32, factors_in_units, norms_of_factors
from matching.ranking.score_sides import ApplicantSide, PostingSide

__all__ = ["PostingArrays", "RowArrays", "add_tables", "exact_units", "posting_arrays", "row_arrays"]

_MOST_EXPANDED = 256
"""Tables with at most so many rows are laid out over all postings, so that a block adds whole rows of them."""

_HALF_UNIT = 2.0**-24
"""A float32 sum or product is off by at most this share of itself."""

_LARGEST_SCORE = 1024.0
"""The size up to which exact scores fit 63 bits, with room to spare."""


class PostingArrays(NamedTuple):
    """The postings' side of a score, as the kernels read it."""

    units: Int32s  # (m, d) vectors in units of 2^-26
    columns: Floats32  # (d, m) vectors
    expanded: Floats32  # (K, m) rows of the small tables, weighted, for every posting
    expanded_at: Int64s  # (T,) where a table's rows start in it, -1 for a table that is looked up
    values: Reals  # the tables' values, row after row, table after table
    start: Int64s  # (T,) where each starts
    width: Int64s  # (T,) columns of each
    codes: Int32s  # (m, T) column of each table
    weights: Reals  # (m, T) what its values are multiplied by
    codes_by_table: Int32s  # (T, m) the same, for whole rows of a table that is looked up
    weights_by_table: Reals  # (T, m)


class RowArrays(NamedTuple):
    """The applicants' side of a score for one block."""

    units: Int32s  # (r, d)
    vectors: Floats32  # (r, d)
    codes: Int32s  # (r, T)
    weights: Int32s  # (r, T) in units of 2^-26
    slack: Reals  # (r,) how far a float32 score of the row can be from the exact one


def posting_arrays(side: PostingSide) -> PostingArrays:
    """Lay the postings' side out for the kernels: O(m (d + rows of small tables)) in time and memory."""
    m, tables = len(side), side.tables
    small = [t for t, table in enumerate(tables) if table.values.shape[0] <= _MOST_EXPANDED]
    expanded_at, n_rows = np.full(len(tables), -1, np.int64), 0
    for t in small:
        expanded_at[t], n_rows = n_rows, n_rows + tables[t].values.shape[0]
    expanded = np.empty((n_rows, m), np.float32)
    for t in small:
        values, table = tables[t].values, tables[t]
        for a in range(values.shape[0]):
            expanded[expanded_at[t] + a] = _on_grid(values[a, table.codes] * table.column_weights)
    codes = np.array([table.codes for table in tables], dtype=np.int32).reshape(len(tables), m)
    weights = np.array([table.column_weights for table in tables], dtype=np.float64).reshape(len(tables), m)
    sizes = np.array([table.values.size for table in tables], dtype=np.int64)
    return PostingArrays(
        units=side.units,
        columns=np.ascontiguousarray((side.units * FACTOR_UNIT).astype(np.float32).T),
        expanded=expanded,
        expanded_at=expanded_at,
        values=np.concatenate([np.zeros(0), *(table.values.ravel() for table in tables)]),
        start=np.cumsum(sizes) - sizes,
        width=np.array([table.values.shape[1] for table in tables], dtype=np.int64),
        codes=np.ascontiguousarray(codes.T),
        weights=np.ascontiguousarray(weights.T),
        codes_by_table=codes,
        weights_by_table=weights,
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
    return RowArrays(
        units=units,
        vectors=(units * FACTOR_UNIT).astype(np.float32),
        codes=np.ascontiguousarray(side.row_codes, dtype=np.int32),
        weights=weights,
        slack=_slack(size, units.shape[1] + len(postings.tables)),
    )


def _slack(size: Reals, n_parts: int) -> Reals:
    """Bound the error of a float32 score whose parts have absolute values that sum to at most ``size``.

    Two inputs and a product are rounded, then there are at most as many additions as parts, in whatever order the
    matrix product takes (N. Higham, Accuracy and Stability of Numerical Algorithms, 2002, lemma 3.1).
    """
    rounded = (n_parts + 4) * _HALF_UNIT
    return size * (rounded / (1 - rounded)) * 1.01


def _largest_value(side: PostingSide, t: int) -> float:
    table = side.tables[t]
    return float(np.abs(table.values).max(initial=0.0) * np.abs(table.column_weights).max(initial=0.0)) + FACTOR_UNIT


def _on_grid(values: Reals) -> Reals:
    on_grid: Reals = np.rint(values / FACTOR_UNIT) * FACTOR_UNIT
    return on_grid


@Kernel
def exact_units(row: int, posting: int, rows: RowArrays, postings: PostingArrays) -> np.int64:
    """Return the score of one pair in units of 2⁻⁵²."""
    total = np.int64(0)
    left, right = rows.units[row], postings.units[posting]
    for k in range(left.size):
        total += np.int64(left[k]) * np.int64(right[k])
    for t in range(postings.start.size):
        at = postings.start[t] + rows.codes[row, t] * postings.width[t] + postings.codes[posting, t]
        value = np.rint(postings.values[at] * postings.weights[posting, t] * 67108864.0)
        total += np.int64(rows.weights[row, t]) * np.int64(value)
    return total


@Kernel
def add_tables(scores: Floats32, row: int, first: int, rows: RowArrays, postings: PostingArrays) -> None:
    """Add the tables' parts to the float32 scores of one row, for the postings from ``first`` on."""
    unit, last, n_tables = np.float32(2.0**-26), first + scores.size, postings.start.size
    waiting, t0, w0 = False, 0, np.float32(0)
    for t in range(n_tables):
        weight = np.float32(rows.weights[row, t]) * unit
        code = rows.codes[row, t]
        at = postings.expanded_at[t]
        if at < 0:
            _add_looked_up(scores, weight, t, code, first, postings)
        elif not waiting:
            waiting, t0, w0 = True, at + code, weight
        else:
            waiting = False
            _add_two(scores, postings.expanded[t0, first:last], w0, postings.expanded[at + code, first:last], weight)
    if waiting:
        one = postings.expanded[t0, first:last]
        for j in range(scores.size):
            scores[j] += w0 * one[j]


@Kernel
def _add_two(scores: Floats32, one: Floats32, w_one: np.float32, two: Floats32, w_two: np.float32) -> None:
    for j in range(scores.size):
        scores[j] += w_one * one[j] + w_two * two[j]


@Kernel
def _add_looked_up(  # noqa: PLR0917
    scores: Floats32, weight: np.float32, t: int, code: int, first: int, postings: PostingArrays
) -> None:
    start = postings.start[t] + code * postings.width[t]
    values = postings.values[start : start + postings.width[t]]
    codes, weights, unit = postings.codes_by_table[t], postings.weights_by_table[t], np.float32(2.0**-26)
    for j in range(scores.size):
        value = np.rint(values[codes[first + j]] * weights[first + j] * 67108864.0)
        scores[j] += weight * (np.float32(value) * unit)
