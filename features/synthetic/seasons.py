"""Two years of rolling intake by the same process: the one to learn from, and the one to be judged by.

Parameters with their evidence stand in ``seasons.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from features.errors import SyntheticError
from features.synthetic.draws import quota_counts
from features.synthetic.parameters import Parameter
from matching.rolling.households import household_values
from matching.rolling.season import Season

__all__ = ["SeasonSeats", "TwoSeasons", "sample_seasons", "season_parameters"]

SeasonSeats: TypeAlias = Literal["ample", "scarce"]

_DAYS: Final = 365.0


@dataclass(frozen=True, eq=False)
class TwoSeasons:
    """A year and the one before on the same places; times are days from 1 April.

    Attributes
    ----------
    past, season : Season
        The year before and the year.
    past_group, group : int64
        The kind of work that each case brings first: groups whose averages can be compared.
    """

    past: Season
    season: Season
    past_group: NDArray[np.int64]
    group: NDArray[np.int64]


def sample_seasons(
    *, seed: int, n_cases: int = 400, n_places: int = 30, seats: SeasonSeats = "ample", eventful: bool = True
) -> TwoSeasons:
    """Draw two years.

    Parameters
    ----------
    seed : int
        The same arguments give the same years.
    n_cases, n_places : int
        Cases of the later year and places of both, each >= 1.
    seats : {"ample", "scarce"}
        Seats for one and a half times the people of the later year, or for as many as there are.
    eventful : bool
        Whether offers are declined, people withdraw, cases wait and places open and close. Without, every case is
        decided on at its arrival and for good, as in the published comparisons.

    Raises
    ------
    SyntheticError
        If a size is less than 1, the seed is negative or the word for the seats is unknown.

    Examples
    --------
    >>> years = sample_seasons(seed=0, n_cases=40, n_places=5, seats="scarce")
    >>> years.season.n_cases, years.past.n_places, bool(years.season.capacity.sum() == years.season.needs.sum())
    (40, 5, True)
    """
    for name, value, least in (("n_cases", n_cases, 1), ("n_places", n_places, 1), ("seed", seed, 0)):
        if value < least:
            raise SyntheticError(f"{name} is {value}, expected >= {least}")
    if seats not in get_args(SeasonSeats):
        raise SyntheticError(f"seats is {seats!r}, expected one of {', '.join(get_args(SeasonSeats))}")
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(5)]
    places = _draw_places(streams[0], n_places)
    spread = _shares("previous_year")
    ratio = np.clip(streams[1].normal(spread["mean"], spread["sd"]), spread["low"], spread["high"])
    past, now = (
        _draw_cases(rng, n, places) for rng, n in ((streams[2], max(1, round(n_cases * ratio))), (streams[3], n_cases))
    )
    n_seats = round(_shares("seats_per_person")[seats] * int(now.needs.sum()))
    capacity = quota_counts(places.size, n_seats)
    return TwoSeasons(
        past=_season(past, places, capacity, eventful=eventful),
        season=_season(now, places, capacity, eventful=eventful),
        past_group=past.kind,
        group=now.kind,
    )


def season_parameters() -> Mapping[str, Parameter]:
    """All parameters of the two years with evidence and source, in the order of the file.

    Examples
    --------
    >>> season_parameters()["answer_days"].value
    7.0
    """
    return _table()


class _Places(NamedTuple):
    pull: NDArray[np.float64]  # (m,) what everybody's chance gains there
    asks: NDArray[np.float64]  # (m, kinds) of work
    size: NDArray[np.float64]  # (m,) relative number of seats
    opens: NDArray[np.float64]
    closes: NDArray[np.float64]


class _Cases(NamedTuple):
    values: NDArray[np.float64]
    needs: NDArray[np.int64]
    kind: NDArray[np.int64]
    arrives: NDArray[np.float64]
    patience: NDArray[np.float64]
    is_compatible: NDArray[np.bool_]
    declines: NDArray[np.bool_]
    withdraws_after: NDArray[np.float64]


def _draw_places(rng: np.random.Generator, m: int) -> _Places:
    window = _shares("window_days")
    all_year = rng.random(m) < _number("all_year_share")
    return _Places(
        pull=rng.normal(0.0, _number("place_sd"), m),
        asks=rng.normal(0.0, _number("work_fit_sd"), (m, round(_number("work_kinds")))),
        size=rng.lognormal(0.0, _number("seats_sigma"), m),
        opens=np.where(all_year, 0.0, rng.uniform(0.0, window["opens_by"], m)),
        closes=np.where(all_year, np.inf, rng.uniform(window["closes_from"], _DAYS, m)),
    )


def _draw_cases(rng: np.random.Generator, n: int, places: _Places) -> _Cases:
    m, kinds = places.asks.shape
    sizes = _shares("household_size")
    needs = rng.choice([int(size) for size in sizes], size=n, p=list(sizes.values()))
    skill = rng.normal(0.0, 1.0, (n, kinds))
    common = (
        _number("stay_logit")
        + rng.normal(0.0, _number("person_sd"), n)[:, None]
        + rng.lognormal(0.0, _number("place_weight_sd"), n)[:, None] * places.pull
        + skill @ places.asks.T / np.sqrt(kinds)
        + rng.normal(0.0, _number("noise_sd"), (n, m))
    )
    household = np.repeat(np.arange(n), needs)
    own = rng.normal(0.0, _number("member_sd"), household.size) * (needs[household] > 1)
    chances = 1.0 / (1.0 + np.exp(-(common[household] + own[:, None])))
    values, _needs = household_values(chances, household, rule="sum")
    waits, leaves = _shares("patience_days"), _shares("withdrawn_days")
    is_leaving = rng.random(n) < _number("withdrawn_share")
    return _Cases(
        values=values,
        needs=needs,
        kind=skill.argmax(axis=1),
        arrives=_draw_arrivals(rng, n),
        patience=rng.uniform(waits["low"], waits["high"], n),
        is_compatible=rng.random((n, m)) < _number("compatible_share"),
        declines=rng.random((n, m)) < _number("declined_share"),
        withdraws_after=np.where(is_leaving, rng.uniform(leaves["low"], leaves["high"], n), np.inf),
    )


def _draw_arrivals(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    months = np.array(list(_shares("arrivals_by_month").values()))
    month = rng.choice(months.size, size=n, p=months / months.sum())
    return np.sort((month + rng.random(n)) * _DAYS / months.size)


def _season(cases: _Cases, places: _Places, capacity: NDArray[np.int64], *, eventful: bool) -> Season:
    season = Season.of(
        cases.values,
        needs=cases.needs,
        capacity=capacity,
        arrives=cases.arrives,
        is_compatible=cases.is_compatible,
    )
    if not eventful:
        return season
    return replace(
        season,
        waits_until=cases.arrives + cases.patience,
        opens=places.opens,
        closes=places.closes,
        declines=cases.declines,
        withdraws_after=cases.withdraws_after,
        answers_after=_number("answer_days"),
    )


def _number(name: str) -> float:
    value = _table()[name].value
    if isinstance(value, float):
        return value
    raise SyntheticError(f"parameter {name} of seasons.toml is not a number")


def _shares(name: str) -> Mapping[str, float]:
    value = _table()[name].value
    if isinstance(value, dict):
        return value
    raise SyntheticError(f"parameter {name} of seasons.toml is not a table of numbers")


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Parameter]:
    content = tomllib.loads(files("features.synthetic").joinpath("seasons.toml").read_text(encoding="utf-8"))
    try:
        return MappingProxyType({name: Parameter.model_validate(entry) for name, entry in content.items()})
    except ValidationError as error:
        raise SyntheticError(f"seasons.toml: {error.error_count()} malformed entries") from error
