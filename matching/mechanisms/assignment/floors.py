"""Floors of optimal assignment: seat people where too few sit, each along the way that costs the total least.

Source: the successive shortest path method, R. K. Ahuja, T. L. Magnanti and J. B. Orlin (1993), Network flows, Prentice
Hall, section 9.7. Several ways are used per search where they share no posting.
"""

from __future__ import annotations

import numpy as np

from matching.arrays import Bools, Int64s
from matching.kernels import Kernel
from matching.mechanisms.assignment.auction import Pairs, Seating
from matching.mechanisms.assignment.ways import Ways, least_gains, seat_holders

__all__ = ["lower_prices", "meet_floors", "short_of_people"]


@Kernel
def meet_floors(pairs: Pairs, seating: Seating, owner: Int64s) -> int:
    """Seat people until every floor is met; return a posting that no way leads to, or -1 when all is met.

    The seating must be optimal for its own numbers (``settle``), and stays so: each way used is one of the least loss.
    """
    m = seating.price.size
    is_used = np.zeros(m, np.bool_)
    seat_holders(pairs, seating)
    while True:
        n_short = 0
        for posting in range(m):
            n_short += max(0, pairs.floor[posting] - seating.n_held[posting])
        if n_short == 0:
            return -1
        gap, ways = least_gains(pairs, seating)
        farthest = gap.max()
        is_used[:] = False
        for posting in range(m):
            # prices of what no way leads to fall with the farthest, so that no arc from there gains
            seating.price[posting] -= gap[posting] if gap[posting] >= 0 else farthest
        for posting in range(m):
            if seating.n_held[posting] < pairs.floor[posting]:
                if gap[posting] < 0:
                    return posting
                _bring(seating, owner, ways, is_used, posting)
        seat_holders(pairs, seating)


@Kernel
def _bring(seating: Seating, owner: Int64s, ways: Ways, is_used: Bools, posting: int) -> None:
    """Move everybody on the way to a posting, unless somebody on it has moved since the search."""
    m = seating.price.size
    node, first = posting, -1
    while node < m:
        if is_used[node]:
            return
        first, node = ways.via[node], ways.came_from[node]
    if first >= 0 and seating.entry_of[owner[first]] >= 0:
        return
    node = posting
    while node < m:
        is_used[node] = True
        entry = ways.via[node]
        if entry >= 0:
            seating.entry_of[owner[entry]] = entry
        node = ways.came_from[node]


@Kernel
def lower_prices(pairs: Pairs, seating: Seating) -> None:
    """Lower every price to the least that still shows the optimum; a price below 0 is the nearest to 0 that does.

    No way leads to a posting whose price may be below 0 without bound: all who could sit there sit in such postings,
    each of which is at its floor.
    """
    m = seating.price.size
    gap, _ways = least_gains(pairs, seating)
    for posting in range(m):
        seating.price[posting] = 0 if gap[posting] < 0 else seating.price[posting] - gap[posting]
    is_falling = gap.min() < 0
    while is_falling:
        is_falling = False
        for posting in range(m):
            if gap[posting] < 0:
                price = _most_bearable(pairs, seating, posting)
                is_falling = is_falling or price < seating.price[posting]
                seating.price[posting] = price
    _price_closed(pairs, seating.price)


@Kernel
def _most_bearable(pairs: Pairs, seating: Seating, posting: int) -> int:
    """Return the highest price, at most the present one, at which each holder still prefers to stay."""
    price = int(seating.price[posting])
    start = pairs.first_seat[posting]
    for seat in range(start, start + seating.n_held[posting]):
        applicant = seating.holder[seat]
        elsewhere = 0
        for entry in range(pairs.indptr[applicant], pairs.indptr[applicant + 1]):
            other = pairs.postings[entry]
            if other != posting and pairs.first_seat[other] < pairs.first_seat[other + 1]:
                elsewhere = max(elsewhere, int(pairs.scores[entry] - seating.price[other]))
        price = min(price, int(pairs.scores[seating.entry_of[applicant]]) - elsewhere)
    return price


@Kernel
def _price_closed(pairs: Pairs, price: Int64s) -> None:
    """Give postings without a seat the least price that covers their pairs: they can cost whatever it takes."""
    is_closed = pairs.first_seat[1:] == pairs.first_seat[:-1]
    if not is_closed.any():
        return
    for posting in range(price.size):
        price[posting] = 0 if is_closed[posting] else price[posting]
    for applicant in range(pairs.indptr.size - 1):
        surplus = 0
        for entry in range(pairs.indptr[applicant], pairs.indptr[applicant + 1]):
            if not is_closed[pairs.postings[entry]]:
                surplus = max(surplus, pairs.scores[entry] - price[pairs.postings[entry]])
        for entry in range(pairs.indptr[applicant], pairs.indptr[applicant + 1]):
            if is_closed[pairs.postings[entry]]:
                price[pairs.postings[entry]] = max(price[pairs.postings[entry]], pairs.scores[entry] - surplus)


def short_of_people(pairs: Pairs, seating: Seating, posting: int) -> tuple[Int64s, int]:
    """Return postings whose floors together ask for more people than list any of them, and how many do.

    Starts from a posting that no way leads to and adds where its possible people sit until nothing is added.
    """
    is_in = np.zeros(seating.price.size, np.bool_)
    is_in[posting] = True
    applicants = np.repeat(np.arange(pairs.indptr.size - 1), np.diff(pairs.indptr))
    is_placed = seating.entry_of >= 0
    held = np.full(is_placed.size, -1, np.int64)
    held[is_placed] = pairs.postings[seating.entry_of[is_placed]]
    while True:
        could_come = np.zeros(held.size, np.bool_)
        could_come[applicants[is_in[pairs.postings]]] = True
        before = np.count_nonzero(is_in)
        is_in[held[could_come & is_placed]] = True
        if np.count_nonzero(is_in) == before:
            return np.flatnonzero(is_in), int(np.count_nonzero(could_come))
