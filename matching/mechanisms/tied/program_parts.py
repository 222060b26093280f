"""Integer programs that fall apart into parts without a common row: each part is solved on its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching import sparse
from matching.arrays import Int64s, Reals
from matching.programs.integer_program import IntegerProgram
from matching.programs.priced_search import maximise_near_prices
from matching.programs.solver import maximise

__all__ = ["PartsSolution", "maximise_count_in_parts"]

_SMALLEST_PART = 1024
"""Variables; smaller parts share a run of the solver, whose start-up would cost more than they do."""

_ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class PartsSolution:
    """A solution at least as good as the start, and what no solution exceeds in the words of the solver."""

    values: Reals
    bound: int


def maximise_count_in_parts(
    program: IntegerProgram, *, start: Reals, time_limit: float, prices: Reals | None = None
) -> PartsSolution:
    """Improve a solution of a program of 0/1 variables whose objective counts things.

    Parameters
    ----------
    program : IntegerProgram
        Every solution is worth a whole number.
    start : (n,) float64
        A solution.
    time_limit : float
        Seconds; small parts come first, and a part that has no time left keeps its start and counts as unbounded.
    prices : (rows,) float64, optional
        Of the relaxation; each part is searched near its own.

    Examples
    --------
    >>> two_knapsacks = IntegerProgram.of_binaries(
    ...     np.ones(4), sparse.csr_array(np.array([[2.0, 0, 1, 0], [0, 1.0, 0, 1]])), [-np.inf, -np.inf], [2.0, 1.0]
    ... )
    >>> maximise_count_in_parts(two_knapsacks, start=np.zeros(4), time_limit=9.0).bound
    2
    """
    deadline = time.monotonic() + time_limit
    values, bound = start.copy(), 0
    for columns, rows, part in _parts(program):
        of_part = None if prices is None else prices[rows]
        solution = _improved(part, start[columns], of_part, deadline)
        values[columns] = solution.values
        bound += solution.bound
    return PartsSolution(values, bound)


def _improved(part: IntegerProgram, start: Reals, prices: Reals | None, deadline: float) -> PartsSolution:
    most = int(np.maximum(part.objective, 0.0).sum())
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        return PartsSolution(start, most)
    gap = 1 - _ROUNDING  # one less than the best whole number is proof enough
    if prices is None:
        found = maximise(part, start=start, time_limit=seconds, gap=gap)
    else:
        found = maximise_near_prices(part, prices, start=start, deadline=deadline, gap=gap)
    claimed = int(np.floor(min(found.claimed_bound, most) + _ROUNDING)) if found.status != "infeasible" else most
    is_better = found.values is not None and found.value > float(part.objective @ start)
    return PartsSolution(found.values if is_better and found.values is not None else start, claimed)


def _parts(program: IntegerProgram) -> Iterator[tuple[Int64s, Int64s, IntegerProgram]]:
    """Columns, rows and program of every part, small parts first and joined."""
    k, n = program.rows.shape
    if n == 0:
        return
    rows = program.rows.tocoo()
    graph = sparse.csr_array((np.ones(rows.nnz), (rows.col, n + rows.row)), shape=(n + k, n + k))
    n_parts, label = sparse.connected_components(graph, directed=False)
    sizes = np.bincount(label[:n], minlength=n_parts)
    by_size = np.argsort(sizes, kind="stable")
    bundle_of = np.empty(n_parts, np.int64)
    bundle_of[by_size] = _bundles(sizes[by_size])
    of_column, of_row = bundle_of[label[:n]], bundle_of[label[n:]]
    for bundle in range(int(of_column.max()) + 1):
        columns, kept = np.flatnonzero(of_column == bundle), np.flatnonzero(of_row == bundle)
        part = IntegerProgram(
            program.objective[columns],
            sparse.csr_array(program.rows[kept][:, columns]),
            program.row_lower[kept],
            program.row_upper[kept],
            program.lower[columns],
            program.upper[columns],
            program.is_integer[columns],
        )
        yield columns, kept, part


def _bundles(sizes: Int64s) -> Int64s:
    """Number consecutive parts so that every number but the last covers at least the smallest size."""
    numbers = np.empty(sizes.size, np.int64)
    number, filled = 0, 0
    for at, size in enumerate(sizes.tolist()):
        numbers[at] = number
        filled += size
        if filled >= _SMALLEST_PART:
            number, filled = number + 1, 0
    return numbers
