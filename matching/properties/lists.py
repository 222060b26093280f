"""Both sides' lists, read one side at a time: what every axiom is judged by.

Nothing here is shared with the mechanisms, not even the join of the two sides' lists.
"""

from __future__ import annotations

import numpy as np

from matching.arrays import Bools, Int32s, Int64s
from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import Matching

__all__ = ["UNRANKED", "listed_by_postings", "own_holder", "own_place", "verify_same_size", "worst_ranks_held"]

UNRANKED = np.iinfo(np.int32).max
"""Rank of a place that is not on the list: below every listed one."""


def verify_same_size(market: Market, matching: Matching) -> None:
    """Raise :class:`OutcomeError` unless the matching has the market's applicants and postings."""
    if (matching.n_applicants, matching.n_postings) != (market.n_applicants, market.n_postings):
        has = f"{matching.n_applicants} applicants and {matching.n_postings} postings"
        raise OutcomeError(f"the matching has {has}, expected {market.n_applicants} and {market.n_postings}")


def own_place(market: Market, matching: Matching) -> Bools:
    """Entries of the applicants' lists that are the place held."""
    return np.asarray(market.applicants.indices == matching.posting_of[market.applicants.rows()])


def own_holder(market: Market, matching: Matching) -> Bools:
    """Entries of the postings' lists that are a holder."""
    return np.asarray(matching.posting_of[market.postings.indices] == market.postings.rows())


def worst_ranks_held(market: Market, matching: Matching) -> Int32s:
    """(m,) the worst rank that each posting gives a holder, -1 without one; a holder not listed is below all."""
    lists, rows, holders = market.postings, market.postings.rows(), own_holder(market, matching)
    worst = np.full(market.n_postings, -1, np.int32)
    np.maximum.at(worst, rows[holders], lists.ranks[holders])
    worst[np.bincount(rows[holders], minlength=market.n_postings) < matching.n_held] = UNRANKED
    return worst


def listed_by_postings(market: Market) -> Int64s:
    """Keys ``a * m + p`` of every entry of the postings' lists."""
    return market.postings.indices.astype(np.int64) * market.n_postings + market.postings.rows()
