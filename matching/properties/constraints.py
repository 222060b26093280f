"""Limits of regions, types and couples, each judged from its definition with every breach named.

Nothing here knows how a matching was found, nor the rows of any program.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from matching.couples import Couples
from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import UNMATCHED, Matching
from matching.properties.lists import listed_by_postings, verify_same_size
from matching.properties.reserves import n_of_type
from matching.regions import NO_CAP, NO_REGION, Regions
from matching.reserves import NO_QUOTA, Reserves

__all__ = ["ConstraintViolation", "ViolatedLimit", "constraint_violations", "verify_constraints"]

ViolatedLimit: TypeAlias = Literal["region cap", "region floor", "posting floor", "quota", "joint list"]


@dataclass(frozen=True)
class ConstraintViolation:
    """One limit that a matching breaks.

    Attributes
    ----------
    limit : {"region cap", "region floor", "posting floor", "quota", "joint list"}
    index : int
        The region, the posting, or the couple.
    held : int
        People held against the limit; for a joint list, members placed.
    expected : int
        The cap, floor or quota; for a joint list, the number of choices on it that both sides would form.
    kind : int
        The type of a quota, else -1.
    """

    limit: ViolatedLimit
    index: int
    held: int
    expected: int
    kind: int = -1

    def __str__(self) -> str:
        if self.limit == "joint list":
            return f"couple {self.index} has {self.held} members placed, expected a choice of its joint list or nobody"
        who, bound = {
            "region cap": ("region", "at most its cap"),
            "region floor": ("region", "at least its floor"),
            "posting floor": ("posting", "at least its floor"),
            "quota": ("posting", "at most its quota"),
        }[self.limit]
        of_type = f" of type {self.kind}" if self.kind >= 0 else ""
        return f"{who} {self.index} holds {self.held}{of_type}, expected {bound} {self.expected}"


def constraint_violations(
    market: Market,
    matching: Matching,
    *,
    regions: Regions | None = None,
    reserves: Reserves | None = None,
    couples: Couples | None = None,
) -> list[ConstraintViolation]:
    """Return every limit that the matching breaks: caps, floors, posting floors, quotas, joint lists, in this order.

    Seats and lists are judged by :mod:`matching.properties.feasibility`; here it is judged that

    - a region holds, with all regions inside it, at most its cap and at least its floor;
    - a posting holds at least its floor;
    - a posting holds at most its quota of people of a type, each counting for all types that the person is of;
    - a couple holds a choice of its joint list, every posting of which lists the member, or both are unplaced.

    Raises
    ------
    OutcomeError
        When the matching is one of another market.

    Notes
    -----
    Reserved seats are a priority and not a limit: they are judged with the choice rule that fills them.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(Preferences.from_lists([[0], [1]], 2), Preferences.from_lists([[0], [1]], 2), np.array([1, 1]))
    >>> both = Matching(np.array([0, 1]), n_postings=2)
    >>> broken = constraint_violations(market, both, regions=Regions.flat([0, 0], cap=[1], target=[0, 0]))
    >>> [str(violation) for violation in broken]
    ['region 0 holds 2, expected at most its cap 1']
    """
    verify_same_size(market, matching)
    found: list[ConstraintViolation] = []
    if regions is not None:
        found += _of_regions(matching, regions)
    if reserves is not None:
        found += _of_quotas(matching, reserves)
    if couples is not None:
        found += _of_couples(market, matching, couples)
    return found


def verify_constraints(
    market: Market,
    matching: Matching,
    *,
    regions: Regions | None = None,
    reserves: Reserves | None = None,
    couples: Couples | None = None,
) -> None:
    """Raise :class:`OutcomeError` that names a limit broken, the first of how many, if there is one."""
    found = constraint_violations(market, matching, regions=regions, reserves=reserves, couples=couples)
    for violation in found[:1]:
        raise OutcomeError(f"{violation}, the first of {len(found)} limits broken")


def _of_regions(matching: Matching, regions: Regions) -> list[ConstraintViolation]:
    held = np.zeros(regions.n_regions, np.int64)
    for posting in matching.posting_of[matching.is_matched]:
        around = regions.region_of[posting]
        while around != NO_REGION:
            held[around] += 1
            around = regions.parent[around]
    n_held = matching.n_held
    over = np.flatnonzero((regions.cap != NO_CAP) & (held > regions.cap)).tolist()
    under = np.flatnonzero(held < regions.floor).tolist()
    short = np.flatnonzero(n_held < regions.posting_floor).tolist()
    return [
        *(ConstraintViolation("region cap", r, int(held[r]), int(regions.cap[r])) for r in over),
        *(ConstraintViolation("region floor", r, int(held[r]), int(regions.floor[r])) for r in under),
        *(ConstraintViolation("posting floor", p, int(n_held[p]), int(regions.posting_floor[p])) for p in short),
    ]


def _of_quotas(matching: Matching, reserves: Reserves) -> list[ConstraintViolation]:
    held = n_of_type(reserves, matching)
    over = np.argwhere((reserves.quota != NO_QUOTA) & (held > reserves.quota)).tolist()
    return [ConstraintViolation("quota", p, int(held[p, k]), int(reserves.quota[p, k]), k) for p, k in over]


def _of_couples(market: Market, matching: Matching, couples: Couples) -> list[ConstraintViolation]:
    pairs = listed_by_postings(market)
    listed = np.zeros(couples.places.shape, np.bool_)
    for side in (0, 1):
        places, members = couples.places[:, side], couples.members[couples.rows(), side]
        listed[:, side] = (places == UNMATCHED) | np.isin(members * market.n_postings + places, pairs)
    can_be_formed = listed.all(axis=1)
    held = matching.posting_of[couples.members]
    is_held = can_be_formed & (couples.places == held[couples.rows()]).all(axis=1)
    holds_a_choice = np.bincount(couples.rows()[is_held], minlength=couples.n_couples) > 0
    n_choices = np.bincount(couples.rows()[can_be_formed], minlength=couples.n_couples)
    n_placed = np.count_nonzero(held != UNMATCHED, axis=1)
    broken = np.flatnonzero((n_placed > 0) & ~holds_a_choice).tolist()
    return [ConstraintViolation("joint list", c, int(n_placed[c]), int(n_choices[c])) for c in broken]
