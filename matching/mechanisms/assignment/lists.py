"""Optimal assignment on scored pairs: all at once, or, where lists are long, a part of the pairs first."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Int32s, Int64s, Reals
from matching.errors import InfeasibleError
from matching.kernels import Kernel
from matching.mechanisms.assignment.auction import Pairs, Seating
from matching.mechanisms.assignment.core_pairs import Rows, covering_prices, likely_pairs, tight_pairs, uncovered_pairs
from matching.mechanisms.assignment.free_seats import place_more
from matching.mechanisms.assignment.grid import Grid
from matching.mechanisms.assignment.seating import best_seating, best_surplus
from matching.mechanisms.assignment.ways import owners
from matching.scored_pairs import ScoredPairs

__all__ = ["Task", "seat_lists", "seat_long_lists"]

FOR_EACH = 8
"""Pairs of each applicant that the first part holds and that a round may add: decides the time, never the optimum."""


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
    rows = _rows(task)
    entries = _ascending(likely_pairs(rows, task.seats, FOR_EACH))
    price, everybody = None, np.arange(task.pairs.n_applicants)
    to_compare = everybody
    while True:
        part = _part(task, np.searchsorted(entries, rows.indptr), entries)
        try:
            seating = best_seating(part, task.grid.magnification, price=price)
        except InfeasibleError:
            return seat_lists(task)  # perhaps only this part cannot meet the floors
        price = seating.price
        u, v = _prices_in_units(part, seating, task.grid)
        v[task.seats == 0] = np.inf
        missing = uncovered_pairs(rows, to_compare, u, v, FOR_EACH)
        if missing.size == 0 and to_compare is not everybody:
            to_compare = everybody
            missing = uncovered_pairs(rows, to_compare, u, v, FOR_EACH)
        if missing.size == 0:
            break
        # until these are content nobody else needs to be asked again
        to_compare = np.unique(np.searchsorted(rows.indptr, missing, side="right") - 1)
        entries = _ascending(np.concatenate([entries, missing]))
    entry_of = _most_placed(task, entries, seating, u, v)
    covering_prices(rows, u, v)
    return entry_of, u, v


def _rows(task: Task) -> Rows:
    pairs, grid = task.pairs, task.grid
    return Rows(pairs.indptr, pairs.postings, pairs.scores, grid.first, grid.second)


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
    usable = np.minimum(task.seats, _times_listed(postings, task.seats.size))
    first_seat = np.concatenate([[0], np.cumsum(usable)])
    return Pairs(indptr, postings, task.grid.units(task.pairs.scores[entries]), first_seat, task.floor)


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
    """Sort and drop repetitions; ``np.unique`` hashes, which takes several times as long here."""
    entries = np.sort(entries)
    return entries[np.concatenate([[True], entries[1:] != entries[:-1]])] if entries.size else entries
