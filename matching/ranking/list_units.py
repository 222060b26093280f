"""Exact scores of one posting's applicants: what the tables say of the posting is worked out once for all of them."""

from __future__ import annotations

import numpy as np

from matching.arrays import Int32s, Int64s
from matching.kernels import Kernel
from matching.ranking.pair_scores import PostingArrays, RowArrays, exact_units_of_pairs

__all__ = ["exact_units_of_applicants"]


@Kernel
def exact_units_of_applicants(rows_of: Int32s, posting: int, rows: RowArrays, postings: PostingArrays) -> Int64s:
    """Return the scores of a posting's pairs with some rows, the same as :func:`exact_units_of_pairs` does."""
    n_tables, tables = postings.codes.shape[1], postings.line_tables
    if (postings.expanded_at < 0).any() or tables.size > rows_of.size * n_tables:
        return exact_units_of_pairs(rows_of, np.full(rows_of.size, posting, np.int32), rows, postings)
    units, values, right = np.empty(rows_of.size, np.int64), _values_of(posting, postings), postings.units[posting]
    for i in range(units.size):
        row, total = rows_of[i], np.int64(0)
        left, lines, weights = rows.units[row], rows.lines[row], rows.weights[row]
        for k in range(right.size):
            total += np.int64(left[k]) * np.int64(right[k])
        for t in range(n_tables):
            total += np.int64(weights[t]) * values[np.uint32(lines[t])]  # an index below 0 would have to be looked for
        units[i] = total
    return units


@Kernel
def _values_of(posting: int, postings: PostingArrays) -> Int64s:
    """Return what each row of the tables gives the posting, in units of 2⁻²⁶."""
    tables, codes, weights = postings.line_tables, postings.codes[posting], postings.weights[posting]
    values = np.empty(tables.size, np.int64)
    for x in range(tables.size):
        t = tables[x]
        values[x] = np.int64(np.rint(postings.values[postings.line_starts[x] + codes[t]] * weights[t] * 67108864.0))
    return values
