"""A finished year run again by seat prices, in order of arrival and by lot, beside what was done and hindsight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.records import Records
from features.rounds.round import Wishes
from features.seasons.case_values import HouseholdChoice
from features.seasons.finished import FinishedYear
from features.seasons.past_years import read_past
from features.synthetic.seasons import SeasonSeats, sample_seasons
from features.weights import Weights, default_weights
from matching.rolling.forecast import Forecast
from matching.rolling.group_floors import FloorRule, group_averages, group_floors
from matching.rolling.harm import harm_check
from matching.rolling.hindsight import hindsight_bound
from matching.rolling.policies import RandomPlaces, SeatPrices, greedy
from matching.rolling.replay import replay
from matching.rolling.season import Season

__all__ = ["Course", "GroupLine", "PlaceLine", "SeasonReplay", "replay_finished", "replay_synthetic"]

_LOTS = 5


@dataclass(frozen=True)
class Course:
    """One way through the year.

    Attributes
    ----------
    name : str
        ``done``, ``prices``, ``arrival_order`` or ``lots`` (mean of five); a drawn year has no ``done``.
    total, share : float
        Sum of the values of places given, and its share of what hindsight cannot exceed.
    n_people : float
        People with a place at the end.
    """

    name: str
    total: float
    share: float
    n_people: float


@dataclass(frozen=True)
class PlaceLine:
    """What the seats of one place came to under prices and as it was done."""

    name: str
    by_prices: float
    done: float


@dataclass(frozen=True)
class GroupLine:
    """Average value a seat needed of one group of cases, beside its floor."""

    name: str
    n_people: int
    floor: float
    by_prices: float
    done: float


@dataclass(frozen=True)
class SeasonReplay:
    """The comparison.

    Attributes
    ----------
    courses : tuple of Course
    bound : float
        What no course of the year could exceed.
    n_cases, n_people, n_seats : int
        A household is one case.
    n_applications : int or None
        ``None`` of a drawn year, which has none.
    is_year_harmed : bool
        Whether prices do worse than what was done, over the whole year.
    harmed_places : tuple of PlaceLine
        Places whose seats come to less, the largest loss first.
    n_places : int
        Places at which somebody is, under prices or as it was done.
    groups : tuple of GroupLine
    floors_cost : float
        Share of the year's total, known beforehand, that keeping the floors would cost.
    apart : tuple of str
        Households that were placed apart and are read as single people.
    done_is : str
        ``accepted``, or ``arrival_order`` where a drawn year has nothing that was done.
    """

    courses: tuple[Course, ...]
    bound: float
    n_cases: int
    n_people: int
    n_seats: int
    n_applications: int | None
    is_year_harmed: bool
    harmed_places: tuple[PlaceLine, ...]
    n_places: int
    groups: tuple[GroupLine, ...]
    floors_cost: float
    apart: tuple[str, ...]
    done_is: str

    def to_json(self) -> dict[str, object]:
        """What a file holds."""
        return {
            "cases": self.n_cases,
            "people": self.n_people,
            "applications": self.n_applications,
            "seats": self.n_seats,
            "done_is": self.done_is,
            "hindsight_bound": self.bound,
            "courses": [
                {"course": c.name, "total": c.total, "share_of_hindsight": c.share, "people": c.n_people}
                for c in self.courses
            ],
            "harm": {
                "year": self.is_year_harmed,
                "places": self.n_places,
                "harmed_places": [{"place": p.name, "prices": p.by_prices, "done": p.done} for p in self.harmed_places],
            },
            "groups": [
                {"group": g.name, "people": g.n_people, "floor": g.floor, "prices": g.by_prices, "done": g.done}
                for g in self.groups
            ],
            "floors_cost": self.floors_cost,
            "households_apart": list(self.apart),
        }


def replay_finished(
    year: FinishedYear,
    past: Records,
    *,
    weights: Weights | None = None,
    wishes: Wishes = "applications",
    rule: HouseholdChoice = "sum",
    floor: FloorRule = "random",
    seed: int = 0,
    past_name: str = "past years",
) -> SeasonReplay:
    """Run a year of records again; prices see the years in ``past`` and what has come so far, never the future.

    Parameters
    ----------
    year : FinishedYear
    past : Records
        Of the year before.
    weights, wishes, rule
        As the year was read with.
    floor : {"random", "proportional", "max-min"}
        Of :func:`matching.rolling.group_floors.group_floors`.
    seed : int
        Of futures and lots.
    past_name : str
        What an error calls ``past``.

    Raises
    ------
    RecordError
        As :func:`features.seasons.past_years.read_past`.
    """
    years = read_past(
        past,
        year.postings,
        year.calendar,
        on=year.on,
        weights=weights or default_weights(),
        wishes=wishes,
        rule=rule,
        place=past_name,
    )
    names = tuple(posting.posting_id for posting in year.postings)
    run = _Run(year.season, years.forecast, names, year.group, year.group_names, year.apart, year.n_applications)
    return _compared(run, year.done, floor=floor, seed=seed, done_is="accepted")


def replay_synthetic(seed: int, *, seats: SeasonSeats = "scarce", floor: FloorRule = "random") -> SeasonReplay:
    """Run a drawn year again; what was done is the order of arrival, groups are kinds of work.

    Parameters
    ----------
    seed : int
    seats : {"ample", "scarce"}
    floor : {"random", "proportional", "max-min"}

    Examples
    --------
    >>> replayed = replay_synthetic(1)
    >>> replayed.courses[0].share > replayed.courses[1].share, replayed.is_year_harmed
    (True, False)
    """
    years = sample_seasons(seed=seed, seats=seats)
    done = replay(years.season, greedy).place
    names = tuple(f"見本{at + 1}" for at in range(years.season.n_places))
    kinds, group = np.unique(years.group, return_inverse=True)
    run = _Run(
        years.season,
        Forecast.of([years.past]),
        names,
        group.astype(np.int64),
        tuple(f"仕事の種類{k + 1}" for k in kinds),
    )
    return _compared(run, done, floor=floor, seed=seed, done_is="arrival_order")


@dataclass(frozen=True, eq=False)
class _Run:
    season: Season
    forecast: Forecast
    places: Sequence[str]
    group: NDArray[np.int64]
    groups: Sequence[str]
    apart: tuple[str, ...] = ()
    n_applications: int | None = None


def _compared(run: _Run, done: NDArray[np.int64], *, floor: FloorRule, seed: int, done_is: str) -> SeasonReplay:
    season = run.season
    bound = hindsight_bound(season)
    priced = replay(season, SeatPrices(run.forecast, rng=np.random.default_rng(seed)))
    lots = [replay(season, RandomPlaces(np.random.default_rng([seed, lot]))).place for lot in range(_LOTS)]
    was = _outcome(season, done)
    harmed, n_places = _places(run, priced.place, done)
    groups, cost = _groups(run, priced.outcome, was, floor)
    courses = {"prices": [priced.place], "arrival_order": [replay(season, greedy).place], "lots": lots}
    if done_is == "accepted":
        courses = {"done": [done]} | courses
    return SeasonReplay(
        courses=tuple(_course(season, name, ends, bound) for name, ends in courses.items()),
        bound=bound,
        n_cases=season.n_cases,
        n_people=int(season.needs.sum()),
        n_seats=int(season.capacity.sum()),
        n_applications=run.n_applications,
        is_year_harmed=bool(harm_check(priced.outcome, was, np.zeros(season.n_cases, np.int64)).harmed.size),
        harmed_places=harmed,
        n_places=n_places,
        groups=groups,
        floors_cost=cost,
        apart=run.apart,
        done_is=done_is,
    )


def _outcome(season: Season, place: NDArray[np.int64]) -> NDArray[np.float64]:
    outcome: NDArray[np.float64] = np.where(place >= 0, season.values[np.arange(season.n_cases), place], 0.0)
    return outcome


def _course(season: Season, name: str, ends: Sequence[NDArray[np.int64]], bound: float) -> Course:
    total = float(np.mean([_outcome(season, place).sum() for place in ends]))
    people = float(np.mean([season.needs[place >= 0].sum() for place in ends]))
    return Course(name, total, total / bound if bound > 0 else 1.0, people)


def _places(run: _Run, tool: NDArray[np.int64], done: NDArray[np.int64]) -> tuple[tuple[PlaceLine, ...], int]:
    """A place's pool is whoever sits there: under prices on one side, as it was done on the other."""
    pool = np.concatenate([tool, done])
    none = np.zeros(tool.size)
    by_tool = np.concatenate([_outcome(run.season, tool), none])
    was = np.concatenate([none, _outcome(run.season, done)])
    taken = pool >= 0
    report = harm_check(by_tool[taken], was[taken], pool[taken])
    totals = {int(p): (float(t), float(d)) for p, t, d in zip(report.pools, report.by_tool, report.done, strict=True)}
    harmed: list[int] = report.harmed.tolist()
    lines = tuple(PlaceLine(run.places[at], *totals[at]) for at in harmed)
    return lines, report.pools.size


def _groups(
    run: _Run, tool: NDArray[np.float64], was: NDArray[np.float64], rule: FloorRule
) -> tuple[tuple[GroupLine, ...], float]:
    floors = group_floors(run.season, run.group, rule=rule)
    averages = [group_averages(outcome, run.season.needs, run.group) for outcome in (tool, was)]
    people = np.bincount(run.group, run.season.needs).astype(np.int64)
    lines = tuple(
        GroupLine(name, int(people[at]), float(floors.floor[at]), float(averages[0][at]), float(averages[1][at]))
        for at, name in enumerate(run.groups)
    )
    return lines, floors.cost
