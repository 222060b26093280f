"""Years of an invented office as it would keep them: people and calls, who was taken, and what became of those.

The files are those of real offices, so the way from them to weights, to who stays and to what a decision is worth can
be walked by commands alone. Calls are renewed every year; people apply in one year each. Officers choose among the
applicants of a call by a logit of habits, and who stays is drawn from the known truth of ``outcome_truth.toml``, both
at the terms that the engine itself reads out of the records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from features.errors import SyntheticError
from features.market.scored_market import EXCLUDED, ScoredMarket, read_market
from features.records import Applicant, Application, Household, Posting, Records
from features.staying.month_counts import fiscal_year
from features.staying.outcome_files import OutcomeFile
from features.staying.pair_terms import STAY_TERMS, PairTerms
from features.synthetic.known_truth import unsolved_truth
from features.synthetic.market import SEED, sample_market
from features.synthetic.officers import draw_officers
from features.synthetic.placed_outcomes import Placed, placed_outcomes
from features.synthetic.posting_conditions import sample_date
from features.synthetic.year_draws import FILE
from features.taxonomy.vocabulary import ApplicationStatus

__all__ = ["OfficeYears", "office_years"]

_Whole = npt.NDArray[np.int64]
_MOST_YEARS: Final = 10
_WITHDRAWN: Final = 0.04
_NATIONAL_YEAR: Final = 2027  # the fiscal year for which the calls of the sample market are made


@dataclass(frozen=True, eq=False)
class OfficeYears:
    """What an office has in its files.

    Attributes
    ----------
    records : Records
        People who applied and calls of all years, and applications with what was decided.
    outcomes : OutcomeFile
        Of everybody who was placed, as known on the sample's day.
    """

    records: Records
    outcomes: OutcomeFile


def office_years(*, n_years: int = 4, n_people: int = 400, n_postings: int = 40, seed: int = SEED) -> OfficeYears:
    """Draw years of arrivals, decisions and outcomes; the last began a year and a half before the sample's day.

    Parameters
    ----------
    n_years : int
        1 to 10.
    n_people, n_postings : int
        Registered people and calls of one year, each >= 1; about two people in five apply.
    seed : int
        The same arguments give the same files, byte for byte.

    Raises
    ------
    SyntheticError
        If a size is out of range or the seed is negative.

    Examples
    --------
    >>> drawn = office_years(n_years=2, n_people=40, n_postings=4)
    >>> sorted({one.posting_id[-4:] for one in drawn.records.postings}), bool(drawn.outcomes.outcomes)
    (['2024', '2025'], True)
    """
    if not 1 <= n_years <= _MOST_YEARS:
        raise SyntheticError(f"n_years is {n_years}, expected 1 to {_MOST_YEARS}")
    for name, value in (("n_people", n_people), ("n_postings", n_postings)):
        if value < 1:
            raise SyntheticError(f"{name} is {value}, expected >= 1")
    sample = sample_market(
        n_applicants=n_people * n_years, n_postings=n_postings, seed=seed, n_kigyojin_postings=0, n_company_people=0
    )
    last = fiscal_year(sample_date()) - 1
    rng = np.random.default_rng([seed, n_years])
    market = read_market(_over_years(rng, sample, range(last - n_years + 1, last + 1)), on=sample_date())
    placed, statuses = _decided(rng, market)
    applications = tuple(
        one.model_copy(update={"status": status})
        for one, status in zip(market.records.applications, statuses, strict=True)
    )
    return OfficeYears(
        market.records.model_copy(update={"applications": applications}),
        placed_outcomes(rng, market.records, placed, on=sample_date()),
    )


def _over_years(rng: np.random.Generator, sample: Records, years: range) -> Records:
    """The same calls every year, and who applies, with the household, in one of the years."""
    applied = {one.applicant_id for one in sample.applications}
    people = [one for one in sample.applicants if one.applicant_id in applied]
    together = [one for one in sample.households if applied.issuperset(one.members)]
    first = {member: one.members[0] for one in together for member in one.members}
    row = {one.applicant_id: at for at, one in enumerate(people)}
    year_of = {an_id: years[row[first.get(an_id, an_id)] % len(years)] for an_id in row}
    return Records(
        applicants=tuple(_in_year_person(one, year_of[one.applicant_id]) for one in people),
        postings=tuple(_in_year(one, year) for year in years for one in sample.postings),
        applications=tuple(
            _received(one, year_of[one.applicant_id], int(days))
            for one, days in zip(sample.applications, rng.integers(0, 150, len(sample.applications)), strict=True)
        ),
        households=tuple(_in_year_household(one, year_of[one.members[0]]) for one in together),
    )


def _in_year(one: Posting, year: int) -> Posting:
    start = _moved(one.start_date, year) or date(year, 4, 1)
    told = {
        "posting_id": f"{one.posting_id}-{year}",
        "start_date": max(start, date(year, 4, 1)),
        "deadline": _moved(one.deadline, year),
        "as_of": _moved(one.as_of, year),
        "state": "closed",
    }
    return one.model_copy(update=told)


def _in_year_person(one: Applicant, year: int) -> Applicant:
    profile = one.selection_profile
    moved = profile.model_copy(update={"available_from": _moved(profile.available_from, year)})
    return one.model_copy(update={"selection_profile": moved})


def _in_year_household(one: Household, year: int) -> Household:
    wishes = tuple(
        tuple(None if an_id is None else f"{an_id}-{year}" for an_id in wish) for wish in one.joint_preferences
    )
    return one.model_copy(update={"joint_preferences": wishes})


def _received(one: Application, year: int, days: int) -> Application:
    when = date.fromordinal(date(year - 1, 10, 1).toordinal() + days)
    return one.model_copy(update={"posting_id": f"{one.posting_id}-{year}", "received_at": when})


def _moved(day: date | None, year: int) -> date | None:
    """The same day of another round; a 29 February becomes the day before."""
    return None if day is None else day.replace(year=day.year + year - _NATIONAL_YEAR, day=min(day.day, 28))


def _decided(rng: np.random.Generator, market: ScoredMarket) -> tuple[tuple[Placed, ...], list[ApplicationStatus]]:
    """Call by call in random order: who may be, and was not taken elsewhere, is taken by habit up to the seats."""
    truth, terms = unsolved_truth(), PairTerms(market)
    columns = [STAY_TERMS.index(term) for term in truth.terms]
    towns = sorted({one.municipality_code for one in market.records.postings})
    habits = draw_officers(rng, FILE, truth.terms, n_people=50 * len(towns), n_municipalities=1).habits
    applied = _applied(rng, market)
    is_free, found = np.ones(len(market.applicants), np.bool_), list[Placed]()
    order: list[int] = rng.permutation(len(market.postings)).tolist()
    for j in order:
        call, asked = market.records.postings[j], applied.get(j, np.zeros(0, np.int64))
        people = asked[is_free[asked] & (market.verdicts.column(asked, j) < EXCLUDED)]
        values = terms.at(j, people)[:, columns]
        liking = values @ habits[towns.index(call.municipality_code) % len(habits)]
        for at in _taken(rng, liking, call.headcount):
            is_free[people[at]] = False
            found.append(Placed(int(people[at]), j, values[at]))
    return tuple(found), _statuses(market, applied, {(one.applicant, one.posting) for one in found})


def _applied(rng: np.random.Generator, market: ScoredMarket) -> Mapping[int, _Whole]:
    """Applicants of each call who did not withdraw."""
    stays = rng.random(len(market.records.applications)) >= _WITHDRAWN
    found = dict[int, list[int]]()
    for one, is_kept in zip(market.records.applications, stays.tolist(), strict=True):
        if is_kept:
            at = market.postings.index_of[one.posting_id]
            found.setdefault(at, []).append(market.applicants.index_of[one.applicant_id])
    return {at: np.array(rows, dtype=np.int64) for at, rows in found.items()}


def _taken(rng: np.random.Generator, liking: npt.NDArray[np.float64], n_seats: int) -> list[int]:
    """Rows taken one after the other by the logit; a share of the choices is made evenly."""
    left, taken = list(range(liking.size)), list[int]()
    explored = FILE.number("explored_share")
    while left and len(taken) < n_seats:
        odds = np.exp(liking[left] - liking[left].max())
        share = (1 - explored) * odds / odds.sum() + explored / len(left)
        taken.append(left.pop(int(rng.choice(len(left), p=share / share.sum()))))
    return taken


def _statuses(
    market: ScoredMarket, applied: Mapping[int, _Whole], placed: set[tuple[int, int]]
) -> list[ApplicationStatus]:
    kept = {(int(i), j) for j, rows in applied.items() for i in rows}

    def status(one: Application) -> ApplicationStatus:
        pair = (market.applicants.index_of[one.applicant_id], market.postings.index_of[one.posting_id])
        return "accepted" if pair in placed else "closed" if pair in kept else "withdrawn"

    return [status(one) for one in market.records.applications]
