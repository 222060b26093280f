"""Who served: days, the proof of the region, and costs that are known already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from api.documents.errors import DocumentError
from api.outcomes.placements import months_after
from features.records import Posting
from features.taxonomy.vocabulary import Subtype, Zone

__all__ = ["Member", "RegionProof", "YearCosts", "last_day", "months_served"]


@dataclass(frozen=True)
class RegionProof:
    """What a person saw on the proof of the address: class and day, never the image."""

    proof_id: str
    checked_on: date
    is_confirmed: bool
    municipality_code: str | None = None
    zone: Zone | None = None


@dataclass(frozen=True)
class YearCosts:
    """Costs of one fiscal year that are known, in yen; what is not known stays blank for a hand."""

    pay_yen: int | None = None
    activity_yen: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Member:
    """One placement.

    Attributes
    ----------
    placement_id : str
        Id of the application that was accepted.
    member_id : str
        Id of the person; no name is known here.
    posting : Posting
    started_on : date
    left_on : date, optional
        The last day, where the person left before the end of the term.
    subtype : Subtype, optional
        起業人: how the person came, where the posting allows several ways.
    months_used : int
        Months of an earlier term that count against the covered months.
    proof : RegionProof, optional
    costs : mapping of fiscal year to YearCosts
    """

    placement_id: str
    member_id: str
    posting: Posting
    started_on: date
    left_on: date | None = None
    subtype: Subtype | None = None
    months_used: int = 0
    proof: RegionProof | None = None
    costs: Mapping[int, YearCosts] = field(default_factory=lambda: MappingProxyType({}))


def last_day(member: Member) -> date:
    """The last day: when the person left, else the end of the term.

    Raises
    ------
    DocumentError
        If nobody knows it, or it lies before the first day.
    """
    last = member.left_on
    if last is None:
        term = member.posting.term_months
        if not term:
            raise DocumentError(
                f"posting {member.posting.posting_id} has no term_months, expected one to tell when placement"
                f" {member.placement_id} ends"
            )
        last = months_after(member.started_on, term) - timedelta(days=1)
    if last < member.started_on:
        raise DocumentError(f"placement {member.placement_id} ends on {last}, before its start {member.started_on}")
    return last


def months_served(first: date, last: date) -> int:
    """Months that begin between two days, both included.

    Examples
    --------
    >>> months_served(date(2025, 4, 1), date(2026, 3, 31)), months_served(date(2025, 4, 1), date(2025, 5, 1))
    (12, 2)
    """
    months = (last.year - first.year) * 12 + last.month - first.month
    return months + 1 if months_after(first, months) <= last else months
