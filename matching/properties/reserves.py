"""Stability under choice with reserves and quotas, and reserves and quotas kept.

Ties stay ties: nobody is displaced for somebody of equal rank.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Int64s
from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import Matching
from matching.properties.feasibility import (
    is_feasible,
    is_individually_rational,
    verify_feasible,
    verify_individually_rational,
)
from matching.properties.lists import listed_by_postings, own_holder, verify_same_size
from matching.properties.reserved_choice import ReservedChoice, ReservedSeats
from matching.properties.stability import preferred_by_applicants
from matching.reserves import NO_QUOTA, Precedence, Reserves, verify_precedence

__all__ = [
    "ReserveViolations",
    "choice_blocking_pairs",
    "is_choice_stable",
    "n_of_type",
    "reserve_violations",
    "verify_choice_stable",
]


@dataclass(frozen=True, eq=False)
class ReserveViolations:
    """Quotas exceeded and reserved seats that people who want them were refused.

    Attributes
    ----------
    over_quota : (k, 2) int64
        Posting and type of which it holds more people than its quota, in ascending order.
    unfilled : (k, 2) int64
        Applicant and posting: each lists the other, the applicant strictly prefers the posting to the place held, its
        quotas would allow one more of the applicant's types, and with the applicant more of its reserved seats would be
        filled than its holders can fill. In ascending order.
    """

    over_quota: Int64s
    unfilled: Int64s

    @property
    def is_empty(self) -> bool:
        """Nothing is violated."""
        return len(self.over_quota) + len(self.unfilled) == 0


def choice_blocking_pairs(
    market: Market, reserves: Reserves, matching: Matching, *, precedence: Precedence = "reserved-first"
) -> Int64s:
    """Return the pairs that block under choice with reserves, (k, 2) applicant and posting, in ascending order.

    (a, p) blocks iff each lists the other, a strictly prefers p to the place held, and p would take a out of its
    holders and a. p takes by priority, within its capacity and its quotas: first, if open seats are filled first, on
    the seats that are not reserved; then everybody with whom one more reserved seat is filled; then whoever comes. A
    holder who is tied with a comes first; a pair blocks only if a is taken whatever the order of tied holders. Holders
    whom p does not list are not taken.

    Parameters
    ----------
    market, matching : Market, Matching
        The original market, ties and all, and the matching to judge.
    reserves : Reserves
    precedence : {"reserved-first", "open-first"}

    Raises
    ------
    MarketError
        When the reserves are those of another market.
    MechanismError
        When the precedence is neither.
    OutcomeError
        When the matching is one of another market, or naming the posting whose tied holders would have to be judged in
        more than 5,040 orders: that can be where open seats are filled first, or with quotas on types that overlap.

    Notes
    -----
    Of applicants with the same types a posting that refuses one refuses all who rank lower, so a posting judges one
    applicant a combination of types and one more for every pair that blocks: O(q k) each with q holders and k types.

    Examples
    --------
    One seat, reserved for the type of applicant 1.

    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0], [0]], n_choices=1),
    ...     Preferences.from_lists([[0, 1]], n_choices=2),
    ...     capacity=np.array([1]),
    ... )
    >>> reserves = Reserves(np.array([[False], [True]]), np.array([[1]]), np.array([[-1]]))
    >>> choice_blocking_pairs(market, reserves, Matching(np.array([0, -1]), n_postings=1))
    array([[1, 0]])
    """
    verify_same_size(market, matching)
    verify_precedence(precedence)
    reserves.verify_fits(market)
    types_of = _types_of(reserves)
    holders = _by_posting(market, np.flatnonzero(own_holder(market, matching)))
    found: list[tuple[int, int]] = []
    for posting, wanting in _by_posting(market, _wanting(market, matching)).items():
        limits = reserves.reserved[posting].tolist(), reserves.quota[posting].tolist()
        rule = ReservedChoice(posting, int(market.capacity[posting]), *limits, types_of, precedence)
        refused: set[tuple[int, ...]] = set()
        for rank, applicant in wanting:
            if types_of[applicant] in refused:
                continue
            if rule.takes(applicant, rank, holders.get(posting, [])):
                found.append((applicant, posting))
            else:
                refused.add(types_of[applicant])
    return np.array(sorted(found), np.int64).reshape(len(found), 2)


def is_choice_stable(
    market: Market, reserves: Reserves, matching: Matching, *, precedence: Precedence = "reserved-first"
) -> bool:
    """Whether seats, lists and quotas are kept and no pair blocks under choice with reserves."""
    return (
        is_feasible(market, matching)
        and is_individually_rational(market, matching)
        and len(_over_quota(reserves, matching)) == 0
        and len(choice_blocking_pairs(market, reserves, matching, precedence=precedence)) == 0
    )


def verify_choice_stable(
    market: Market, reserves: Reserves, matching: Matching, *, precedence: Precedence = "reserved-first"
) -> None:
    """Raise :class:`OutcomeError` that names what is wrong, unless the matching is stable under that choice."""
    verify_feasible(market, matching)
    verify_individually_rational(market, matching)
    reserves.verify_fits(market)
    for posting, kind in _over_quota(reserves, matching)[:1].tolist():
        held, quota = n_of_type(reserves, matching)[posting, kind], reserves.quota[posting, kind]
        raise OutcomeError(f"posting {posting} holds {held} of type {kind}, expected at most its quota {quota}")
    pairs = choice_blocking_pairs(market, reserves, matching, precedence=precedence)
    for applicant, posting in pairs[:1]:
        raise OutcomeError(f"applicant {applicant} and posting {posting} block, the first of {len(pairs)} pairs")


def reserve_violations(market: Market, reserves: Reserves, matching: Matching) -> ReserveViolations:
    """Return quotas exceeded and reserved seats that stayed unfilled though somebody of the type wanted them.

    A matching that is stable under choice with reserves, whichever seats are filled first, has none. The converse
    fails: stability also asks who fills the seats.

    Raises
    ------
    MarketError
        When the reserves are those of another market.
    OutcomeError
        When the matching is one of another market.
    """
    verify_same_size(market, matching)
    reserves.verify_fits(market)
    types_of = _types_of(reserves)
    is_full = (reserves.quota != NO_QUOTA) & (n_of_type(reserves, matching) >= reserves.quota)
    unfilled: list[tuple[int, int]] = []
    for posting, wanting in _by_posting(market, _wanting(market, matching)).items():
        seats = ReservedSeats(reserves.reserved[posting].tolist(), types_of)
        n_filled = sum(seats.take(holder) for holder in matching.applicants_of(posting).tolist())
        if n_filled < min(market.capacity[posting], reserves.reserved[posting].sum()):
            full = set(np.flatnonzero(is_full[posting]).tolist())
            helping = {types_of[a] for _, a in wanting if full.isdisjoint(types_of[a]) and seats.could_take(a)}
            unfilled += [(applicant, posting) for _, applicant in wanting if types_of[applicant] in helping]
    return ReserveViolations(
        _over_quota(reserves, matching), np.array(sorted(unfilled), np.int64).reshape(len(unfilled), 2)
    )


def _wanting(market: Market, matching: Matching) -> Int64s:
    """Entries of the postings' lists whose applicant lists the posting and strictly prefers it to the place held."""
    wanted = preferred_by_applicants(market, matching)
    return np.flatnonzero(np.isin(listed_by_postings(market), wanted))


def _by_posting(market: Market, entries: Int64s) -> dict[int, list[tuple[int, int]]]:
    """Rank and applicant of entries of the postings' lists, best first, for every posting that has some."""
    lists = market.postings
    rows, pairs = lists.rows()[entries].tolist(), zip(lists.ranks[entries], lists.indices[entries], strict=True)
    found: dict[int, list[tuple[int, int]]] = {}
    for posting, (rank, applicant) in zip(rows, pairs, strict=True):
        found.setdefault(posting, []).append((int(rank), int(applicant)))
    return found


def _types_of(reserves: Reserves) -> list[tuple[int, ...]]:
    return [tuple(np.flatnonzero(row).tolist()) for row in reserves.is_of_type]


def n_of_type(reserves: Reserves, matching: Matching) -> Int64s:
    """Return (m, k) how many people of each type every posting holds."""
    held = np.zeros(reserves.quota.shape, np.int64)
    np.add.at(held, matching.posting_of[matching.is_matched], reserves.is_of_type[matching.is_matched])
    return held


def _over_quota(reserves: Reserves, matching: Matching) -> Int64s:
    return np.argwhere((reserves.quota != NO_QUOTA) & (n_of_type(reserves, matching) > reserves.quota))
