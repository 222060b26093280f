"""Who came when: applications as cases, a household as one case that takes all its seats at one place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from features.errors import RecordError
from features.records import Application, Household, Records
from features.seasons.calendar import SeasonCalendar

__all__ = ["WAITING", "Case", "cases_of", "received"]

WAITING: Final = frozenset({"received", "screened", "interview"})
_HELD: Final = frozenset({"offered", "accepted"})
_UNRANKED: Final = 10_001  # behind every rank


@dataclass(frozen=True)
class Case:
    """One person, or a household that is placed whole.

    Attributes
    ----------
    members : tuple of str
        Applicants, each with at least one application.
    household : Household or None
    applications : tuple of Application
        Of all members.
    arrives, last : float
        Days of the calendar: when the last member's first application came, and the last application of all.
    """

    members: tuple[str, ...]
    household: Household | None
    applications: tuple[Application, ...]
    arrives: float
    last: float

    @property
    def is_held(self) -> bool:
        """Somebody of the case has an offer or a place."""
        return any(application.status in _HELD for application in self.applications)

    @property
    def is_waiting(self) -> bool:
        """Every member waits for an answer somewhere, and nobody has an offer."""
        if self.is_held:
            return False
        waiting = {application.applicant_id for application in self.applications if application.status in WAITING}
        return waiting >= set(self.members)

    @property
    def first_wish(self) -> str:
        """The posting that the first member ranks first; of equals, or without ranks, the one applied to first."""
        own = [application for application in self.applications if application.applicant_id == self.members[0]]
        return min(
            own, key=lambda one: (one.wish_rank or _UNRANKED, _sortable(received(one)), one.posting_id)
        ).posting_id

    def as_applied(self, statuses: Collection[str]) -> tuple[str, ...]:
        """Postings of :meth:`together_at` as they were applied to; of one time, as ranked, then by id.

        A household has applied when the last of its members has.
        """

        def when(posting_id: str) -> tuple[float, int, str]:
            here = [one for one in self.applications if one.posting_id == posting_id and one.status in statuses]
            first: dict[str, float] = {}
            for one in here:
                time = _sortable(received(one))
                first[one.applicant_id] = min(first.get(one.applicant_id, time), time)
            return max(first.values()), min(one.wish_rank or _UNRANKED for one in here), posting_id

        return tuple(sorted(self.together_at(statuses), key=when))

    def together_at(self, statuses: Collection[str] | None = None) -> frozenset[str]:
        """Postings to which all members applied, where each application has one of the statuses; of any, by default.

        A household that hands in a joint list is together only where a line of it names one posting for all.
        """
        of_member: Mapping[str, set[str]] = {member: set() for member in self.members}
        for application in self.applications:
            if statuses is None or application.status in statuses:
                of_member[application.applicant_id].add(application.posting_id)
        everywhere = {application.posting_id for application in self.applications}
        common = {one for one in everywhere if all(one in applied for applied in of_member.values())}
        if self.household is None or not self.household.joint_preferences:
            return frozenset(common)
        return frozenset(one for one in common if (one,) * len(self.members) in self.household.joint_preferences)


def received(application: Application) -> datetime | date:
    """The day or moment an application came.

    Raises
    ------
    RecordError
        Where it does not say.
    """
    if application.received_at is None:
        raise RecordError(
            f"application {application.application_id} has no received_at, expected the day it came; "
            "a season is read from these days"
        )
    return application.received_at


def cases_of(
    records: Records,
    applications: Iterable[Application],
    calendar: SeasonCalendar,
    *,
    apart: Collection[str] = (),
) -> tuple[Case, ...]:
    """Cases in order of arrival, of one time in the order of their members' ids.

    Parameters
    ----------
    records : Records
        Of which the households count.
    applications : iterable of Application
        Those of the season.
    calendar : SeasonCalendar
        On which times are counted.
    apart : collection of str
        Households whose members are cases of their own.

    Raises
    ------
    RecordError
        If an application has no day, somebody is in two households, or a member of a household that comes has no
        application.
    """
    of_person: dict[str, list[Application]] = {}
    for application in applications:
        of_person.setdefault(application.applicant_id, []).append(application)
    cases: list[Case] = []
    seen: dict[str, str] = {}
    for household in records.households:
        for member in household.members:
            if seen.setdefault(member, household.household_id) != household.household_id:
                raise RecordError(
                    f"applicant {member} is in households {seen[member]} and {household.household_id}, expected one"
                )
        if household.household_id not in apart and any(member in of_person for member in household.members):
            cases.append(_case(household.members, household, of_person, calendar))
    together = {member for case in cases for member in case.members}
    cases += [_case((person,), None, of_person, calendar) for person in of_person if person not in together]
    return tuple(sorted(cases, key=lambda case: (case.arrives, case.members)))


def _case(
    members: tuple[str, ...],
    household: Household | None,
    of_person: Mapping[str, list[Application]],
    calendar: SeasonCalendar,
) -> Case:
    for member in members:
        if member not in of_person:
            name = "" if household is None else household.household_id
            raise RecordError(
                f"household {name}: member {member} has no application of the season, expected one of every member "
                "or none"
            )
    times = [[calendar.day_of(received(one)) for one in of_person[member]] for member in members]
    return Case(
        members=members,
        household=household,
        applications=tuple(application for member in members for application in of_person[member]),
        arrives=max(min(own) for own in times),
        last=max(max(own) for own in times),
    )


def _sortable(when: datetime | date) -> float:
    return SeasonCalendar(date(1970, 4, 1)).day_of(when)
