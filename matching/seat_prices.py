"""Least seat prices that a matching bears out: longest ways between postings, found with a queue.

Whoever holds a seat at p and lists q makes the price of q at least that of p plus what the move would gain. The least
prices are the longest ways; a way that closes to a cycle and gains is a better matching, and then no prices exist.

Source: R. K. Ahuja, T. L. Magnanti and J. B. Orlin (1993), Network flows, Prentice Hall, sections 5.4 and 5.5.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Bools, Int32s, Int64s, Reals
from matching.kernels import Kernel

__all__ = ["Held", "lower_unbounded", "raise_prices"]

OUTSIDE = -1
"""Where the way to a posting begins that somebody without a seat, or better off without one, would pay for."""


class Held(NamedTuple):
    """All pairs in compressed sparse rows of applicants, and the one that each holds."""

    indptr: Int64s
    postings: Int32s
    scores: Reals
    entry_of: Int64s  # (n,) the pair each applicant holds, -1 for none


class _Search(NamedTuple):
    start: Int64s  # (m + 1,) where each posting's holders start
    holder: Int64s  # posting by posting
    via: Int64s  # (m,) the pair that bounds the price
    mover: Int64s  # (m,) whose it is
    came_from: Int64s  # (m,) where the mover sits
    waiting: Int64s  # (m,) a ring of postings whose price has risen
    is_waiting: Bools
    ends: Int64s  # next to leave, number waiting


@Kernel
def raise_prices(held: Held, v: Reals, step: float, tolerance: float) -> None:
    """Raise the prices until no move gains more than ``step``; O(m nnz), a few sweeps in practice.

    Stops where moves in a cycle gain more than ``tolerance`` each on average, and after m + 1 sweeps.
    """
    m = v.size
    search = _new_search(held, m)
    for applicant in range(held.entry_of.size):
        if held.entry_of[applicant] < 0:
            _offer(held, v, search, applicant, step)
    for posting in range(m):
        _wait(search, posting)
    left, n_sweeps = m, 0
    while search.ends[1] > 0 and n_sweeps <= m:
        posting = search.waiting[search.ends[0]]
        search.ends[0], search.ends[1] = (search.ends[0] + 1) % m, search.ends[1] - 1
        search.is_waiting[posting] = False
        for at in range(search.start[posting], search.start[posting + 1]):
            _offer(held, v, search, search.holder[at], step)
        left -= 1
        if left == 0:
            left, n_sweeps = m, n_sweeps + 1
            if _largest_mean_gain(held, search) > tolerance:
                return


@Kernel
def _new_search(held: Held, m: int) -> _Search:
    start = np.zeros(m + 1, np.int64)
    for entry in held.entry_of:
        if entry >= 0:
            start[held.postings[entry] + 1] += 1
    start = np.cumsum(start)
    at, holder = start[:m].copy(), np.empty(start[m], np.int64)
    for applicant in range(held.entry_of.size):
        if held.entry_of[applicant] >= 0:
            posting = held.postings[held.entry_of[applicant]]
            holder[at[posting]] = applicant
            at[posting] += 1
    nowhere, none = np.full(m, OUTSIDE, np.int64), np.zeros(m, np.int64)
    ends = np.zeros(2, np.int64)
    return _Search(start, holder, nowhere, none, nowhere.copy(), none.copy(), np.zeros(m, np.bool_), ends)


@Kernel
def _wait(search: _Search, posting: int) -> None:
    if not search.is_waiting[posting]:
        search.is_waiting[posting] = True
        search.waiting[(search.ends[0] + search.ends[1]) % search.waiting.size] = posting
        search.ends[1] += 1


@Kernel
def _offer(held: Held, v: Reals, search: _Search, applicant: int, step: float) -> None:
    """Raise the prices of all other postings to what the applicant would pay for a seat there."""
    own, seat = held.entry_of[applicant], OUTSIDE
    surplus = 0.0
    if own >= 0:
        surplus = held.scores[own] - v[held.postings[own]]
        if surplus > 0:
            seat = int(held.postings[own])
        surplus = max(surplus, 0.0)
    for entry in range(held.indptr[applicant], held.indptr[applicant + 1]):
        posting = held.postings[entry]
        if entry != own and held.scores[entry] - surplus > v[posting] + step:
            v[posting] = held.scores[entry] - surplus
            search.via[posting], search.mover[posting], search.came_from[posting] = entry, applicant, seat
            _wait(search, posting)


@Kernel
def _largest_mean_gain(held: Held, search: _Search) -> float:
    """Return what the moves of a cycle of the ways gain on average, the largest over all cycles; 0 without any."""
    m = search.via.size
    seen_from, largest = np.full(m, -1, np.int64), 0.0
    for first in range(m):
        node = first
        while node != OUTSIDE and seen_from[node] < 0:
            seen_from[node] = first
            node = search.came_from[node]
        if node == OUTSIDE or seen_from[node] != first:
            continue
        end, gain, n_moves = node, 0.0, 0
        while n_moves == 0 or node != end:
            gain += held.scores[search.via[node]] - held.scores[held.entry_of[search.mover[node]]]
            n_moves += 1
            node = search.came_from[node]
        largest = max(largest, float(gain / n_moves))
    return largest


@Kernel
def lower_unbounded(held: Held, v: Reals, flags: tuple[Bools, Bools], step: float) -> None:
    """Lower the prices that nobody outside bounds until all who sit there stay, from 0 and no further than needed.

    ``flags`` tell those prices, and the postings without seats, which can cost whatever it takes and draw nobody away.
    """
    is_unbounded, is_closed = flags
    m = v.size
    if not is_unbounded.any():
        return
    search = _new_search(held, m)
    for _ in range(m + 1):
        is_falling = False
        for posting in np.flatnonzero(is_unbounded):
            for at in range(search.start[posting], search.start[posting + 1]):
                price = _bearable(held, v, is_closed, search.holder[at])
                is_falling = is_falling or price < v[posting] - step
                v[posting] = min(v[posting], price)
        if not is_falling:
            return


@Kernel
def _bearable(held: Held, v: Reals, is_closed: Bools, applicant: int) -> float:
    """Return the highest price at which the applicant prefers the own seat to every other and to none."""
    own, elsewhere = held.entry_of[applicant], 0.0
    for entry in range(held.indptr[applicant], held.indptr[applicant + 1]):
        posting = held.postings[entry]
        if entry != own and not is_closed[posting]:
            elsewhere = max(elsewhere, held.scores[entry] - v[posting])
    return float(held.scores[own] - elsewhere)
