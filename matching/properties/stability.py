"""Blocking pairs and stability of matchings under capacities alone.

A pair is found on both sides separately and the two findings are intersected. Ties stay ties. "Room" at a posting for
an applicant is a free seat or a holder whom the posting ranks strictly below; a holder whom it does not list is below
everyone listed. An unacceptable placement breaks individual rationality and is not a blocking pair.
"""

from __future__ import annotations

import numpy as np

from matching.arrays import Int32s, Int64s
from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import Matching
from matching.properties.feasibility import (
    individual_rationality_violations,
    is_feasible,
    is_individually_rational,
    verify_feasible,
    verify_individually_rational,
)
from matching.properties.lists import UNRANKED, own_holder, own_place, verify_same_size

__all__ = ["blocking_pairs", "is_weakly_stable", "preferred_by_applicants", "verify_weakly_stable"]


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
    verify_same_size(market, matching)
    m = market.n_postings
    keys = np.intersect1d(
        preferred_by_applicants(market, matching), _welcomed_by_postings(market, matching), assume_unique=True
    )
    return np.column_stack([keys // m, keys % m]) if m else np.empty((0, 2), np.int64)


def is_weakly_stable(market: Market, matching: Matching) -> bool:
    """Whether the matching is feasible, individually rational and no pair blocks in the weak sense."""
    return (
        is_feasible(market, matching)
        and is_individually_rational(market, matching)
        and blocking_pairs(market, matching).shape[0] == 0
    )


def verify_weakly_stable(market: Market, matching: Matching) -> None:
    """Raise :class:`OutcomeError` that names what is wrong, unless the matching is weakly stable."""
    verify_feasible(market, matching)
    verify_individually_rational(market, matching)
    pairs = blocking_pairs(market, matching)
    for applicant, posting in pairs[:1]:
        raise OutcomeError(f"applicant {applicant} and posting {posting} block, the first of {pairs.shape[0]} pairs")


def preferred_by_applicants(market: Market, matching: Matching) -> Int64s:
    """Keys ``a * m + p`` of the listed postings that an applicant strictly prefers to the place held."""
    lists, rows = market.applicants, market.applicants.rows()
    own = own_place(market, matching)
    held_rank = np.full(market.n_applicants, UNRANKED, np.int32)
    held_rank[rows[own]] = lists.ranks[own]
    # a place whose posting does not list the applicant is worth less than every acceptable one
    unacceptable = individual_rationality_violations(market, matching)[:, 0]
    held_rank[unacceptable] = UNRANKED
    better = lists.ranks < held_rank[rows]
    if unacceptable.size:
        better &= ~own
    return rows[better] * market.n_postings + lists.indices[better]


def _welcomed_by_postings(market: Market, matching: Matching) -> Int64s:
    """Keys ``a * m + p`` of the listed applicants for whom the posting has room."""
    lists, rows = market.postings, market.postings.rows()
    holders = own_holder(market, matching)
    worst: Int32s = np.full(market.n_postings, -1, np.int32)
    np.maximum.at(worst, rows[holders], lists.ranks[holders])
    n_listed = np.bincount(rows[holders], minlength=market.n_postings)
    has_room_for_all = (matching.n_held < market.capacity) | (matching.n_held > n_listed)
    worst[has_room_for_all] = UNRANKED
    welcome = (lists.ranks < worst[rows]) & ~holders
    return lists.indices[welcome].astype(np.int64) * market.n_postings + rows[welcome]
