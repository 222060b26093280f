"""Envy: who would rather have somebody else's place, with a right to it or without, and seats left empty in vain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from matching.arrays import Int32s, Int64s
from matching.market import Market
from matching.outcome import Matching
from matching.properties.lists import UNRANKED, listed_by_postings, own_holder, verify_same_size
from matching.properties.stability import preferred_by_applicants

__all__ = ["EnvyCounts", "envy_counts", "justified_envy", "wasted_seats"]


@dataclass(frozen=True, eq=False)
class EnvyCounts:
    """Acceptable pairs of an applicant and a posting that is strictly preferred to the place held, by what stands in
    the way.

    Attributes
    ----------
    n_justified : int
        Pairs where the posting ranks some holder strictly below the applicant.
    n_wasted : int
        Pairs where the posting has a free seat; both may be true of a pair.
    n_unjustified : int
        The others: every seat is held by somebody whom the posting ranks no lower.
    n_envious : int
        Applicants in any of these pairs.
    """

    n_justified: int
    n_wasted: int
    n_unjustified: int
    n_envious: int


def justified_envy(market: Market, matching: Matching) -> Int64s:
    """Return (k, 3) applicant, posting and holder: the applicant has the better right to the preferred posting.

    Each lists the other, the applicant strictly prefers the posting to the place held, and the posting ranks the holder
    strictly below; a holder whom it does not list is below everybody. One row a pair, in ascending order, with the
    holder whom the posting ranks lowest, of several the one with the lowest index.

    Raises
    ------
    OutcomeError
        When the matching is one of another market.

    Notes
    -----
    With :func:`wasted_seats` these are exactly the pairs that block in the weak sense. O(nnz log nnz).

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> justified_envy(market, Matching(np.array([1, 0]), n_postings=2))
    array([[0, 0, 1]])
    """
    wishes = _wishes(market, matching)
    holder, rank = _lowest_holders(market, matching)
    found = wishes.ranks < rank[wishes.postings]
    applicants, postings = wishes.applicants[found], wishes.postings[found]
    return np.column_stack([applicants, postings, holder[postings]])


def wasted_seats(market: Market, matching: Matching) -> Int64s:
    """Return (k, 2) applicant and posting: each lists the other, the applicant strictly prefers it, a seat is free.

    Raises
    ------
    OutcomeError
        When the matching is one of another market.
    """
    wishes = _wishes(market, matching)
    found = (matching.n_held < market.capacity)[wishes.postings]
    return np.column_stack([wishes.applicants[found], wishes.postings[found]])


def envy_counts(market: Market, matching: Matching) -> EnvyCounts:
    """Count acceptable pairs in which the applicant would rather hold the posting, by what stands in the way.

    Raises
    ------
    OutcomeError
        When the matching is one of another market.
    """
    wishes = _wishes(market, matching)
    justified = wishes.ranks < _lowest_holders(market, matching)[1][wishes.postings]
    wasted = (matching.n_held < market.capacity)[wishes.postings]
    return EnvyCounts(
        n_justified=int(np.count_nonzero(justified)),
        n_wasted=int(np.count_nonzero(wasted)),
        n_unjustified=int(np.count_nonzero(~justified & ~wasted)),
        n_envious=int(np.count_nonzero(np.bincount(wishes.applicants))),
    )


class _Wishes(NamedTuple):
    """Acceptable pairs that the applicant strictly prefers to the place held, in ascending order."""

    applicants: Int64s
    postings: Int64s
    ranks: Int32s  # what the posting gives the applicant


def _wishes(market: Market, matching: Matching) -> _Wishes:
    verify_same_size(market, matching)
    m = max(market.n_postings, 1)
    preferred = preferred_by_applicants(market, matching)
    keys, _, entries = np.intersect1d(preferred, listed_by_postings(market), assume_unique=True, return_indices=True)
    return _Wishes(keys // m, keys % m, market.postings.ranks[entries])


def _lowest_holders(market: Market, matching: Matching) -> tuple[Int64s, Int64s]:
    """(m,) the holder each posting ranks lowest and that rank; -1 and -1 where it holds nobody."""
    rank_of = np.full(market.n_applicants, UNRANKED, np.int64)
    held = own_holder(market, matching)
    rank_of[market.postings.indices[held]] = market.postings.ranks[held]
    placed = np.flatnonzero(matching.is_matched)
    lowest_last = placed[np.lexsort((-placed, rank_of[placed]))]
    holder = np.full(market.n_postings, -1, np.int64)
    holder[matching.posting_of[lowest_last]] = lowest_last
    rank = np.full(market.n_postings, -1, np.int64)
    rank[holder >= 0] = rank_of[holder[holder >= 0]]
    return holder, rank
