"""Write ``fixtures/season/``: two invented years of rolling intake, and the second as it stood on 25 November.

Run ``python docs/maintenance/build_season_fixture.py`` after a change of the sample market; a test compares the files
with what this writes.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Final

import numpy as np

from features.json_files.record_files import dump_records
from features.records import Applicant, Application, Household, Posting, Records
from features.synthetic import sample_market
from features.taxonomy.vocabulary import ApplicationStatus

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "season"
TODAY: Final = date(2026, 11, 25)
_SEED: Final = 34
_JST: Final = timezone(timedelta(hours=9))
_YEAR: Final = timedelta(days=365)
_DECIDED: Final = date(2026, 10, 20)  # whoever came later waits on 25 November
_MONTHS: Final = np.array([5, 6, 7, 8, 8, 9, 11, 12, 11, 11, 8, 4])  # as in features/synthetic/seasons.toml, A
_DECLINES: Final = 0.12  # the same
_COUPLE: Final = "h001"

Wishes = Mapping[str, Sequence[str]]


def files() -> dict[str, str]:
    """Text of each file below ``fixtures/season``."""
    rng = np.random.default_rng(_SEED)
    market = sample_market(n_applicants=200, n_postings=12, n_kigyojin_postings=0, n_company_people=0, seed=_SEED)
    wishes: dict[str, list[str]] = {}
    for application in market.applications:
        wishes.setdefault(application.applicant_id, []).append(application.posting_id)
    ids = sorted(wishes)
    known = tuple(_earlier(posting) for posting in market.postings[1:])  # the first call is new this year
    couple = _couple(ids[1::2], market.postings)
    past = _year(rng, market, {an_id: wishes[an_id] for an_id in ids[::2]}, known, None, begins=date(2025, 4, 1))
    season = _year(
        rng,
        market,
        {an_id: wishes[an_id] for an_id in ids[1::2]} | dict.fromkeys(couple.members, couple.joint_preferences[0][:1]),
        market.postings,
        couple,
        begins=date(2026, 4, 1),
    )
    return {
        "last_year.json": dump_records(past),
        "finished.json": dump_records(season),
        "applicants.json": dump_records(_as_of_today(rng, season)),
        "postings.json": dump_records(Records(postings=season.postings)),
    }


def _earlier(posting: Posting) -> Posting:
    days = {name: getattr(posting, name) for name in ("start_date", "deadline", "as_of")}
    return posting.model_copy(update={name: day - _YEAR for name, day in days.items() if day is not None})


def _couple(ids: Sequence[str], postings: Sequence[Posting]) -> Household:
    """The two who come last by id apply together to the call with most seats."""
    roomy = max(postings, key=lambda posting: posting.headcount).posting_id
    return Household(household_id=_COUPLE, members=tuple(ids[-2:]), joint_preferences=((roomy, roomy),))


def _year(
    rng: np.random.Generator,
    market: Records,
    wishes: Wishes,
    postings: Sequence[Posting],
    couple: Household | None,
    *,
    begins: date,
) -> Records:
    """Everybody comes on a drawn day and is decided on at once, by the own first wish that has a seat."""
    call_of = {posting.posting_id: posting for posting in postings}
    moments = {an_id: _moment(rng, begins) for an_id in wishes}
    if couple is not None:
        moments |= dict.fromkeys(couple.members, datetime.combine(date(2026, 11, 10), time(9), _JST))
    taken: Counter[str] = Counter()
    applications: list[Application] = []
    for an_id in sorted(wishes, key=lambda one: (moments[one], one)):
        when = moments[an_id]
        open_calls = [one for one in wishes[an_id] if one in call_of and _is_open(call_of[one], when)]
        free = next((one for one in open_calls if taken[one] < call_of[one].headcount), None)
        declines = bool(rng.random() < _DECLINES)
        taken[free or ""] += not declines
        for rank, one in enumerate(open_calls, start=1):
            status: ApplicationStatus = "closed" if one != free else "declined" if declines else "accepted"
            applications.append(
                Application(
                    application_id=f"{begins.year}-{len(applications) + 1:03d}",
                    applicant_id=an_id,
                    posting_id=one,
                    received_at=when,
                    wish_rank=rank,
                    status=status,
                )
            )
    here = {application.applicant_id for application in applications}
    return Records(
        applicants=tuple(_person(one, begins) for one in market.applicants if one.applicant_id in here),
        postings=tuple(postings),
        applications=tuple(applications),
        households=() if couple is None else (couple,),
    )


def _is_open(posting: Posting, when: datetime) -> bool:
    return posting.deadline is None or when.date() <= posting.deadline


def _moment(rng: np.random.Generator, begins: date) -> datetime:
    month = int(rng.choice(12, p=_MONTHS / _MONTHS.sum()))
    days, minutes = int(30.4 * month + rng.integers(30)), int(rng.integers(8 * 60, 20 * 60))
    return datetime.combine(begins + timedelta(days=days), time(0), _JST) + timedelta(minutes=minutes)


def _person(applicant: Applicant, begins: date) -> Applicant:
    """Of the year before: free to start a year earlier."""
    start = applicant.selection_profile.available_from
    if start is None or begins.year == TODAY.year:
        return applicant
    profile = applicant.selection_profile.model_copy(update={"available_from": start - _YEAR})
    return applicant.model_copy(update={"selection_profile": profile})


def _as_of_today(rng: np.random.Generator, season: Records) -> Records:
    applications = []
    for application in season.applications:
        if not isinstance(application.received_at, datetime) or application.received_at.date() > TODAY:
            continue
        waits = application.received_at.date() > _DECIDED
        status: ApplicationStatus = ("received", "screened", "interview")[int(rng.integers(3))]
        applications.append(application.model_copy(update={"status": status}) if waits else application)
    here = {application.applicant_id for application in applications}
    return Records(
        applicants=tuple(one for one in season.applicants if one.applicant_id in here),
        applications=tuple(applications),
        households=season.households,
    )


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(files())} files in fixtures/season\n")


if __name__ == "__main__":
    main()
