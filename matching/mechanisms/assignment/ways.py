"""The graph of optimal assignment, and the best way from "outside" to every posting.

Postings are the nodes, and "outside" is one more, the last. An arc into a posting is somebody who could move there,
from a seat or from outside, or a holder who could be asked to leave without breaking the floor; an arc into "outside"
is a holder who could give up a seat, or a free seat. An arc gains what the total would gain. The largest gain of a way
from "outside" to a posting is the least price of a seat there. Everything is in whole numbers: nothing is lost to
rounding.

Source: R. K. Ahuja, T. L. Magnanti and J. B. Orlin (1993), Network flows, Prentice Hall, chapters 4 and 9.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Int64s
from matching.kernels import Kernel
from matching.mechanisms.assignment.auction import Pairs, Seating

__all__ = ["FREED", "UNREACHED", "Ways", "least_gains", "may_shrink", "owners", "seat_holders"]

FREED = -2
"""How a way goes on where nobody moves: from "outside" to a posting, a seat is given up; back, a free seat is used."""

UNREACHED = -1
"""No way leads to the node."""


class Ways(NamedTuple):
    """The way on which each node, (m + 1,), was reached."""

    via: Int64s  # the pair that is formed, or given up in the way to "outside"; FREED or UNREACHED
    came_from: Int64s  # the node before


@Kernel
def owners(indptr: Int64s) -> Int64s:
    """Return the applicant of each pair."""
    owner = np.empty(indptr[-1], np.int64)
    for applicant in range(indptr.size - 1):
        owner[indptr[applicant] : indptr[applicant + 1]] = applicant
    return owner


@Kernel
def seat_holders(pairs: Pairs, seating: Seating) -> Int64s:
    """Make ``n_held`` and ``holder`` agree with the pairs held; return the applicants who hold none."""
    seating.n_held[:] = 0
    outsiders, n_outside = np.empty(seating.entry_of.size, np.int64), 0
    for applicant in range(seating.entry_of.size):
        entry = seating.entry_of[applicant]
        if entry >= 0:
            posting = pairs.postings[entry]
            seating.holder[pairs.first_seat[posting] + seating.n_held[posting]] = applicant
            seating.n_held[posting] += 1
        else:
            outsiders[n_outside] = applicant
            n_outside += 1
    return outsiders[:n_outside]


@Kernel
def may_shrink(pairs: Pairs, seating: Seating, posting: int) -> bool:
    """Whether a posting may hold one person less; true of an empty one without a floor: its price is not below 0."""
    return bool(seating.n_held[posting] > pairs.floor[posting] or pairs.floor[posting] == 0)


class _Frontier(NamedTuple):
    via: Int64s
    came_from: Int64s
    distance: Int64s  # (m + 1,) loss against the prices on the best way found, -1 while there is none
    heap: Int64s  # (m,) nodes reached but not final, nearest first
    place: Int64s  # (m + 1,) position in the heap, -1 once final
    size: Int64s  # (1,)


@Kernel
def least_gains(pairs: Pairs, seating: Seating) -> tuple[Int64s, Ways]:
    """Return how far each price, (m + 1,), lies above the best way from "outside", -1 without a way, and the ways.

    The prices must leave no arc that gains (``settle``). Dijkstra's search with what an arc loses as its length;
    O(nnz + m log m).
    """
    m = seating.price.size
    nowhere, none = np.full(m + 1, UNREACHED, np.int64), np.zeros(m + 1, np.int64)
    frontier = _Frontier(nowhere, nowhere.copy(), nowhere.copy(), none, none.copy(), np.zeros(1, np.int64))
    frontier.distance[m] = 0
    _reach_moves(pairs, seating, frontier, seat_holders(pairs, seating), m)
    for posting in range(m):
        if may_shrink(pairs, seating, posting):
            _reach(frontier, posting, seating.price[posting], FREED, m)
    while frontier.size[0] > 0:
        node = _pop(frontier)
        start = pairs.first_seat[node]
        people = seating.holder[start : start + seating.n_held[node]]
        _reach_moves(pairs, seating, frontier, people, node)
    return frontier.distance, Ways(frontier.via, frontier.came_from)


@Kernel
def _reach_moves(pairs: Pairs, seating: Seating, frontier: _Frontier, people: Int64s, node: int) -> None:
    """Note the ways on which these people move on from the node."""
    indptr, postings, scores, price = pairs.indptr, pairs.postings, pairs.scores, seating.price
    distance = frontier.distance
    for applicant in people:
        held = seating.entry_of[applicant]
        length = distance[node] + (scores[held] - price[node] if held >= 0 else 0)
        for entry in range(indptr[applicant], indptr[applicant + 1]):
            posting = postings[entry]
            through = length - scores[entry] + price[posting]
            if through < distance[posting] or distance[posting] < 0:
                _reach(frontier, posting, through, entry, node)


@Kernel
def _reach(frontier: _Frontier, node: int, length: int, via: int, came_from: int) -> None:
    """Note a shorter way to a node and move it towards the top of the heap."""
    known = frontier.distance[node]
    if 0 <= known <= length:
        return
    if known < 0:
        frontier.place[node] = frontier.size[0]
        frontier.size[0] += 1
    frontier.distance[node] = length
    frontier.via[node], frontier.came_from[node] = via, came_from
    at = frontier.place[node]
    while at > 0 and frontier.distance[frontier.heap[(at - 1) // 2]] > length:
        above = frontier.heap[(at - 1) // 2]
        frontier.heap[at], frontier.place[above] = above, at
        at = (at - 1) // 2
    frontier.heap[at], frontier.place[node] = node, at


@Kernel
def _pop(frontier: _Frontier) -> int:
    """Take the nearest node from the heap."""
    nearest: int = frontier.heap[0]
    frontier.size[0] -= 1
    size = frontier.size[0]
    last = frontier.heap[size]
    at, child = 0, 1
    while child < size:
        if child + 1 < size and frontier.distance[frontier.heap[child + 1]] < frontier.distance[frontier.heap[child]]:
            child += 1
        below = frontier.heap[child]
        if frontier.distance[below] >= frontier.distance[last]:
            break
        frontier.heap[at], frontier.place[below] = below, at
        at, child = child, 2 * child + 1
    frontier.heap[at], frontier.place[last] = last, at
    return nearest
