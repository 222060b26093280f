"""Seats and lists: no posting over its capacity, nobody at a place that is not on both lists."""

from __future__ import annotations

import numpy as np

from matching.arrays import Int64s
from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import Matching
from matching.properties.lists import own_holder, own_place, verify_same_size

__all__ = [
    "individual_rationality_violations",
    "is_feasible",
    "is_individually_rational",
    "over_capacity",
    "verify_feasible",
    "verify_individually_rational",
]


def over_capacity(market: Market, matching: Matching) -> Int64s:
    """Return the postings that hold more applicants than they have seats.

    Raises
    ------
    OutcomeError
        When the matching is one of another market.
    """
    verify_same_size(market, matching)
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
    verify_same_size(market, matching)
    listed = np.zeros(market.n_applicants, np.bool_)
    listed[market.applicants.rows()[own_place(market, matching)]] = True
    returned = np.zeros(market.n_applicants, np.bool_)
    returned[market.postings.indices[own_holder(market, matching)]] = True
    violating = np.flatnonzero(matching.is_matched & ~(listed & returned))
    return np.column_stack([violating, matching.posting_of[violating]])


def is_individually_rational(market: Market, matching: Matching) -> bool:
    """Whether every placement is on both lists."""
    return bool(individual_rationality_violations(market, matching).size == 0)


def verify_feasible(market: Market, matching: Matching) -> None:
    """Raise :class:`OutcomeError` that names a posting over its capacity, if there is one."""
    for posting in over_capacity(market, matching)[:1]:
        held, seats = matching.n_held[posting], market.capacity[posting]
        raise OutcomeError(f"posting {posting} holds {held} applicants, expected at most its capacity {seats}")


def verify_individually_rational(market: Market, matching: Matching) -> None:
    """Raise :class:`OutcomeError` that names an unacceptable placement, if there is one."""
    for applicant, posting in individual_rationality_violations(market, matching)[:1]:
        raise OutcomeError(f"applicant {applicant} is placed at {posting}, expected a pair that is on both lists")
