"""The forecast: people of earlier years, valued at this season's postings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.errors import RecordError
from features.records import Applicant, Application, Posting, Records
from features.rounds.round import Wishes
from features.seasons.assumptions import season_assumptions
from features.seasons.calendar import SeasonCalendar
from features.seasons.case_values import HouseholdChoice, case_values, read_cases
from features.seasons.cases import Case, cases_of, received
from features.weights import Weights
from matching.rolling.forecast import Forecast
from matching.rolling.season import Season

__all__ = ["PastYears", "PriceSource", "SourceLevel", "read_past"]

SourceLevel: TypeAlias = Literal["everyone", "posting", "municipality", "none"]
"""Whose past applications stand for those to come: all people, those to the same call, those to the town, nobody."""


@dataclass(frozen=True)
class PriceSource:
    """What the forecast of one posting rests on: the level, and the past cases that could come here."""

    level: SourceLevel
    n_cases: int


@dataclass(frozen=True, eq=False)
class PastYears:
    """A forecast, and for each posting what it rests on."""

    forecast: Forecast
    sources: tuple[PriceSource, ...]


def read_past(
    past: Records,
    postings: Sequence[Posting],
    calendar: SeasonCalendar,
    *,
    on: date,
    weights: Weights,
    wishes: Wishes,
    rule: HouseholdChoice,
    place: str = "past years",
) -> PastYears:
    """Read earlier fiscal years, each of them whole.

    Parameters
    ----------
    past : Records
        Applicants, postings and applications of one or several years before.
    postings : sequence of Posting
        Of the season to come, in the order of their ids.
    calendar : SeasonCalendar
        Its year. Days of earlier years, and when people could start, are moved to it.
    on : date
        The day the rules are asked about.
    wishes : "applications" or "scores"
        Whether people of the past come to the call they applied to (of the same id, municipality and programme) or,
        where it is new, to calls of its municipality and programme; or to every call that rules leave.
    place : str
        What an error calls these records.

    Raises
    ------
    RecordError
        Without an application, or where one was received in the year of ``calendar`` or later.
    """
    try:
        cases_in = _cases_by_year(past, calendar)
    except RecordError as error:
        raise RecordError(f"{place}: {error}") from None
    call_of, levels = _calls(past.postings, postings)
    seasons: list[Season] = []
    for year, cases in cases_in.items():
        people = [_moved(person, calendar.begins - year.begins) for person in past.applicants]
        worth = case_values(read_cases(people, postings, cases, on=on, weights=weights), cases, rule=rule)
        comes = worth.is_allowed if wishes == "scores" else worth.is_allowed & _comes(cases, call_of, len(postings))
        seasons.append(_season(cases, worth.values, comes, worth.needs))
    declined = sum(application.status in ("declined", "withdrawn") for application in past.applications)
    accepted = sum(application.status == "accepted" for application in past.applications)
    rate = season_assumptions().share_declined(declined, declined + accepted)
    # the past season's own share counts pairs, of which most had no offer
    forecast = replace(Forecast.of(seasons), decline_rate=rate)
    counts = forecast.is_compatible.sum(axis=0).tolist()
    everyone = wishes == "scores"
    sources = tuple(PriceSource("everyone" if everyone else level, n) for level, n in zip(levels, counts, strict=True))
    return PastYears(forecast, sources)


def _cases_by_year(past: Records, calendar: SeasonCalendar) -> dict[SeasonCalendar, tuple[Case, ...]]:
    if not past.applications:
        raise RecordError("no application, expected those of the year before")
    years: dict[SeasonCalendar, list[Application]] = {}
    for application in past.applications:
        year = SeasonCalendar.of(received(application))
        if year >= calendar:
            raise RecordError(
                f"application {application.application_id} was received on {received(application):%Y-%m-%d}, "
                f"expected before {calendar.begins}, the beginning of this season"
            )
        years.setdefault(year, []).append(application)
    return {year: cases_of(past, years[year], year) for year in sorted(years)}


def _season(
    cases: Sequence[Case], values: NDArray[np.float64], comes: NDArray[np.bool_], needs: NDArray[np.int64]
) -> Season:
    arrives = np.array([case.arrives for case in cases])
    return Season.of(
        values,
        needs=needs,
        capacity=np.zeros(values.shape[1], np.int64),
        arrives=arrives,
        is_compatible=comes,
        waits_until=arrives + season_assumptions().patience_days.value,
    )


def _calls(past: Sequence[Posting], postings: Sequence[Posting]) -> tuple[dict[str, list[int]], list[SourceLevel]]:
    """Which of this season's postings the applications to each past posting count for."""
    call_of: dict[str, list[int]] = {posting.posting_id: [] for posting in past}
    levels: list[SourceLevel] = []
    for at, posting in enumerate(postings):
        town = [p for p in past if (p.municipality_code, p.program) == (posting.municipality_code, posting.program)]
        same = [p for p in town if p.posting_id == posting.posting_id]
        for one in same or town:
            call_of[one.posting_id].append(at)
        levels.append("posting" if same else "municipality" if town else "none")
    return call_of, levels


def _comes(cases: Sequence[Case], call_of: dict[str, list[int]], n_postings: int) -> NDArray[np.bool_]:
    comes = np.zeros((len(cases), n_postings), np.bool_)
    for row, case in enumerate(cases):
        for posting_id in case.together_at():
            comes[row, call_of[posting_id]] = True
    return comes


def _moved(person: Applicant, by: timedelta) -> Applicant:
    """The same person as if coming in the season's year: otherwise everybody of the past could start at once."""
    start, moved_on = person.selection_profile.available_from, person.record_moved_on
    profile = person.selection_profile.model_copy(update={"available_from": start and start + by})
    return person.model_copy(update={"selection_profile": profile, "record_moved_on": moved_on and moved_on + by})
