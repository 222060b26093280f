"""The kernel of optimal assignment: shortest augmenting paths between applicants and postings with several seats.

The invariant between two entries: prices are >= 0, 0 where a seat is free; every pair formed is the holder's best offer
at these prices and worth at least 0; nobody left out would gain at any price. It makes the matching optimal for the
applicants who have entered so far.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Bools, Int32s, Int64s, Reals
from matching.kernels import Kernel

__all__ = ["assign"]


class _Problem(NamedTuple):
    indptr: Int64s
    postings: Int32s
    scores: Reals
    owner: Int64s  # (nnz,) the applicant of each pair
    first_seat: Int64s


class _State(NamedTuple):
    price: Reals  # (m,) of a seat
    entry_of: Int64s  # (n,) the pair each applicant holds, -1 for none
    seat_of: Int64s  # (n,)
    holder: Int64s  # (seats,) people held by posting p stand first among p's seats
    n_held: Int64s  # (m,)


class _Search(NamedTuple):
    distance: Reals  # (m,) what reaching a seat of the posting costs, inf while unreached
    reached_by: Int64s  # (m,) the pair over which it was reached
    is_final: Bools  # (m,)
    heap: Int64s  # (m,) postings reached but not final, nearest first
    place: Int64s  # (m,) position in the heap
    touched: Int64s  # (m,) postings reached
    counts: Int64s  # size of the heap, number touched, free seats in the market
    loss: Reals  # (1,) of the cheapest complete path so far


@Kernel
def assign(indptr: Int64s, postings: Int32s, scores: Reals, owner: Int64s, first_seat: Int64s) -> tuple[Int64s, Reals]:
    """Return the pair that each applicant holds, -1 for none, and the seat prices.

    Parameters
    ----------
    indptr, postings, scores, owner
        Pairs in compressed sparse rows of applicants, and the applicant of each.
    first_seat : (m + 1,) int64
        Cumulative seats: posting p has the seats ``first_seat[p]`` to ``first_seat[p + 1]``.
    """
    n, m = indptr.size - 1, first_seat.size - 1
    none, nowhere = np.full(n, -1, np.int64), np.zeros(m, np.int64)
    problem = _Problem(indptr, postings, scores, owner, first_seat)
    state = _State(np.zeros(m), none, none.copy(), np.empty(first_seat[m], np.int64), nowhere.copy())
    search = _Search(
        np.full(m, np.inf),
        nowhere.copy(),
        np.zeros(m, np.bool_),
        nowhere.copy(),
        nowhere.copy(),
        nowhere.copy(),
        np.array([0, 0, first_seat[m]]),
        np.zeros(1),
    )
    for newcomer in range(n):
        _enter(problem, state, search, newcomer)
    return state.entry_of, state.price


@Kernel
def _enter(problem: _Problem, state: _State, search: _Search, newcomer: int) -> None:
    """Seat one more applicant along the cheapest path, or find that leaving somebody out is as good as it gets."""
    open_posting, leaver = _cheapest_end(problem, state, search, newcomer)
    _reprice(state, search)
    if open_posting >= 0:
        seat = problem.first_seat[open_posting] + state.n_held[open_posting]
        state.n_held[open_posting] += 1
        search.counts[2] -= 1
        _shift(problem, state, search, open_posting, seat)
    elif leaver != newcomer:
        held: int = state.entry_of[leaver]
        posting: int = problem.postings[held]
        state.entry_of[leaver] = -1
        _shift(problem, state, search, posting, state.seat_of[leaver])
    for touched in range(search.counts[1]):
        posting = search.touched[touched]
        search.distance[posting], search.is_final[posting] = np.inf, False
    search.counts[:2] = 0


@Kernel
def _cheapest_end(problem: _Problem, state: _State, search: _Search, newcomer: int) -> tuple[int, int]:
    """Return the posting whose free seat ends the cheapest path, or -1, and who leaves if none does.

    Lengths are losses against the newcomer's best offer, so none is negative. At equal loss a free seat wins over a
    leaver: that places one more.
    """
    best = 0.0
    for entry in range(problem.indptr[newcomer], problem.indptr[newcomer + 1]):
        best = max(best, problem.scores[entry] - state.price[problem.postings[entry]])
    search.loss[0] = best  # staying out gives up the best offer
    leaver = newcomer
    _reach(problem, state, search, newcomer, best)
    while search.counts[0] > 0:
        posting = _pop(search)
        near = search.distance[posting]
        # an end as near as the best so far is of interest only as a free seat
        if near > search.loss[0] or (near == search.loss[0] and search.counts[2] == 0):
            break
        start, held = problem.first_seat[posting], state.n_held[posting]
        if start + held < problem.first_seat[posting + 1]:
            search.loss[0] = near
            return posting, leaver
        search.is_final[posting] = True
        for seat in range(start, start + held):
            applicant = state.holder[seat]
            length = near + problem.scores[state.entry_of[applicant]] - state.price[posting]
            if length < search.loss[0]:
                search.loss[0], leaver = length, applicant
            _reach(problem, state, search, applicant, length)
    return -1, leaver


@Kernel
def _reach(problem: _Problem, state: _State, search: _Search, applicant: int, length: float) -> None:
    """Continue a path on which the applicant has no seat yet over each of the applicant's pairs."""
    for entry in range(problem.indptr[applicant], problem.indptr[applicant + 1]):
        posting = problem.postings[entry]
        distance = length - (problem.scores[entry] - state.price[posting])
        if distance > search.loss[0] or distance >= search.distance[posting] or search.is_final[posting]:
            continue
        if problem.first_seat[posting] == problem.first_seat[posting + 1]:
            continue
        if search.distance[posting] == np.inf:
            search.touched[search.counts[1]] = posting
            search.place[posting] = search.counts[0]
            search.counts[:2] += 1
        search.distance[posting] = distance
        search.reached_by[posting] = entry
        _rise(search, posting)


@Kernel
def _rise(search: _Search, posting: int) -> None:
    """Move a posting whose distance fell towards the top of the heap."""
    at = search.place[posting]
    while at > 0 and search.distance[search.heap[(at - 1) // 2]] > search.distance[posting]:
        above = search.heap[(at - 1) // 2]
        search.heap[at], search.place[above] = above, at
        at = (at - 1) // 2
    search.heap[at], search.place[posting] = posting, at


@Kernel
def _pop(search: _Search) -> int:
    """Take the nearest posting from the heap."""
    nearest: int = search.heap[0]
    search.counts[0] -= 1
    size = search.counts[0]
    last = search.heap[size]
    at, child = 0, 1
    while child < size:
        if child + 1 < size and search.distance[search.heap[child + 1]] < search.distance[search.heap[child]]:
            child += 1
        below = search.heap[child]
        if search.distance[below] >= search.distance[last]:
            break
        search.heap[at], search.place[below] = below, at
        at, child = child, 2 * child + 1
    search.heap[at], search.place[last] = last, at
    return nearest


@Kernel
def _reprice(state: _State, search: _Search) -> None:
    """Raise the price of every posting nearer than the end of the path: pairs formed stay tight, none is undercut."""
    for touched in range(search.counts[1]):
        posting = search.touched[touched]
        if search.is_final[posting] and search.distance[posting] < search.loss[0]:
            state.price[posting] += search.loss[0] - search.distance[posting]


@Kernel
def _shift(problem: _Problem, state: _State, search: _Search, posting: int, seat: int) -> None:
    """Seat everybody on the path one posting further, from its end back to the newcomer, who held none."""
    while posting >= 0:
        entry: int = search.reached_by[posting]
        applicant: int = problem.owner[entry]
        held: int = state.entry_of[applicant]
        left: int = state.seat_of[applicant]
        state.entry_of[applicant], state.seat_of[applicant], state.holder[seat] = entry, seat, applicant
        posting, seat = -1, left
        if held >= 0:
            posting = problem.postings[held]
