"""Where the sample market happens: real municipalities, and how many postings and people come from each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.municipalities import LANDLOCKED, table
from features.synthetic.draws import indices, quota_counts
from features.synthetic.parameters import names_of, number, shares

__all__ = ["Places", "kigyojin_places", "origin_places", "places", "popularity", "posting_places"]

_FISHERY_EMPLOYEES = 20
_RICE_AUGUST_C = 20.5  # Asahikawa grows rice, Wakkanai does not
_KIND = {"full": "A", "partial": "P", "none": "U"}


@dataclass(frozen=True, eq=False)
class Places:
    """All 1,741 municipalities in columns, sorted by code; every array has shape ``(1741,)``.

    ``kind`` is U, A or P (urban, wholly, partly disadvantaged); ``can_offer`` tells where a kind of mission can
    happen (``coast``: sea fishery, ``forest``: mostly not habitable, ``crops``: summers warm
    enough for rice and fruit); ``snow_cm`` is 0 where unknown; ``popular`` is an island or a well-known place.
    """

    code: tuple[str, ...]
    prefecture: NDArray[np.str_]
    prefecture_name: tuple[str, ...]
    name: tuple[str, ...]
    type: tuple[str, ...]
    kind: NDArray[np.str_]
    category: NDArray[np.int64]
    population: NDArray[np.int64]
    area_km2: NDArray[np.float64]
    aging_pct: NDArray[np.float64]
    snow_cm: NDArray[np.float64]
    island: NDArray[np.bool_]
    can_offer: Mapping[str, NDArray[np.bool_]]
    popular: NDArray[np.bool_]


@lru_cache(maxsize=1)
def places() -> Places:
    """The columns the generator reads, from the reference table."""
    frame = table()
    code = tuple(frame["code"].to_list())
    island = (frame["land"] == "island").to_numpy()
    inland = frame["pref_code"].is_in(LANDLOCKED) | frame["code"].is_in(names_of("inland_fish_farms"))
    fishery = (frame["emp_fishery"].fill_null(0) >= _FISHERY_EMPLOYEES) & ~inland
    famous = frame["code"].is_in(names_of("famous_municipalities")).to_numpy()
    habitable = frame["habitable_km2"].cast(pl.Float64)
    snow_is_near = (frame["snow_station_km"].fill_null(999) <= 20).to_numpy()
    return Places(
        code=code,
        prefecture=np.array(frame["pref_code"].to_list()),
        prefecture_name=tuple(frame["pref"].to_list()),
        name=tuple(frame["name"].to_list()),
        type=tuple(frame["type"].to_list()),
        kind=np.array([_KIND[kind] for kind in frame["disadvantaged"].to_list()]),
        category=frame["kyoryokutai_category"].cast(pl.Int64).to_numpy(),
        population=frame["pop_2020"].cast(pl.Int64).to_numpy(),
        area_km2=frame["area_km2"].cast(pl.Float64).to_numpy(),
        aging_pct=frame["aging_rate_pct"].cast(pl.Float64).fill_null(0.0).to_numpy(),
        snow_cm=np.where(snow_is_near, frame["snowfall_annual_cm"].cast(pl.Float64).fill_null(0.0).to_numpy(), 0.0),
        island=island,
        can_offer={
            "coast": fishery.to_numpy() | island,
            "forest": (habitable < 0.4 * frame["area_km2"]).fill_null(value=False).to_numpy(),
            "crops": (frame["temp_aug_c"].fill_null(0.0) >= _RICE_AUGUST_C).to_numpy(),
        },
        popular=island | famous,
    )


def posting_places(rng: np.random.Generator, n: int) -> NDArray[np.int64]:
    """Municipalities of ``n`` 協力隊 postings: prefectures by members, bodies log-normal, categories 3 to 10 only."""
    spec, kinds = shares("members_per_body"), shares("weight_of_kind")
    here = places()
    weights = np.minimum(np.exp(rng.normal(np.log(spec["median"]), spec["sigma"], len(here.code))), spec["cap"])
    weights *= np.array([kinds[kind] for kind in here.kind.tolist()])
    weights[rng.random(len(weights)) >= number("bodies_receiving")] = 0.0
    weights[here.category < 3] = 0.0
    # a body needs members and people need housing: nobody recruits for a municipality without residents
    weights[here.population < 100] = 0.0
    return _within_prefectures(rng, weights, shares("members_per_prefecture"), n)


def kigyojin_places(rng: np.random.Generator, n: int) -> NDArray[np.int64]:
    """Municipalities of ``n`` 起業人 postings: categories 3 to 10, two prefectures as reported, the rest by number."""
    here = places()
    weights = ((here.category >= 3) & (here.population >= 500)).astype(np.float64)
    told = shares("kigyojin_prefectures")
    rest = number("kigyojin_members") - sum(told.values())
    count = {code: int(weights[here.prefecture == code].sum()) for code in np.unique(here.prefecture).tolist()}
    others = sum(n_bodies for code, n_bodies in count.items() if code not in told)
    by_prefecture = {code: told.get(code, rest * n_bodies / others) for code, n_bodies in count.items()}
    return _within_prefectures(rng, weights, by_prefecture, n)


def origin_places(rng: np.random.Generator, group: str, n: int) -> NDArray[np.int64]:
    """Municipalities where ``n`` people of an origin group live, by population to a power below one."""
    here = places()
    inside = {
        "metropolitan": np.isin(here.category, (1, 2)),
        "other_urban": np.isin(here.category, (3, 4, 10)),
        "partly": np.isin(here.category, (6, 7, 9)),
        "exception": np.isin(here.category, (8,)),
    }[group]
    weights = np.where(inside, here.population.astype(np.float64) ** number("origin_population_power"), 0.0)
    return rng.choice(len(weights), size=n, p=weights / weights.sum())


@lru_cache(maxsize=1)
def popularity() -> NDArray[np.float64]:
    """How much each municipality's prefecture is wished for, ``rank ** power``; shape ``(1741,)``."""
    ranked = {code: rank for rank, code in enumerate(names_of("prefecture_popularity"), start=1)}
    last = len(ranked) + 1
    rank = np.array([ranked.get(code, last) for code in places().prefecture.tolist()], dtype=np.float64)
    weights: NDArray[np.float64] = rank ** number("popularity_power")
    weights.flags.writeable = False
    return weights


def _within_prefectures(
    rng: np.random.Generator, weights: NDArray[np.float64], by_prefecture: Mapping[str, float], n: int
) -> NDArray[np.int64]:
    here = places()
    open_to = [code for code in sorted(by_prefecture) if weights[here.prefecture == code].sum() > 0]
    counts = quota_counts(np.array([by_prefecture[code] for code in open_to]), n)
    drawn: list[NDArray[np.int64]] = [
        rng.choice(len(weights), size=count, p=_normalised(np.where(here.prefecture == code, weights, 0.0)))
        for code, count in zip(open_to, indices(counts), strict=True)
    ]
    return rng.permutation(np.concatenate(drawn))


def _normalised(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    shares_of: NDArray[np.float64] = weights / weights.sum()
    return shares_of
