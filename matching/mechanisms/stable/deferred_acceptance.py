"""Deferred acceptance of Gale and Shapley, many-to-one, on strict lists, by either side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from matching.arrays import Int32s, Int64s, totals_before
from matching.errors import MechanismError
from matching.kernels import Kernel
from matching.market import Market
from matching.mechanisms.stable.seat_heaps import push, replace_top
from matching.mechanisms.stable.strictness import verify_strict
from matching.outcome import UNMATCHED, Matching

__all__ = ["Side", "deferred_acceptance"]

Side: TypeAlias = Literal["applicants", "postings"]


def deferred_acceptance(market: Market, *, proposing: Side = "applicants") -> Matching:
    """Return the stable matching that is best for the proposing side.

    1. A proposer without a place proposes to the best acceptable choice that has not refused yet.
    2. The receiver holds the best of what it holds and the newcomer, within its seats, and refuses the others.
    3. Steps 1 and 2 repeat until every proposer is held or has come to the end of the list.

    Parameters
    ----------
    market : Market
        Strict on both sides; entries that the other side does not return are passed over.
    proposing : {"applicants", "postings"}
        Applicants proposing: every applicant weakly prefers the result to every other stable matching, and no
        applicant gains by reporting another list. Postings proposing: the same matching for applicants as their worst.

    Raises
    ------
    MechanismError
        When a list holds a tie, or ``proposing`` is neither side.

    Notes
    -----
    With strict lists the result is unique: it depends on no order of proposals. O(nnz log(largest capacity)) time and
    O(n + seats) memory beside the market. Proposals run depth first: one applicant after the other, a refused one at
    once again, which keeps the few heaps in use in the cache.

    References
    ----------
    .. [1] D. Gale and L. S. Shapley (1962), College Admissions and the Stability of Marriage, The American
       Mathematical Monthly 69(1), 9-15, :doi:`10.2307/2312726`.
    .. [2] A. E. Roth (1985), The college admissions problem is not equivalent to the marriage problem, Journal of
       Economic Theory 36(2), 277-288, :doi:`10.1016/0022-0531(85)90106-1`.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [1, 0]], n_choices=2),
    ...     Preferences.from_lists([[1, 0], [0, 1]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> deferred_acceptance(market).posting_of
    array([0, 1])
    >>> deferred_acceptance(market, proposing="postings").posting_of
    array([1, 0])
    """
    if proposing not in _PROPOSING:
        raise MechanismError(f"proposing is {proposing!r}, expected one of {', '.join(_PROPOSING)}")
    verify_strict(market)
    return Matching(_PROPOSING[proposing](market), market.n_postings)


def _by_applicants(market: Market) -> Int64s:
    lists = market.applicants
    first_seat = totals_before(market.fillable_seats)
    return _applicants_propose(lists.indptr, lists.indices, market.rank_at_posting, first_seat)


def _by_postings(market: Market) -> Int64s:
    lists = market.postings
    n = market.n_applicants
    return _postings_propose(lists.indptr, lists.indices, market.rank_at_applicant, market.capacity, n)


_PROPOSING: dict[str, Callable[[Market], Int64s]] = {"applicants": _by_applicants, "postings": _by_postings}


@Kernel
def _applicants_propose(indptr: Int64s, indices: Int32s, rank_at: Int32s, first_seat: Int64s) -> Int64s:
    """Hold applicants in one flat array of max-heaps, a heap a posting, keyed by rank << 32 | applicant."""
    n = indptr.size - 1
    posting_of = np.full(n, UNMATCHED, np.int64)
    following = indptr[:-1].copy()
    heaps = np.empty(first_seat[-1], np.int64)
    n_held = np.zeros(first_seat.size - 1, np.int64)
    for newcomer in range(n):
        applicant: int = newcomer
        while applicant >= 0 and following[applicant] < indptr[applicant + 1]:
            entry: int = following[applicant]
            following[applicant] = entry + 1
            posting: int = indices[entry]
            start: int = first_seat[posting]
            seats: int = first_seat[posting + 1] - start
            if rank_at[entry] < 0 or seats == 0:
                continue
            key = (int(rank_at[entry]) << 32) | applicant
            if n_held[posting] < seats:
                push(heaps, start, n_held[posting], key)
                n_held[posting] += 1
                posting_of[applicant] = posting
                applicant = -1
            elif key < heaps[start]:
                refused: int = heaps[start] & 0xFFFFFFFF
                replace_top(heaps, start, seats, key)
                posting_of[applicant] = posting
                posting_of[refused] = UNMATCHED
                applicant = refused
    return posting_of


@Kernel
def _postings_propose(indptr: Int64s, indices: Int32s, rank_at: Int32s, capacity: Int64s, n: int) -> Int64s:
    """Each posting proposes down its list while it has a free seat; one that loses a holder waits on a stack."""
    m = capacity.size
    posting_of = np.full(n, UNMATCHED, np.int64)
    rank_of = np.empty(n, np.int32)
    following = indptr[:-1].copy()
    n_held = np.zeros(m, np.int64)
    waiting = np.arange(m)
    is_waiting = np.ones(m, np.bool_)
    n_waiting = m
    while n_waiting > 0:
        n_waiting -= 1
        posting = waiting[n_waiting]
        is_waiting[posting] = False
        while n_held[posting] < capacity[posting] and following[posting] < indptr[posting + 1]:
            entry = following[posting]
            following[posting] = entry + 1
            applicant, rank = indices[entry], rank_at[entry]
            loser = posting_of[applicant]
            if rank < 0 or (loser >= 0 and rank_of[applicant] < rank):
                continue
            posting_of[applicant], rank_of[applicant] = posting, rank
            n_held[posting] += 1
            if loser >= 0:
                n_held[loser] -= 1
                if not is_waiting[loser]:
                    waiting[n_waiting], is_waiting[loser] = loser, True
                    n_waiting += 1
    return posting_of
