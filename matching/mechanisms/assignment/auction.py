"""An auction that seats nearly everybody right: the first, coarse stage of optimal assignment.

Applicants bid for seats, each seat goes to the highest bid, and a bid overtakes the second-best offer by one ``step``.
At the end nobody loses more than one step by the seat held, nor gains more than one by another than by it or by
staying out, so the total is within ``2 * n * step`` of the optimum. A posting that a previous, coarser round priced too
high and that stays with a free seat then bids for applicants the same way, until its price is 0 or its seats are full.
Scores, prices and steps are whole numbers.

Sources: D. P. Bertsekas and D. A. Castanon (1989), The auction algorithm for the transportation problem, Annals of
Operations Research 20, 67-96, :doi:`10.1007/BF02216923`; (1992), A forward/reverse auction algorithm for asymmetric
assignment problems, Computational Optimization and Applications 1, 277-297, :doi:`10.1007/BF00249638`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Int32s, Int64s
from matching.kernels import Kernel

__all__ = ["Pairs", "Seating", "auction_round", "empty_seating", "entries_by_posting"]

BEYOND_EVERY_SCORE = 2**61
"""The price at which nobody bids; scores stay below 2**59."""


class Pairs(NamedTuple):
    """What the kernels of assignment read: whole-number scores in compressed sparse rows, seats and floors."""

    indptr: Int64s
    postings: Int32s
    scores: Int64s
    first_seat: Int64s  # (m + 1,) posting p has the seats first_seat[p] to first_seat[p + 1]
    floor: Int64s  # (m,) the least number of people each posting must hold


class Seating(NamedTuple):
    """Who sits where, and the price of a seat."""

    entry_of: Int64s  # (n,) the pair each applicant holds, -1 for none
    holder: Int64s  # (seats,) people held by posting p stand first among p's seats
    n_held: Int64s  # (m,)
    price: Int64s  # (m,)


def empty_seating(pairs: Pairs) -> Seating:
    """Nobody seated, every seat free of charge."""
    n, m = pairs.indptr.size - 1, pairs.first_seat.size - 1
    return Seating(
        np.full(n, -1, np.int64), np.zeros(pairs.first_seat[m], np.int64), np.zeros(m, np.int64), np.zeros(m, np.int64)
    )


@Kernel
def entries_by_posting(pairs: Pairs) -> tuple[Int64s, Int64s, Int64s]:
    """Return where each posting's pairs start, (m + 1,), the pairs posting by posting and the applicant of each."""
    m = pairs.first_seat.size - 1
    start = np.zeros(m + 2, np.int64)
    for entry in range(pairs.postings.size):
        start[pairs.postings[entry] + 2] += 1
    for posting in range(m):
        start[posting + 2] += start[posting + 1]
    entries, applicants = np.empty(pairs.postings.size, np.int64), np.empty(pairs.postings.size, np.int64)
    for applicant in range(pairs.indptr.size - 1):
        for entry in range(pairs.indptr[applicant], pairs.indptr[applicant + 1]):
            at = start[pairs.postings[entry] + 1]
            entries[at], applicants[at] = entry, applicant
            start[pairs.postings[entry] + 1] += 1
    return start[: m + 1], entries, applicants


@Kernel
def auction_round(
    pairs: Pairs, seating: Seating, by_posting: tuple[Int64s, Int64s, Int64s], step: int, discount: int
) -> None:
    """Seat everybody anew, starting from the prices lowered by ``discount``; prices never fall below 0.

    The discount keeps most postings from starting above what their seats fetch, which only costs bids; without it the
    postings would have to bid in their turn for much of what follows.
    """
    m = pairs.first_seat.size - 1
    seating.entry_of[:] = -1
    seating.n_held[:] = 0
    for posting in range(m):
        is_closed = pairs.first_seat[posting] == pairs.first_seat[posting + 1]
        lowered = max(0, seating.price[posting] - discount)
        seating.price[posting] = BEYOND_EVERY_SCORE if is_closed else lowered
    _sell(pairs, seating, step)
    for posting in range(m):
        if pairs.first_seat[posting] == pairs.first_seat[posting + 1]:
            seating.price[posting] = 0
    _fill(pairs, seating, by_posting, step)


class _Bids(NamedTuple):
    amount: Int64s  # (seats,) a posting's bids form a heap, the lowest first
    holder: Int64s  # (seats,) whose they are


@Kernel
def _sell(pairs: Pairs, seating: Seating, step: int) -> None:
    """Let every applicant bid for the best offer in turn; whoever loses a seat by it bids next."""
    indptr, postings, scores, first_seat = pairs.indptr, pairs.postings, pairs.scores, pairs.first_seat
    entry_of, n_held, price = seating.entry_of, seating.n_held, seating.price
    bids = _Bids(np.zeros(seating.holder.size, np.int64), seating.holder)
    for applicant in range(entry_of.size):
        bidder = applicant
        while bidder >= 0:
            best, second, chosen = _two_best(indptr, postings, scores, price, bidder)
            entry_of[bidder] = chosen
            if chosen < 0:
                break
            posting = postings[chosen]
            start, held = int(first_seat[posting]), int(n_held[posting])
            seats = int(first_seat[posting + 1]) - start
            amount = int(price[posting]) + best - second + step
            loser = -1
            if held < seats:
                _rise(bids, start, held, amount, bidder)
                held += 1
                n_held[posting] = held
            else:
                loser = int(bids.holder[start])
                entry_of[loser] = -1
                _sink(bids, start, seats, amount, bidder)
            if held == seats:
                price[posting] = max(price[posting], bids.amount[start])
            bidder = loser


@Kernel
def _two_best(indptr: Int64s, postings: Int32s, scores: Int64s, price: Int64s, applicant: int) -> tuple[int, int, int]:
    """Return an applicant's best offer, the second best (staying out is worth 0), and the pair of the best or -1."""
    best, second, chosen = 0, 0, -1
    for entry in range(indptr[applicant], indptr[applicant + 1]):
        offer = scores[entry] - price[postings[entry]]
        if offer > second:
            if offer > best:
                best, second, chosen = offer, best, entry
            else:
                second = offer
    return best, second, chosen


@Kernel
def _rise(bids: _Bids, start: int, at: int, amount: int, applicant: int) -> None:
    """Enter a bid at the end of a posting's heap."""
    value, holder = bids.amount, bids.holder
    while at > 0 and value[start + (at - 1) // 2] > amount:
        above = (at - 1) // 2
        value[start + at], holder[start + at] = value[start + above], holder[start + above]
        at = above
    value[start + at], holder[start + at] = amount, applicant


@Kernel
def _sink(bids: _Bids, start: int, size: int, amount: int, applicant: int) -> None:
    """Put a bid in the place of the lowest of a posting's heap."""
    value, holder = bids.amount, bids.holder
    at, child = 0, 1
    while child < size:
        if child + 1 < size and value[start + child + 1] < value[start + child]:
            child += 1
        if value[start + child] >= amount:
            break
        value[start + at], holder[start + at] = value[start + child], holder[start + child]
        at, child = child, 2 * child + 1
    value[start + at], holder[start + at] = amount, applicant


@Kernel
def _is_overpriced(pairs: Pairs, seating: Seating, posting: int) -> bool:
    seats = pairs.first_seat[posting + 1] - pairs.first_seat[posting]
    return bool(seating.n_held[posting] < seats and seating.price[posting] > 0)


@Kernel
def _fill(pairs: Pairs, seating: Seating, by_posting: tuple[Int64s, Int64s, Int64s], step: int) -> None:
    """Let postings with a free seat and a price bid for applicants; whoever moves leaves a seat that bids in turn.

    A posting waits at most once, so the stack never holds more than m of them. ``holder`` is not kept up to date.
    """
    m = seating.price.size
    waiting, is_waiting, n_waiting = np.empty(m, np.int64), np.zeros(m, np.bool_), 0
    for posting in range(m):
        if _is_overpriced(pairs, seating, posting):
            waiting[n_waiting], is_waiting[posting] = posting, True
            n_waiting += 1
    while n_waiting > 0:
        n_waiting -= 1
        posting = waiting[n_waiting]
        is_waiting[posting] = False
        while _is_overpriced(pairs, seating, posting):
            entry, applicant = _attract(pairs, seating, by_posting, posting, step)
            if entry < 0:
                break
            left = seating.entry_of[applicant]
            seating.entry_of[applicant] = entry
            seating.n_held[posting] += 1
            if left < 0:
                continue
            vacated = pairs.postings[left]
            seating.n_held[vacated] -= 1
            if not is_waiting[vacated] and _is_overpriced(pairs, seating, vacated):
                waiting[n_waiting], is_waiting[vacated] = vacated, True
                n_waiting += 1


@Kernel
def _attract(
    pairs: Pairs, seating: Seating, by_posting: tuple[Int64s, Int64s, Int64s], posting: int, step: int
) -> tuple[int, int]:
    """Lower a posting's price until one more applicant comes; return the pair and who it is, or -1 where none does."""
    start, entries, applicants = by_posting
    best, second, chosen, who = 0, 0, -1, -1
    for at in range(start[posting], start[posting + 1]):
        entry, applicant = entries[at], applicants[at]
        held = seating.entry_of[applicant]
        if held == entry:
            continue
        price = pairs.scores[entry]
        if held >= 0:
            price -= max(0, pairs.scores[held] - seating.price[pairs.postings[held]])
        if price > second:
            if price > best:
                best, second, chosen, who = price, best, entry, applicant
            else:
                second = price
    free = pairs.first_seat[posting + 1] - pairs.first_seat[posting] - seating.n_held[posting]
    seating.price[posting] = min(seating.price[posting], max(0, (second if free == 1 else best) - step))
    if best - seating.price[posting] < step:
        # what remains to gain is no more than the error allowed everywhere: the free seat costs nothing
        seating.price[posting] = 0
        return -1, -1
    return chosen, who
