"""Optimal assignment over full tables: which cells come first, and which cells prices leave uncovered.

A full table is read once. A posting takes the cells above a mark that a sample of the people suggests, so that every
cell left out is worth at most the sum of its person's and its posting's mark: prices above the marks cover those cells
without reading them again. Only the cells of postings whose price is below their mark are compared one by one.

Rows are read in runs of cells, without a branch for each: hardly any run holds a cell that matters.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Int64s, Reals
from matching.kernels import Kernel
from matching.mechanisms.assignment.core_pairs import insert, lot, shrunk

__all__ = ["Averages", "Marks", "Table", "averages", "marked_cells", "marks_of_postings", "uncovered_cells"]

RUN = 64
"""Cells of a row that are compared before any of them is looked at."""

AVERAGE_ROWS, AVERAGE_CELLS = 100, 32
"""People read for the average of a posting, and cells of a row for that of a person."""


class Table(NamedTuple):
    """All cells, with the two factors that make units of scores."""

    scores: Reals  # (n * m,) row by row
    n_postings: int
    first: float
    second: float
    largest: float  # absolute value of a score


class Averages(NamedTuple):
    """How far the scores of people, (n,), and postings, (m,), lie above the common ones."""

    person: Reals
    posting: Reals


class Marks(NamedTuple):
    """Every cell that :func:`marked_cells` leaves out is worth at most the sum of these two."""

    person: Reals  # (n,)
    posting: Reals  # (m,)


@Kernel
def averages(table: Table) -> Averages:
    """Return averages of a sample, shrunk to the common one by their noise."""
    scores, m, first, second, _largest = table
    n = scores.size // max(m, 1)
    width, step = min(m, AVERAGE_CELLS), max(1, n // AVERAGE_ROWS)
    place, person, square = np.zeros(m), np.zeros(n), 0.0
    n_read = (n + step - 1) // step
    for applicant in range(0, n, step):
        row = scores[applicant * m : (applicant + 1) * m]
        for column in range(m):
            place[column] += row[column] * first * second
    place /= n_read
    for applicant in range(n):
        start = applicant * width % (m - width + 1)
        row, total = scores[applicant * m + start : applicant * m + start + width], 0.0
        for at in range(width):
            # units, whose squares no double is too small or too large for
            above = row[at] * first * second - place[start + at]
            total += above
            square += above * above
        person[applicant] = total / width
    spread = square / max(n * width, 1)
    mean = place.sum() / max(m, 1)
    person = shrunk(person, np.full(n, width, np.float64), 0.0, spread)
    place = shrunk(place, np.full(m, n_read, np.float64), mean, spread)
    return Averages(person / second / first, place / second / first)


@Kernel
def marks_of_postings(table: Table, person: Reals, depth: Int64s, stride: int) -> Reals:
    """Return the score, less the person's, of the ``depth``-th best in a sample of one person in ``stride``.

    Minus infinity where the sample holds fewer people. The best are kept by comparing and exchanging whole rows, which
    needs no branch.
    """
    scores, m = table.scores, table.n_postings
    n = person.size
    best = np.full((depth.max(), m), -np.inf)
    row = np.empty(m)
    for block in range(0, n, stride):
        applicant = min(n - 1, block + int(lot(block, 0) * stride))  # a fixed offset could meet a period of the rows
        own = person[applicant]
        for column in range(m):
            row[column] = scores[applicant * m + column] - own
        for level in range(depth.max()):
            kept = best[level]
            for column in range(m):
                value, other = row[column], kept[column]
                kept[column] = value if value > other else other
                row[column] = other if value > other else value
    mark = np.empty(m)
    for column in range(m):
        mark[column] = best[depth[column] - 1, column]
    return mark


@Kernel
def marked_cells(table: Table, marks: Marks, wanted: Int64s, place: Reals, for_each: int) -> Int64s:
    """Return, in ascending order, the cells above the marks, and the best of each applicant.

    Of cells equal to the marks about ``wanted`` of each posting are taken. About ``for_each`` cells of an applicant are
    the best after taking off the averages of places, ``place``; none where it is 0. A posting whose mark and average
    are infinite gets none.
    """
    m, n = table.n_postings, marks.person.size
    found, n_found = np.empty(m + 65536, np.int64), 0
    columns, n_tied = np.empty(m, np.int64), np.zeros(m, np.int64)
    for applicant in range(n):
        if n_found + 2 * m > found.size:
            found = np.concatenate((found, np.empty(found.size + 2 * m, np.int64)))
        first = n_found
        row, own, seen = table.scores[applicant * m : (applicant + 1) * m], marks.person[applicant], (applicant + 1) / n
        for column in columns[: _reached(row, marks.posting, own, columns)]:
            if row[column] - marks.posting[column] == own:
                n_tied[column] += 1
                if lot(applicant, column) * n_tied[column] >= wanted[column] * seen:
                    continue
            found[n_found] = applicant * m + column
            n_found += 1
        if for_each > 0:
            mine = _best_of_row(row, place, for_each, applicant, columns)
            for at in range(mine):
                found[n_found + at] = applicant * m + columns[at]
            n_found = first + _without_repetition(found[first : n_found + mine])
    return found[:n_found].copy()


@Kernel
def _reached(row: Reals, level: Reals, least: float, columns: Int64s) -> int:
    """Enter the columns where the row lies above the level by ``least`` or more; return their number."""
    n_reached, start = 0, 0
    while start + RUN <= row.size:
        n_more = 0
        for at in range(RUN):
            n_more += row[start + at] - level[start + at] >= least
        if n_more > 0:
            for at in range(start, start + RUN):
                if row[at] - level[at] >= least:
                    columns[n_reached] = at
                    n_reached += 1
        start += RUN
    for at in range(start, row.size):
        if row[at] - level[at] >= least:
            columns[n_reached] = at
            n_reached += 1
    return n_reached


@Kernel
def _best_of_row(row: Reals, place: Reals, for_each: int, applicant: int, columns: Int64s) -> int:
    """Enter about ``for_each`` columns of the best cells less the averages of places; return their number.

    The maxima of ``RUN`` interleaved parts of the row are cells of their own: some of them bound the best from below.
    """
    lanes, start = np.full(RUN, -np.inf), 0
    while start + RUN <= row.size:
        for lane in range(RUN):
            worth = row[start + lane] - place[start + lane]
            lanes[lane] = worth if worth > lanes[lane] else lanes[lane]
        start += RUN
    for column in range(start, row.size):
        lanes[column - start] = max(lanes[column - start], row[column] - place[column])
    lanes.sort()
    least = max(lanes[max(RUN - for_each, 0)], -np.finfo(np.float64).max)
    n_reached, n_best = _reached(row, place, least, columns), 0
    for column in columns[:n_reached]:
        if n_reached <= 2 * for_each or lot(applicant, column) * n_reached < 2 * for_each:
            columns[n_best] = column
            n_best += 1
    return n_best


@Kernel
def _without_repetition(entries: Int64s) -> int:
    """Sort in place and move what is not repeated to the front; return how many there are."""
    entries.sort()
    n_kept = min(entries.size, 1)
    for at in range(1, entries.size):
        if entries[at] != entries[at - 1]:
            entries[n_kept] = entries[at]
            n_kept += 1
    return n_kept


def uncovered_cells(table: Table, marks: Marks, applicants: Int64s, prices: tuple[Reals, Reals], most: int) -> Int64s:
    """Return, in ascending order, the ``most`` worst of each of these applicants' cells that the prices do not cover.

    Prices of applicants and postings are whole numbers of units as doubles, infinite for a posting without a seat. Only
    cells that :func:`marked_cells` left out are sure to be found.
    """
    u, v = prices
    with np.errstate(over="ignore"):
        price, own = v / table.second / table.first, u[applicants] / table.second / table.first
    slack = _slack(table, u, v)
    # a cell left out gains at most its posting's shortfall less what the applicant's price exceeds the person's mark by
    excess = price - np.where(np.isinf(v), 0.0, marks.posting)
    order = np.argsort(excess)
    n_short = np.searchsorted(excess[order], marks.person[applicants] - own + slack)
    return np.sort(_worst_cells(table, _Reach(price, own - slack, order, n_short), applicants, prices, most))


class _Reach(NamedTuple):
    """Which cells may gain."""

    price: Reals  # (m,) of postings, as scores
    least: Reals  # by how much a score lies above them at least, of each applicant asked for
    order: Int64s  # (m,) postings, those first whose cells may gain most
    n_short: Int64s  # how many of these are to be looked at, of each applicant asked for


@Kernel
def _worst_cells(table: Table, reach: _Reach, applicants: Int64s, prices: tuple[Reals, Reals], most: int) -> Int64s:
    u, v = prices
    m, first, second = table.n_postings, table.first, table.second
    found, worst, n_found = np.empty(applicants.size * most, np.int64), np.empty(most), 0
    reached = np.empty(m, np.int64)
    for at in range(applicants.size):
        applicant = applicants[at]
        row = table.scores[applicant * m : (applicant + 1) * m]
        columns = reach.order[: reach.n_short[at]]
        if reach.n_short[at] * RUN > m:
            columns = reached[: _reached(row, reach.price, reach.least[at], reached)]
        mine, n_mine = found[n_found : n_found + most], 0
        worst[:] = 0.0
        for column in columns:
            gain = float(np.rint(row[column] * first * second) - v[column] - u[applicant])
            if gain > 0 and gain + lot(applicant, column) > worst[most - 1]:
                n_mine = insert(worst, mine, n_mine, gain + lot(applicant, column), applicant * m + column)
        n_found += n_mine
    return found[:n_found]


def _slack(table: Table, u: Reals, v: Reals) -> float:
    """Return more than what rounding can add to a difference of a score and two prices."""
    largest_v = np.abs(np.where(np.isinf(v), 0.0, v)).max(initial=0.0)
    largest_u = np.abs(u).max(initial=0.0)
    units = largest_u + largest_v + 1.0
    return float((units / table.second / table.first + table.largest) * 2.0**-48)
