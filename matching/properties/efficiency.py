"""Efficiency for applicants: exchanges in which every mover gains, and turns at which a better seat was passed over."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from matching.arrays import Int64s
from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import UNMATCHED, Matching
from matching.properties.lists import listed_by_postings, verify_same_size
from matching.properties.stability import preferred_by_applicants

__all__ = ["improving_moves", "turn_violations"]


def improving_moves(market: Market, matching: Matching) -> Int64s:
    """Return moves, (k, 2) applicant and posting, each part of an exchange in which every mover strictly gains.

    An exchange passes seats round a cycle or down a chain to a free seat; postings' orders play no part. For strict
    lists a matching has none iff it is Pareto efficient for applicants, iff some order of choosers leads to it.

    Raises
    ------
    OutcomeError
        When the matching is one of another market.
    """
    verify_same_size(market, matching)
    m = market.n_postings
    wanted = np.intersect1d(preferred_by_applicants(market, matching), listed_by_postings(market))
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
    verify_same_size(market, matching)
    n, m = market.n_applicants, market.n_postings
    turns = np.asarray(order, dtype=np.int64)
    if not np.array_equal(np.sort(turns), np.arange(n)):
        raise OutcomeError(f"order has {turns.size} entries, expected each of the {n} applicants exactly once")
    turn_of = np.empty(n, np.int64)
    turn_of[turns] = np.arange(n)
    wanted = np.intersect1d(preferred_by_applicants(market, matching), listed_by_postings(market))
    applicants, postings = wanted // max(m, 1), wanted % max(m, 1)
    had_seat = turn_of[applicants] <= _turn_of_last_seat(matching, market.capacity, turns)[postings]
    return np.column_stack([applicants[had_seat], postings[had_seat]])


def _turn_of_last_seat(matching: Matching, capacity: Int64s, turns: Int64s) -> Int64s:
    """(m,) the turn on which each posting's last seat went; n where one is left, -1 where there never was one."""
    n = turns.size
    posting_in_turn = matching.posting_of[turns]
    last = np.full(matching.n_postings, -1, np.int64)
    placed = posting_in_turn != UNMATCHED
    np.maximum.at(last, posting_in_turn[placed], np.flatnonzero(placed))
    last[matching.n_held < capacity] = n
    return last
