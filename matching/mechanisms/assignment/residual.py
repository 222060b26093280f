"""The exact stage of optimal assignment: exchanges that still gain, until none is left.

A cycle of the graph of ``assignment_ways`` that gains is a better assignment; without one the assignment is optimal.

Source: R. K. Ahuja, T. L. Magnanti and J. B. Orlin (1993), Network flows, Prentice Hall, chapters 5 and 9.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Bools, Int64s
from matching.kernels import Kernel
from matching.mechanisms.assignment.auction import Pairs, Seating
from matching.mechanisms.assignment.ways import FREED, UNREACHED, may_shrink, seat_holders

__all__ = ["settle"]


class _Search(NamedTuple):
    label: Int64s  # (m + 1,)
    via: Int64s
    came_from: Int64s
    waiting: Int64s  # (m + 1,) a ring
    is_waiting: Bools  # (m + 1,)
    ends: Int64s  # next to leave, number waiting


@Kernel
def settle(pairs: Pairs, seating: Seating, owner: Int64s, patience: int) -> bool:
    """Make every exchange that gains, and the prices such that they show that none is left.

    Labels start at the prices and rise until no arc gains more than the labels at its ends differ; ways that close to a
    cycle are exchanges and are made at once.

    Returns
    -------
    bool
        Whether it is done; False when ``patience`` sweeps were not enough (no limit when it is negative).
    """
    m = pairs.first_seat.size - 1
    nowhere, none = np.full(m + 1, UNREACHED, np.int64), np.zeros(m + 1, np.int64)
    search = _Search(none, nowhere, nowhere.copy(), none.copy(), np.zeros(m + 1, np.bool_), np.zeros(2, np.int64))
    for posting in range(m):
        search.label[posting] = seating.price[posting]
    _wait_all(search)
    outsiders = seat_holders(pairs, seating)
    budget = m + 1
    while search.ends[1] > 0:
        _spread(pairs, seating, search, outsiders, _next(search))
        budget -= 1
        if budget > 0 and search.ends[1] > 0:
            continue
        budget = m + 1
        patience -= 1
        if patience == 0:
            return False
        if _make_exchanges(seating, owner, search):
            outsiders = seat_holders(pairs, seating)
            search.via[:] = UNREACHED
            _wait_all(search)
    for posting in range(m):
        seating.price[posting] = search.label[posting] - search.label[m]
    return True


@Kernel
def _wait_all(search: _Search) -> None:
    size = search.waiting.size
    for node in range(size):
        search.waiting[node], search.is_waiting[node] = node, True
    search.ends[0], search.ends[1] = 0, size


@Kernel
def _next(search: _Search) -> int:
    node = int(search.waiting[search.ends[0]])
    search.ends[0] = (search.ends[0] + 1) % search.waiting.size
    search.ends[1] -= 1
    search.is_waiting[node] = False
    return node


@Kernel
def _spread(pairs: Pairs, seating: Seating, search: _Search, outsiders: Int64s, node: int) -> None:
    """Raise the labels of all nodes to which an arc leads from this one."""
    m = seating.price.size
    label = int(search.label[node])
    if node == m:
        _spread_moves(pairs, seating, search, outsiders, node)
        for posting in range(m):
            if may_shrink(pairs, seating, posting):
                _raise_label(search, posting, label, FREED, m)
        return
    start, stop = pairs.first_seat[node], pairs.first_seat[node] + seating.n_held[node]
    people = seating.holder[start:stop]
    _spread_moves(pairs, seating, search, people, node)
    for applicant in people:
        entry = int(seating.entry_of[applicant])
        _raise_label(search, m, label - int(pairs.scores[entry]), entry, node)
    if stop < pairs.first_seat[node + 1]:
        _raise_label(search, m, label, FREED, node)


@Kernel
def _spread_moves(pairs: Pairs, seating: Seating, search: _Search, people: Int64s, node: int) -> None:
    """Raise the labels of the postings to which these people could move."""
    indptr, postings, scores, label = pairs.indptr, pairs.postings, pairs.scores, search.label
    for applicant in people:
        held = seating.entry_of[applicant]
        without = label[node] - (scores[held] if held >= 0 else 0)
        for entry in range(indptr[applicant], indptr[applicant + 1]):
            if without + scores[entry] > label[postings[entry]]:
                _raise_label(search, postings[entry], without + scores[entry], entry, node)


@Kernel
def _raise_label(search: _Search, node: int, gain: int, via: int, came_from: int) -> None:
    if gain <= search.label[node]:
        return
    search.label[node] = gain
    search.via[node], search.came_from[node] = via, came_from
    if not search.is_waiting[node]:
        search.is_waiting[node] = True
        search.waiting[(search.ends[0] + search.ends[1]) % search.waiting.size] = node
        search.ends[1] += 1


@Kernel
def _make_exchanges(seating: Seating, owner: Int64s, search: _Search) -> int:
    """Make the exchange of every cycle of the ways, and return their number; cycles share no node, hence no person."""
    size = search.via.size
    seen_from = np.full(size, -1, np.int64)
    n_made = 0
    for start in range(size):
        node = start
        while search.via[node] != UNREACHED and seen_from[node] < 0:
            seen_from[node] = start
            node = search.came_from[node]
        if search.via[node] == UNREACHED or seen_from[node] != start:
            continue
        n_made += 1
        first = node
        while True:
            _take_step(seating, owner, search, node)
            # a second walk from elsewhere must not find the cycle again
            before = search.came_from[node]
            search.via[node] = UNREACHED
            node = before
            if node == first:
                break
    return n_made


@Kernel
def _take_step(seating: Seating, owner: Int64s, search: _Search, node: int) -> None:
    """Let the person move who links a node with the one before."""
    entry = search.via[node]
    if entry >= 0:
        seating.entry_of[owner[entry]] = entry if node < search.via.size - 1 else -1
