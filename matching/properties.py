"""Axioms of a matching, each judged on the original market and answered with witnesses.

Nothing here is shared with the mechanisms, not even the join of the two sides' lists: a pair is found on both sides
separately and the two findings are intersected. Ties stay ties. "Room" at a posting for an applicant is a free seat or
a holder whom the posting ranks strictly below; a holder whom it does not list is below everyone listed. An unacceptable
placement breaks individual rationality and is not a blocking pair.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from matching.arrays import Bools, Int32s, Int64s
from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import UNMATCHED, Matching

__all__ = [
    "blocking_pairs",
    "improving_moves",
    "individual_rationality_violations",
    "is_feasible",
    "is_individually_rational",
    "is_weakly_stable",
    "over_capacity",
    "turn_violations",
    "verify_feasible",
    "verify_individually_rational",
    "verify_weakly_stable",
]

_UNRANKED = np.iinfo(np.int32).max
"""Rank of a place that is not on the list: below every listed one."""


def over_capacity(market: Market, matching: Matching) -> Int64s:
    """Return the postings that hold more applicants than they have seats.

    Raises
    ------
    OutcomeError
        When the matching is one of another market.
    """
    _verify_same_size(market, matching)
    return np.flatnonzero(matching.n_held > market.capacity)


def is_feasible(market: Market, matching: Matching) -> bool:
    """Whether every posting holds at most its capacity."""
    return bool(over_capacity(market, matching).size == 0)


def individual_rationality_violations(market: Market, matching: Matching) -> Int64s:
    """Return the placements, (k, 2) applicant and posting, that the applicant or the posting does not list.

    Raises
    ------
    OutcomeError
        When the matching is one of another market.
    """
    _verify_same_size(market, matching)
    listed = np.zeros(market.n_applicants, np.bool_)
    listed[market.applicants.rows()[_own_place(market, matching)]] = True
    returned = np.zeros(market.n_applicants, np.bool_)
    returned[market.postings.indices[_own_holder(market, matching)]] = True
    violating = np.flatnonzero(matching.is_matched & ~(listed & returned))
    return np.column_stack([violating, matching.posting_of[violating]])


def is_individually_rational(market: Market, matching: Matching) -> bool:
    """Whether every placement is on both lists."""
    return bool(individual_rationality_violations(market, matching).size == 0)


def blocking_pairs(market: Market, matching: Matching) -> Int64s:
    """Return the pairs that block in the weak sense, (k, 2) applicant and posting, in ascending order.

    (a, p) blocks iff each lists the other, a strictly prefers p to the place held, and p has a free seat or holds
    somebody whom it ranks strictly below a. With strict lists this is the pair of Gale and Shapley.

    Raises
    ------
    OutcomeError
        When the matching is one of another market.

    Notes
    -----
    O(nnz log nnz) in the worst case; the logarithm concerns only entries better than what each side holds.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> blocking_pairs(market, Matching(np.array([1, 0]), n_postings=2))
    array([[0, 0]])
    """
    _verify_same_size(market, matching)
    m = market.n_postings
    keys = np.intersect1d(
        _preferred_by_applicants(market, matching), _welcomed_by_postings(market, matching), assume_unique=True
    )
    return np.column_stack([keys // m, keys % m]) if m else np.empty((0, 2), np.int64)


def is_weakly_stable(market: Market, matching: Matching) -> bool:
    """Whether the matching is feasible, individually rational and no pair blocks in the weak sense."""
    return (
        is_feasible(market, matching)
        and is_individually_rational(market, matching)
        and blocking_pairs(market, matching).shape[0] == 0
    )


def improving_moves(market: Market, matching: Matching) -> Int64s:
    """Return moves, (k, 2) applicant and posting, each part of an exchange in which every mover strictly gains.

    An exchange passes seats round a cycle or down a chain to a free seat; postings' orders play no part. For strict
    lists a matching has none iff it is Pareto efficient for applicants, iff some order of choosers leads to it.

    Raises
    ------
    OutcomeError
        When the matching is one of another market.
    """
    _verify_same_size(market, matching)
    m = market.n_postings
    wanted = np.intersect1d(_preferred_by_applicants(market, matching), _listed_by_postings(market))
    if wanted.size == 0:
        return np.empty((0, 2), np.int64)
    applicants, postings = wanted // m, wanted % m
    # node m holds the unmatched and the free seats: a free seat may go anywhere, an open posting feeds it
    held = matching.posting_of[applicants]
    source = np.where(held == UNMATCHED, m, held)
    is_open = np.flatnonzero(matching.n_held < market.capacity)
    tails = np.concatenate([source, is_open, np.full(m, m)])
    heads = np.concatenate([postings, np.full(is_open.size, m), np.arange(m)])
    graph = csr_array((np.ones(tails.size, np.int8), (tails, heads)), shape=(m + 1, m + 1))
    _, component = connected_components(graph, directed=True, connection="strong")
    in_cycle = component[source] == component[postings]
    return np.column_stack([applicants[in_cycle], postings[in_cycle]])


def turn_violations(market: Market, matching: Matching, order: npt.ArrayLike) -> Int64s:
    """Return (k, 2) applicant and posting: a strictly better acceptable posting still had a seat on that turn.

    Parameters
    ----------
    market, matching : Market, Matching
        The original market and the matching to judge.
    order : (n,) int
        Every applicant once, first chooser first.

    Raises
    ------
    OutcomeError
        When the matching is one of another market or the order is not a permutation of the applicants.
    """
    _verify_same_size(market, matching)
    n, m = market.n_applicants, market.n_postings
    turns = np.asarray(order, dtype=np.int64)
    if not np.array_equal(np.sort(turns), np.arange(n)):
        raise OutcomeError(f"order has {turns.size} entries, expected each of the {n} applicants exactly once")
    turn_of = np.empty(n, np.int64)
    turn_of[turns] = np.arange(n)
    wanted = np.intersect1d(_preferred_by_applicants(market, matching), _listed_by_postings(market))
    applicants, postings = wanted // max(m, 1), wanted % max(m, 1)
    had_seat = turn_of[applicants] <= _turn_of_last_seat(matching, market.capacity, turns)[postings]
    return np.column_stack([applicants[had_seat], postings[had_seat]])


def verify_feasible(market: Market, matching: Matching) -> None:
    """Raise :class:`OutcomeError` that names a posting over its capacity, if there is one."""
    for posting in over_capacity(market, matching)[:1]:
        held, seats = matching.n_held[posting], market.capacity[posting]
        raise OutcomeError(f"posting {posting} holds {held} applicants, expected at most its capacity {seats}")


def verify_individually_rational(market: Market, matching: Matching) -> None:
    """Raise :class:`OutcomeError` that names an unacceptable placement, if there is one."""
    for applicant, posting in individual_rationality_violations(market, matching)[:1]:
        raise OutcomeError(f"applicant {applicant} is placed at {posting}, expected a pair that is on both lists")


def verify_weakly_stable(market: Market, matching: Matching) -> None:
    """Raise :class:`OutcomeError` that names what is wrong, unless the matching is weakly stable."""
    verify_feasible(market, matching)
    verify_individually_rational(market, matching)
    pairs = blocking_pairs(market, matching)
    for applicant, posting in pairs[:1]:
        raise OutcomeError(f"applicant {applicant} and posting {posting} block, the first of {pairs.shape[0]} pairs")


def _verify_same_size(market: Market, matching: Matching) -> None:
    if (matching.n_applicants, matching.n_postings) != (market.n_applicants, market.n_postings):
        has = f"{matching.n_applicants} applicants and {matching.n_postings} postings"
        raise OutcomeError(f"the matching has {has}, expected {market.n_applicants} and {market.n_postings}")


def _own_place(market: Market, matching: Matching) -> Bools:
    """Entries of the applicants' lists that are the place held."""
    return np.asarray(market.applicants.indices == matching.posting_of[market.applicants.rows()])


def _own_holder(market: Market, matching: Matching) -> Bools:
    """Entries of the postings' lists that are a holder."""
    return np.asarray(matching.posting_of[market.postings.indices] == market.postings.rows())


def _preferred_by_applicants(market: Market, matching: Matching) -> Int64s:
    """Keys ``a * m + p`` of the listed postings that an applicant strictly prefers to the place held."""
    lists, rows = market.applicants, market.applicants.rows()
    own = _own_place(market, matching)
    held_rank = np.full(market.n_applicants, _UNRANKED, np.int32)
    held_rank[rows[own]] = lists.ranks[own]
    # a place whose posting does not list the applicant is worth less than every acceptable one
    unacceptable = individual_rationality_violations(market, matching)[:, 0]
    held_rank[unacceptable] = _UNRANKED
    better = lists.ranks < held_rank[rows]
    if unacceptable.size:
        better &= ~own
    return rows[better] * market.n_postings + lists.indices[better]


def _welcomed_by_postings(market: Market, matching: Matching) -> Int64s:
    """Keys ``a * m + p`` of the listed applicants for whom the posting has room."""
    lists, rows = market.postings, market.postings.rows()
    holders = _own_holder(market, matching)
    worst: Int32s = np.full(market.n_postings, -1, np.int32)
    np.maximum.at(worst, rows[holders], lists.ranks[holders])
    n_listed = np.bincount(rows[holders], minlength=market.n_postings)
    has_room_for_all = (matching.n_held < market.capacity) | (matching.n_held > n_listed)
    worst[has_room_for_all] = _UNRANKED
    welcome = (lists.ranks < worst[rows]) & ~holders
    return lists.indices[welcome].astype(np.int64) * market.n_postings + rows[welcome]


def _listed_by_postings(market: Market) -> Int64s:
    return market.postings.indices.astype(np.int64) * market.n_postings + market.postings.rows()


def _turn_of_last_seat(matching: Matching, capacity: Int64s, turns: Int64s) -> Int64s:
    """(m,) the turn on which each posting's last seat went; n where one is left, -1 where there never was one."""
    n = turns.size
    posting_in_turn = matching.posting_of[turns]
    last = np.full(matching.n_postings, -1, np.int64)
    placed = posting_in_turn != UNMATCHED
    np.maximum.at(last, posting_in_turn[placed], np.flatnonzero(placed))
    last[matching.n_held < capacity] = n
    return last
