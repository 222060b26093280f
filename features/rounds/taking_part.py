"""Who takes part in a round: not who holds a place already, nor, by applications, whose every one has ended.

Where a person stands decides, never a date: an accepted offer is a place held, whenever it was accepted, and its seat
is taken wherever a call does not tell its free seats itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from features.errors import RecordError
from features.market.scored_market import ENDED
from features.records import Company, Posting, Records

__all__ = [
    "LeftOut",
    "TakingPart",
    "Wishes",
    "accepted_people",
    "seats_taken",
    "taking_part",
    "wishes_from",
    "with_seats_taken",
]

Wishes: TypeAlias = Literal["applications", "scores"]
_ACCEPTED: Final = "accepted"


@dataclass(frozen=True)
class LeftOut:
    """How many people take no part, and why.

    Attributes
    ----------
    accepted : int
        They have accepted a place, here or elsewhere.
    ended : int
        All their applications were declined, withdrawn or closed.
    """

    accepted: int = 0
    ended: int = 0


@dataclass(frozen=True)
class TakingPart:
    """What a round is over.

    Attributes
    ----------
    records : Records
        Without those who take no part, with the seats that are left.
    wishes : "applications" or "scores"
        Where the applicants' orders come from.
    left_out : LeftOut
    """

    records: Records
    wishes: Wishes
    left_out: LeftOut


def accepted_people(records: Records) -> frozenset[str]:
    """Ids of those who have accepted a place.

    Examples
    --------
    >>> accepted_people(Records())
    frozenset()
    """
    return frozenset(one.applicant_id for one in records.applications if one.status == _ACCEPTED)


def seats_taken(records: Records) -> Counter[str]:
    """Posting → seats that accepted offers take.

    Examples
    --------
    >>> seats_taken(Records())
    Counter()
    """
    return Counter(one.posting_id for one in records.applications if one.status == _ACCEPTED)


def wishes_from(records: Records, wishes: Wishes | None) -> Wishes:
    """Where applicants' orders come from: as asked, else from applications where the records hold any, else scores.

    Raises
    ------
    RecordError
        If applications are asked for and there are none.

    Examples
    --------
    >>> wishes_from(Records(), None)
    'scores'
    """
    if wishes == "applications" and not records.applications:
        raise RecordError("the records hold no application, expected some, or wishes from scores")
    return wishes or ("applications" if records.applications else "scores")


def taking_part(
    records: Records, *, wishes: Wishes | None = None, accepted: Collection[str] | None = None
) -> TakingPart:
    """Leave out who holds a place or has no application left, and count the seats taken.

    Parameters
    ----------
    records : Records
        What the round is over.
    wishes : "applications" or "scores", optional
        Default: applications where the records hold any, else scores. A round by scores asks nobody's applications, so
        it leaves out only who holds a place.
    accepted : collection of str, optional
        Who has accepted a place, where the records are a part of a larger whole; default: of these records.

    Raises
    ------
    RecordError
        If applications are asked for and there are none.
    """
    source = wishes_from(records, wishes)
    people = {one.applicant_id for one in records.applicants}
    placed = people.intersection(accepted_people(records) if accepted is None else accepted)
    ended = _ended(records) - placed if source == "applications" else frozenset[str]()
    left_out = LeftOut(accepted=len(placed), ended=len(ended))
    return TakingPart(_without(records, placed | ended), source, left_out)


def _ended(records: Records) -> frozenset[str]:
    applied = {one.applicant_id for one in records.applications}
    return frozenset(applied - {one.applicant_id for one in records.applications if one.status not in ENDED})


def _without(records: Records, gone: Collection[str]) -> Records:
    taken = seats_taken(records)
    return Records(
        applicants=tuple(one for one in records.applicants if one.applicant_id not in gone),
        postings=tuple(with_seats_taken(one, taken[one.posting_id]) for one in records.postings),
        applications=tuple(one for one in records.applications if one.applicant_id not in gone),
        # a joint wish of which one part holds a place binds the others no more than any other that cannot be kept
        households=tuple(one for one in records.households if not set(one.members) <= set(gone)),
        companies=tuple(_company_without(one, gone) for one in records.companies),
    )


def with_seats_taken(posting: Posting, n_accepted: int) -> Posting:
    """The posting with the seats that accepted offers leave; one that tells its free seats itself stays."""
    if posting.seats_left is not None or not n_accepted:
        return posting
    return posting.model_copy(update={"seats_left": max(posting.headcount - n_accepted, 0)})


def _company_without(company: Company, gone: Collection[str]) -> Company:
    if company.people is None:
        return company
    return company.model_copy(update={"people": tuple(one for one in company.people if one not in gone)})
