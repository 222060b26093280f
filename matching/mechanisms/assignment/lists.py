"""Optimal assignment on scored pairs: all at once, or, where lists are long, a part of the pairs first."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from matching.arrays import Int32s, Int64s, Reals, fixed, totals_before
from matching.errors import InfeasibleError
from matching.kernels import Kernel
from matching.mechanisms.assignment.auction import Pairs, Seating
from matching.mechanisms.assignment.core_pairs import Rows, covering_prices, likely_pairs, tight_pairs, uncovered_pairs
from matching.mechanisms.assignment.free_seats import place_more
from matching.mechanisms.assignment.grid import Grid
from matching.mechanisms.assignment.seating import best_seating, best_surplus
from matching.mechanisms.assignment.tables import (
    Marks,
    Table,
    averages,
    marked_cells,
    marks_of_postings,
    uncovered_cells,
)
from matching.mechanisms.assignment.ways import owners
from matching.scored_pairs import ScoredPairs

__all__ = ["Task", "seat_lists", "seat_long_lists"]

FOR_EACH = 8
"""Pairs of each applicant that the first part holds and that a round may add: decides the time, never the optimum."""

SPARE = 5
"""What a posting takes of a full table beyond thrice its seats, in ``FOR_EACH``: a sample tells its mark roughly."""

STRIDE, DEEPEST = 8, 32
"""One person in so many is sampled for the marks of postings, and the most that is kept of the sample."""

HAIR = 2.0**-30
"""What a lot may add to a score, as a part of the largest, where it is decided which pairs come first."""


class Task(NamedTuple):
    """What is to be solved, and in which unit."""

    pairs: ScoredPairs
    seats: Int64s
    floor: Int64s
    grid: Grid


def seat_lists(task: Task) -> tuple[Int64s, Reals, Reals]:
    """Return the pair each applicant holds, -1 for none, and the prices of applicants and postings in units."""
    part = _part(task, task.pairs.indptr, slice(None))
    seating = best_seating(part, task.grid.magnification)
    return seating.entry_of, *_prices_in_units(part, seating, task.grid)


def seat_long_lists(task: Task) -> tuple[Int64s, Reals, Reals]:
    """Return the same as :func:`seat_lists`, from a growing part of the pairs whose prices end up covering all."""
    whole: _Whole = _FullTable(task) if task.pairs.is_table else _LongLists(_rows(task))
    entries = whole.likely(task.seats)
    price, everybody = None, np.arange(task.pairs.n_applicants)
    to_compare = everybody
    while True:
        part = _part(task, np.searchsorted(entries, task.pairs.indptr), entries)
        try:
            seating = best_seating(part, task.grid.magnification, price=price)
        except InfeasibleError:
            return seat_lists(task)  # perhaps only this part cannot meet the floors
        price = seating.price
        u, v = _prices_in_units(part, seating, task.grid)
        v[task.seats == 0] = np.inf
        missing = whole.uncovered(to_compare, u, v)
        if missing.size == 0 and to_compare is not everybody:
            to_compare = everybody
            missing = whole.uncovered(to_compare, u, v)
        if missing.size == 0:
            break
        # until these are content nobody else needs to be asked again
        to_compare = np.unique(np.searchsorted(task.pairs.indptr, missing, side="right") - 1)
        entries = _ascending(np.concatenate([entries, missing]))
    entry_of = _most_placed(task, entries, seating, u, v)
    covering_prices(_rows(task), u, v)
    return entry_of, u, v


class _Whole(Protocol):
    """All pairs, of which a part is solved."""

    def likely(self, seats: Int64s) -> Int64s:
        """Return the pairs to begin with, ascending."""
        ...

    def uncovered(self, applicants: Int64s, u: Reals, v: Reals) -> Int64s:
        """Return some of the pairs of each of these applicants that the prices do not cover, ascending."""
        ...


class _LongLists(NamedTuple):
    """Lists of any lengths."""

    rows: Rows

    def likely(self, seats: Int64s) -> Int64s:
        return _ascending(likely_pairs(self.rows, seats, FOR_EACH))

    def uncovered(self, applicants: Int64s, u: Reals, v: Reals) -> Int64s:
        return uncovered_pairs(self.rows, applicants, u, v, FOR_EACH)


class _FullTable:
    """Every applicant scored at every posting."""

    def __init__(self, task: Task) -> None:
        pairs, grid = task.pairs, task.grid
        self.table = Table(pairs.scores, pairs.n_postings, grid.first, grid.second, pairs.largest)
        self.average = averages(self.table)
        self.marks = self._marks(task.seats)

    def _marks(self, seats: Int64s) -> Marks:
        wanted = self._wanted(seats)
        enough = self.average.person.size // 200  # of a small table everybody is read
        stride = max(1, min(STRIDE, enough), int(-(-wanted.max() // DEEPEST)))
        depth = np.maximum(1, (wanted + stride // 2) // stride)
        mark = marks_of_postings(self.table, self.average.person, depth, stride)
        return Marks(self.average.person, np.where(seats == 0, np.inf, mark))

    def _wanted(self, seats: Int64s) -> Int64s:
        """Return how many pairs each posting should take; more for more seats, where the table holds so many."""
        plenty = 6 * self.average.person.size // seats.size + 1
        wanted: Int64s = np.minimum(3 * seats, plenty) + SPARE * FOR_EACH
        return wanted

    def likely(self, seats: Int64s) -> Int64s:
        # where seats are scarce the postings' choices settle nearly everything, and applicants need none of their own
        for_each = FOR_EACH if 2 * seats.sum() >= self.average.person.size else 0
        place = np.where(seats == 0, np.inf, self.average.posting)
        return marked_cells(self.table, self.marks, self._wanted(seats), place, for_each)

    def uncovered(self, applicants: Int64s, u: Reals, v: Reals) -> Int64s:
        return uncovered_cells(self.table, self.marks, applicants, (u, v), FOR_EACH)


def _rows(task: Task) -> Rows:
    pairs, grid = task.pairs, task.grid
    return Rows(pairs.indptr, pairs.postings, pairs.scores, grid.first, grid.second, pairs.largest * HAIR)


def _most_placed(task: Task, entries: Int64s, seating: Seating, u: Reals, v: Reals) -> Int64s:
    """Place more people over pairs outside the part that an optimum may use as well, where anybody can be placed."""
    is_placed = seating.entry_of >= 0
    entry_of = _looked_up(entries, seating.entry_of)
    # the part knows fewer free seats than there are where it holds few of a posting's pairs
    n_free = np.where(seating.price == 0, task.seats - seating.n_held, 0).sum()
    if is_placed.all() or n_free == 0:
        return entry_of
    tight = _ascending(np.concatenate([tight_pairs(_rows(task), u, v), entry_of[is_placed]]))
    larger = _part(task, np.searchsorted(tight, task.pairs.indptr), tight)
    held = np.where(is_placed, np.searchsorted(tight, entry_of), -1)
    places = Seating(held, np.empty(larger.first_seat[-1], np.int64), seating.n_held.copy(), seating.price)
    place_more(larger, places, owners(larger.indptr))
    return _looked_up(tight, places.entry_of)


def _looked_up(entries: Int64s, index_of: Int64s) -> Int64s:
    """Return ``entries[index_of]``, -1 where there is no index."""
    found = np.full(index_of.size, -1, np.int64)
    found[index_of >= 0] = entries[index_of[index_of >= 0]]
    return found


def _part(task: Task, indptr: Int64s, entries: Int64s | slice) -> Pairs:
    postings = task.pairs.postings[entries]
    # no posting can hold more people than pairs name it
    usable = np.minimum(task.seats, _times_listed(fixed(postings), task.seats.size))
    first_seat = totals_before(usable)
    return Pairs(fixed(indptr), fixed(postings), task.grid.units(task.pairs.scores[entries]), first_seat, task.floor)


@Kernel
def _times_listed(postings: Int32s, n_postings: int) -> Int64s:
    """Count the pairs of each posting; ``np.bincount`` would copy them to int64 first."""
    count = np.zeros(n_postings, np.int64)
    for posting in postings:
        count[posting] += 1
    return count


def _prices_in_units(part: Pairs, seating: Seating, grid: Grid) -> tuple[Reals, Reals]:
    u, v = best_surplus(part, seating.price) // grid.magnification, seating.price // grid.magnification
    return u.astype(np.float64), v.astype(np.float64)


def _ascending(entries: Int64s) -> Int64s:
    """Sort and drop repetitions: a stable sort merges runs that ascend already, ``np.unique`` would hash."""
    entries = np.sort(entries, kind="stable")
    return entries[np.concatenate([[True], entries[1:] != entries[:-1]])] if entries.size else entries
