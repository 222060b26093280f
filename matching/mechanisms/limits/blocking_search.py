"""Annealing over matchings: total score against the number of pairs that block, for many limits at once.

A move seats an applicant at a posting of the own list; a holder who has to leave takes the seat that became free, or
else the best free seat on the own list, or none. Every matching on the way counts for each limit that it keeps, so one
walk serves the whole frontier.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Int64s, Reals, totals_before
from matching.kernels import Kernel
from matching.programs.constraint_rows import AssignmentProgram

__all__ = ["BestWithin", "PairTable", "blocking_of", "pair_table", "walk"]

FREE = 1 << 40
"""Rank worse than every rank: of nobody on a free seat, and of no place."""


class PairTable(NamedTuple):
    """The pairs of people who apply alone, as kernels read them; pair ``e`` is variable ``e`` of the program.

    Attributes
    ----------
    indptr, posting, own_rank, rank_at, score
        Pairs in rows of applicants: where, the applicant's rank, the posting's rank, the score.
    start_at, applicant_at, pair_at
        The same in rows of postings: who, and which pair.
    first_seat : (m + 1,) int64
        Where each posting's seats start.
    """

    indptr: Int64s
    posting: Int64s
    own_rank: Int64s
    rank_at: Int64s
    score: Reals
    start_at: Int64s
    applicant_at: Int64s
    pair_at: Int64s
    first_seat: Int64s


class BestWithin(NamedTuple):
    """The largest total met within each limit on blocking pairs; a walk writes into the arrays.

    Attributes
    ----------
    allowed : (k,) int64
        Limits, ascending.
    value : (k,) float64
        Minus infinity before any matching was met.
    pair_of : (k, n) int64
        The pair each applicant forms, -1 for none.
    """

    allowed: Int64s
    value: Reals
    pair_of: Int64s


class _Seating(NamedTuple):
    """Pair and seat of each applicant, holder of each seat (-1 for none), worst rank held at each posting."""

    pair_of: Int64s
    seat_of: Int64s
    holder: Int64s
    worst: Int64s


class _Move(NamedTuple):
    """Up to two movers with their old and new pairs, and up to three postings that the move touches; -1 for none."""

    movers: Int64s
    old: Int64s
    new: Int64s
    touched: Int64s


def pair_table(built: AssignmentProgram) -> PairTable:
    """Return the pairs of a program without couples."""
    market, entries = built.market, built.holdings.entries
    posting = market.applicants.indices[entries].astype(np.int64)
    rows = market.applicants.rows()[entries]
    by_posting = np.argsort(posting, kind="stable")
    counts = np.bincount(posting, minlength=market.n_postings)
    seats = np.minimum(market.capacity, counts)
    return PairTable(
        np.searchsorted(entries, market.applicants.indptr).astype(np.int64),
        posting,
        market.applicants.ranks[entries].astype(np.int64),
        market.rank_at_posting[entries].astype(np.int64),
        built.program.objective[: entries.size].copy(),
        totals_before(counts),
        rows[by_posting],
        by_posting,
        totals_before(seats),
    )


def blocking_of(table: PairTable, pair_of: Int64s) -> Int64s:
    """Return the pairs that block in the weak sense, ascending."""
    held_rank = np.full(pair_of.size, FREE, np.int64)
    formed = pair_of[pair_of >= 0]
    held_rank[pair_of >= 0] = table.own_rank[formed]
    seats = np.diff(table.first_seat)
    worst = np.full(seats.size, -1, np.int64)
    np.maximum.at(worst, table.posting[formed], table.rank_at[formed])
    worst[np.bincount(table.posting[formed], minlength=seats.size) < seats] = FREE
    rows = np.repeat(np.arange(pair_of.size), np.diff(table.indptr))
    return np.flatnonzero((table.own_rank < held_rank[rows]) & (table.rank_at < worst[table.posting]))


def walk(
    table: PairTable, pair_of: Int64s, best: BestWithin, draws: Reals, *, price: float, temperature: float
) -> None:
    """Try one move a row of ``draws``; a move that loses ``d`` is made with probability exp(-d / temperature).

    What counts is the total score less ``price`` a blocking pair.

    Parameters
    ----------
    table : PairTable
    pair_of : (n,) int64
        The pair each applicant forms, -1 for none; changed in place.
    best : BestWithin
        Changed in place.
    draws : (moves, 4) float64
        Uniform in [0, 1): applicant, pair, holder who leaves, acceptance.
    price, temperature : float
        Temperature > 0.
    """
    seating = _Seating(
        pair_of,
        np.full(pair_of.size, -1, np.int64),
        np.full(int(table.first_seat[-1]), -1, np.int64),
        np.empty(table.first_seat.size - 1, np.int64),
    )
    _walk(table, seating, best, draws, (price, temperature))


@Kernel
def _walk(
    table: PairTable, seating: _Seating, best: BestWithin, draws: Reals, price_and_temperature: tuple[float, float]
) -> None:
    price, temperature = price_and_temperature
    total, blocking = _sit_down(table, seating)
    move = _Move(np.full(2, -1, np.int64), np.full(2, -1, np.int64), np.full(2, -1, np.int64), np.full(3, -1, np.int64))
    for row in range(draws.shape[0]):
        if not _choose(table, seating, move, draws[row]):
            continue
        gain, more_blocking = _make(table, seating, move)
        worth = gain - price * more_blocking
        if worth >= 0 or draws[row, 3] < np.exp(worth / temperature):
            total += gain
            blocking += more_blocking
            for k in range(best.allowed.size):
                if blocking <= best.allowed[k] and total > best.value[k] + 1e-9:
                    best.value[k] = total
                    best.pair_of[k] = seating.pair_of
        else:
            _reseat(table, seating, move.movers, move.old)
            _look_again(table, seating, move.touched)


@Kernel
def _sit_down(table: PairTable, seating: _Seating) -> tuple[float, int]:
    total, blocking = 0.0, 0
    for a in range(seating.pair_of.size):
        pair: int = seating.pair_of[a]
        if pair >= 0:
            _take_seat(table, seating, a, table.posting[pair])
            total += table.score[pair]
    _look_again(table, seating, np.arange(seating.worst.size))
    for p in range(seating.worst.size):
        blocking += _blocking_at(table, seating, p)
    return total, blocking


@Kernel
def _choose(table: PairTable, seating: _Seating, move: _Move, draw: Reals) -> bool:
    """Write a move; false where there is nothing to move."""
    a = int(draw[0] * seating.pair_of.size)
    length = table.indptr[a + 1] - table.indptr[a]
    if length == 0:
        return False
    wanted: int = table.indptr[a] + int(draw[1] * length)
    current: int = seating.pair_of[a]
    if wanted == current:
        return False
    p: int = table.posting[wanted]
    vacated: int = table.posting[current] if current >= 0 else -1
    leaver = _leaver(table, seating, p, draw[2])
    move.movers[0], move.old[0], move.new[0] = a, current, wanted
    move.movers[1], move.old[1], move.new[1] = leaver, -1, -1
    move.touched[0], move.touched[1], move.touched[2] = p, vacated, -1
    if leaver >= 0:
        following = _next_seat(table, seating, leaver, p, vacated)
        move.old[1], move.new[1] = seating.pair_of[leaver], following
        if following >= 0 and table.posting[following] != vacated:
            move.touched[2] = table.posting[following]
    return True


@Kernel
def _make(table: PairTable, seating: _Seating, move: _Move) -> tuple[float, int]:
    """Make the move; return what it gains and how many pairs more block."""
    gain = 0.0
    for i in range(2):
        old: int = move.old[i]
        new: int = move.new[i]
        gain += table.score[new] if new >= 0 else 0.0
        gain -= table.score[old] if old >= 0 else 0.0
    before = _blocking_around(table, seating, move)
    _reseat(table, seating, move.movers, move.new)
    _look_again(table, seating, move.touched)
    return gain, _blocking_around(table, seating, move) - before


@Kernel
def _take_seat(table: PairTable, seating: _Seating, a: int, p: int) -> None:
    for seat in range(table.first_seat[p], table.first_seat[p + 1]):
        if seating.holder[seat] < 0:
            seating.holder[seat] = a
            seating.seat_of[a] = seat
            return


@Kernel
def _reseat(table: PairTable, seating: _Seating, movers: Int64s, pairs: Int64s) -> None:
    """All movers stand up, then each takes a seat of the new pair's posting."""
    for a in movers:
        if a >= 0 and seating.seat_of[a] >= 0:
            seating.holder[seating.seat_of[a]] = -1
            seating.seat_of[a] = -1
    for i in range(movers.size):
        pair: int = pairs[i]
        if movers[i] >= 0:
            seating.pair_of[movers[i]] = pair
            if pair >= 0:
                _take_seat(table, seating, movers[i], table.posting[pair])


@Kernel
def _leaver(table: PairTable, seating: _Seating, p: int, draw: float) -> int:
    """A holder drawn at random where all seats are held, else -1."""
    first, end = table.first_seat[p], table.first_seat[p + 1]
    for seat in range(first, end):
        if seating.holder[seat] < 0:
            return -1
    return int(seating.holder[first + int(draw * (end - first))])


@Kernel
def _next_seat(table: PairTable, seating: _Seating, a: int, lost: int, vacated: int) -> int:
    """The pair with the vacated posting; without one, the pair of the best score that has a free seat; else -1."""
    best = -1
    for pair in range(table.indptr[a], table.indptr[a + 1]):
        p = table.posting[pair]
        if p == vacated:
            return int(pair)
        has_room = p != lost and seating.worst[p] == FREE
        if has_room and (best < 0 or table.score[pair] > table.score[best]):
            best = pair
    return int(best)


@Kernel
def _look_again(table: PairTable, seating: _Seating, postings: Int64s) -> None:
    """Note the worst rank held at each posting; a free seat is worse than all."""
    for p in postings:
        if p < 0:
            continue
        worst = -1
        for seat in range(table.first_seat[p], table.first_seat[p + 1]):
            a = seating.holder[seat]
            worst = max(worst, FREE if a < 0 else table.rank_at[seating.pair_of[a]])
        seating.worst[p] = worst


@Kernel
def _blocking_around(table: PairTable, seating: _Seating, move: _Move) -> int:
    """Pairs that block among those a move may change."""
    count = 0
    for p in move.touched:
        if p >= 0:
            count += _blocking_at(table, seating, p)
    for a in move.movers:
        if a >= 0:
            count += _blocking_elsewhere(table, seating, a, move.touched)
    return count


@Kernel
def _blocking_at(table: PairTable, seating: _Seating, p: int) -> int:
    """Pairs of one posting that block."""
    count = 0
    for at in range(table.start_at[p], table.start_at[p + 1]):
        pair, held = table.pair_at[at], seating.pair_of[table.applicant_at[at]]
        if table.rank_at[pair] < seating.worst[p] and (held < 0 or table.own_rank[pair] < table.own_rank[held]):
            count += 1
    return count


@Kernel
def _blocking_elsewhere(table: PairTable, seating: _Seating, a: int, touched: Int64s) -> int:
    """Pairs of one applicant that block, but for those with the postings touched by the move."""
    count, held = 0, seating.pair_of[a]
    for pair in range(table.indptr[a], table.indptr[a + 1]):
        p = table.posting[pair]
        if p in (touched[0], touched[1], touched[2]) or table.rank_at[pair] >= seating.worst[p]:
            continue
        if held < 0 or table.own_rank[pair] < table.own_rank[held]:
            count += 1
    return count
