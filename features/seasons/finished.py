"""A year that is over, from its records: the season as it came, and what was done in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.errors import RecordError
from features.municipalities import find
from features.records import Posting, Records
from features.rounds.round import Wishes
from features.seasons.assumptions import season_assumptions
from features.seasons.calendar import SeasonCalendar
from features.seasons.case_values import CaseValues, HouseholdChoice, case_values, read_cases
from features.seasons.cases import Case, cases_of, received
from features.seasons.places import Places, finished_places
from features.taxonomy.vocabulary import JAPANESE
from features.weights import Weights, default_weights
from matching.rolling.season import Season

__all__ = ["FinishedYear", "GroupBy", "finished_year"]

GroupBy: TypeAlias = Literal["programme", "prefecture"]
"""What groups are: of the posting a case wishes first, never of a person."""


@dataclass(frozen=True, eq=False)
class FinishedYear:
    """A year that is over.

    Attributes
    ----------
    season : Season
    done : (n,) int64
        The posting that each case was accepted at, -1 for none.
    calendar : SeasonCalendar
    on : date
        The day the rules were asked about.
    postings : tuple of Posting
        In the order of the places.
    group : (n,) int64
        Group of each case.
    group_names : tuple of str
    apart : tuple of str
        Households whose members were accepted apart, each a case of its own here.
    n_applications : int
    """

    season: Season
    done: NDArray[np.int64]
    calendar: SeasonCalendar
    on: date
    postings: tuple[Posting, ...]
    group: NDArray[np.int64]
    group_names: tuple[str, ...]
    apart: tuple[str, ...]
    n_applications: int


def finished_year(
    records: Records,
    *,
    on: date | None = None,
    weights: Weights | None = None,
    wishes: Wishes = "applications",
    rule: HouseholdChoice = "sum",
    group_by: GroupBy = "prefecture",
) -> FinishedYear:
    """Read a year that is over.

    An application that was declined or withdrawn is an offer that would not have held; one that was closed or never
    answered could have become a place. People count from their first application on, with all their applications.

    Parameters
    ----------
    records : Records
        One fiscal year: applicants, postings and applications with their last status.
    on : date, optional
        The day the rules are asked about; default the day of the last application.
    wishes : "applications" or "scores"
        Places somebody applied to, or all that rules leave.
    rule : "sum" or "least"
        What a place is worth to a household.
    group_by : "programme" or "prefecture"
        Of the posting wished first.

    Raises
    ------
    RecordError
        Without an application, with applications of two fiscal years, with somebody accepted twice, or where more
        people were accepted than there were seats.
    """
    calendar, last_day = _year_of(records)
    at_of = _accepted(records)
    apart = _apart(records, at_of)
    cases = cases_of(records, records.applications, calendar, apart=apart)
    day = on or last_day
    market = read_cases(records.applicants, records.postings, cases, on=day, weights=weights or default_weights())
    postings = market.records.postings
    column = market.postings.index_of
    done = np.array([column[at_of[c.members[0]]] if c.members[0] in at_of else -1 for c in cases], np.int64)
    worth = case_values(market, cases, rule=rule)
    names = [_group_of(postings[column[case.first_wish]], group_by) for case in cases]
    known = tuple(sorted(set(names)))
    return FinishedYear(
        season=_season(cases, worth, finished_places(postings, records.applications, calendar), done, wishes),
        done=done,
        calendar=calendar,
        on=day,
        postings=postings,
        group=np.array([known.index(name) for name in names], np.int64),
        group_names=known,
        apart=apart,
        n_applications=len(records.applications),
    )


def _year_of(records: Records) -> tuple[SeasonCalendar, date]:
    if not records.applications:
        raise RecordError("the records of the season hold no application, expected those of one fiscal year")
    first = SeasonCalendar.of(received(records.applications[0]))
    for application in records.applications:
        if SeasonCalendar.of(received(application)) != first:
            raise RecordError(
                f"application {application.application_id} was received on {received(application):%Y-%m-%d}, "
                f"expected in the fiscal year from {first.begins} as application "
                f"{records.applications[0].application_id}; a replay takes one year"
            )
    last = max(first.day_of(received(application)) for application in records.applications)
    return first, first.date_of(last)


def _accepted(records: Records) -> dict[str, str]:
    at_of: dict[str, str] = {}
    for application in records.applications:
        if application.status == "accepted":
            other = at_of.setdefault(application.applicant_id, application.posting_id)
            if other != application.posting_id:
                raise RecordError(
                    f"applicant {application.applicant_id} is accepted at {other} and {application.posting_id}, "
                    "expected one place"
                )
    return at_of


def _apart(records: Records, at_of: dict[str, str]) -> tuple[str, ...]:
    return tuple(
        household.household_id
        for household in records.households
        if len({at_of.get(member) for member in household.members}) > 1
    )


def _season(
    cases: Sequence[Case],
    worth: CaseValues,
    places: Places,
    done: NDArray[np.int64],
    wishes: Wishes,
) -> Season:
    column = worth.market.postings.index_of
    wished, declined = np.zeros_like(worth.is_allowed), np.zeros_like(worth.is_allowed)
    for row, case in enumerate(cases):
        wished[row, [column[an_id] for an_id in case.together_at()]] = True
        ended = [column[one.posting_id] for one in case.applications if one.status in ("declined", "withdrawn")]
        declined[row, ended] = True
    may = worth.is_allowed if wishes == "scores" else worth.is_allowed & wished
    placed = np.flatnonzero(done >= 0)
    may[placed, done[placed]] = True  # what was done could be done, whatever the rules of the day asked about say
    declined[placed, done[placed]] = False
    arrives = np.array([case.arrives for case in cases])
    patience = arrives + season_assumptions().patience_days.value
    return Season.of(
        worth.values,
        needs=worth.needs,
        capacity=places.seats,
        arrives=arrives,
        is_compatible=may,
        waits_until=np.maximum(patience, [case.last for case in cases]),
        opens=places.opens,
        closes=places.closes,
        declines=declined,
        answers_after=season_assumptions().answer_days.value,
    )


def _group_of(posting: Posting, group_by: GroupBy) -> str:
    return JAPANESE[posting.program] if group_by == "programme" else find(posting.municipality_code).prefecture
