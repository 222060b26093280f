"""The tie rule of optimal assignment: of assignments worth as much, one that places the most people.

Source: augmenting paths, C. Berge (1957), Two theorems in graph theory, Proceedings of the National Academy of Sciences
43, 842-844, :doi:`10.1073/pnas.43.9.842`, among pairs that are equally good for whoever moves.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Bools, Int64s
from matching.kernels import Kernel
from matching.mechanisms.assignment.auction import Pairs, Seating
from matching.mechanisms.assignment.ways import seat_holders

__all__ = ["place_more"]


class _Tied(NamedTuple):
    via: Int64s  # (m,) the pair over which a posting was reached
    waiting: Int64s  # (m,) postings reached, in the order in which they are searched
    is_reached: Bools  # (m,)


@Kernel
def place_more(pairs: Pairs, seating: Seating, owner: Int64s) -> None:
    """Seat as many more people as cost nothing at these prices: the total stays, the number placed becomes the largest.

    Only moves between offers that are equally good for the mover lead from somebody outside to a free seat; every
    optimal assignment uses only such pairs, so where no way is left no optimal assignment places more.
    """
    m = seating.price.size
    tied = _Tied(np.full(m, -1, np.int64), np.zeros(m, np.int64), np.zeros(m, np.bool_))
    n_placed = 1
    while n_placed > 0:
        n_placed = 0
        tied.is_reached[:] = False
        # what was searched in vain stays reached: within a pass no posting is searched twice, and the holders of a
        # posting not yet searched are those of the start of the pass
        outsiders = seat_holders(pairs, seating)
        for at in range(outsiders.size):
            end = _free_seat_for(pairs, seating, tied, outsiders[at : at + 1])
            if end >= 0:
                n_placed += 1
                _move_along(pairs, seating, owner, tied.via, end)
                tied.is_reached[end] = pairs.first_seat[end] + seating.n_held[end] == pairs.first_seat[end + 1]


@Kernel
def _free_seat_for(pairs: Pairs, seating: Seating, tied: _Tied, newcomer: Int64s) -> int:
    """Search breadth first for a free seat that costs nothing; return its posting or -1."""
    n_waiting = _reach_tied(pairs, seating, tied, newcomer, 0)
    at = 0
    while at < n_waiting:
        posting = tied.waiting[at]
        at += 1
        start, held = pairs.first_seat[posting], seating.n_held[posting]
        if start + held < pairs.first_seat[posting + 1] and seating.price[posting] == 0:
            return int(posting)
        people = seating.holder[start : start + held]
        n_waiting = _reach_tied(pairs, seating, tied, people, n_waiting)
    return -1


@Kernel
def _reach_tied(pairs: Pairs, seating: Seating, tied: _Tied, people: Int64s, n_waiting: int) -> int:
    """Note the postings where these people would be as well off, and return how many wait to be searched."""
    indptr, postings, scores, price = pairs.indptr, pairs.postings, pairs.scores, seating.price
    via, waiting, is_reached = tied
    for applicant in people:
        held = seating.entry_of[applicant]
        surplus = scores[held] - price[postings[held]] if held >= 0 else 0
        for entry in range(indptr[applicant], indptr[applicant + 1]):
            posting = postings[entry]
            if scores[entry] - price[posting] == surplus and not is_reached[posting]:
                is_reached[posting] = True
                via[posting] = entry
                waiting[n_waiting] = posting
                n_waiting += 1
    return n_waiting


@Kernel
def _move_along(pairs: Pairs, seating: Seating, owner: Int64s, via: Int64s, end: int) -> None:
    """Move everybody on the way one posting further, from its end back to the newcomer."""
    seating.n_held[end] += 1
    posting = end
    while posting >= 0:
        entry = via[posting]
        applicant = owner[entry]
        left = seating.entry_of[applicant]
        seating.entry_of[applicant] = entry
        posting = -1
        if left >= 0:
            posting = pairs.postings[left]
