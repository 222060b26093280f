"""Registered 協力隊 people: where they live, and the latent side that decides what they write and where they apply."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from features.synthetic.draws import at, known_mask, quota, quota_labels
from features.synthetic.parameters import number, shares
from features.synthetic.places import origin_places, places, popularity
from features.synthetic.texts import member_topics

__all__ = ["People", "draw_people"]

_ABROAD = -1


@dataclass(frozen=True, eq=False)
class People:
    """Registered people in columns, each of shape ``(n,)``.

    ``home`` is the municipality row of the 住民票 (-1: abroad), ``topic`` the mission they look for, ``is_far`` the
    register of their texts, ``ability`` a standard normal latent skill, ``is_placed_first`` whether place comes before
    mission, ``wanted`` the prefecture codes they wish for (empty: anywhere) and ``is_active`` whether they apply.
    """

    home: NDArray[np.int64]
    zone: tuple[str, ...]
    exception: tuple[dict[str, object] | None, ...]
    topic: NDArray[np.int64]
    is_far: NDArray[np.bool_]
    ability: NDArray[np.float64]
    is_place_first: NDArray[np.bool_]
    wanted: tuple[tuple[str, ...], ...]
    is_active: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.home)

    def moved(self, rows: NDArray[np.int64], to: NDArray[np.int64]) -> People:
        """The same people, those of ``rows`` living where those of ``to`` live (households)."""
        home, zone, exception = self.home.copy(), list(self.zone), list(self.exception)
        home[rows] = home[to]
        for row, other in zip(rows.tolist(), to.tolist(), strict=True):
            zone[row], exception[row] = zone[other], exception[other]
        return replace(self, home=home, zone=tuple(zone), exception=tuple(exception))


def draw_people(rng: np.random.Generator, n: int) -> People:
    """``n`` registered people, all latent and eligibility columns.

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.
    n : int
        Number of people.
    """
    group = quota_labels(rng, shares("origin"), n)
    home = _homes(rng, group)
    exception = _exceptions(rng, group, home)
    home = (
        np.where([kind is not None and kind["kind"] == "overseas" for kind in exception], _ABROAD, home) if n else home
    )
    is_place_first = known_mask(rng, 1 - number("chooses_place"), n)
    return People(
        home=home,
        zone=_zones(rng, home),
        exception=exception,
        topic=_topics(rng, n),
        is_far=~known_mask(rng, number("paraphrase_share"), n),
        ability=rng.standard_normal(n),
        is_place_first=is_place_first,
        wanted=_wanted(rng, is_place_first, home),
        is_active=~known_mask(rng, number("applying_share"), n),
    )


def _homes(rng: np.random.Generator, group: list[str]) -> NDArray[np.int64]:
    home = np.empty(len(group), dtype=np.int64)
    labels = np.array(group, dtype=object)
    for name in shares("origin"):
        home[labels == name] = origin_places(rng, name, int((labels == name).sum()))
    return home


def _exceptions(
    rng: np.random.Generator, group: list[str], home: NDArray[np.int64]
) -> tuple[dict[str, object] | None, ...]:
    """Former members live where they served; a part of them misses the months."""
    rows = [row for row, name in enumerate(group) if name == "exception"]
    kinds = quota_labels(rng, shares("exception_kind"), len(rows))
    short = ~known_mask(rng, number("exception_short"), len(rows))
    months, since = rng.integers(24, 37, len(rows)), rng.integers(0, 13, len(rows))
    months = np.where(short & (since % 2 == 0), rng.integers(6, 24, len(rows)), months)
    since = np.where(short & (since % 2 == 1), since + 12, since)
    drawn: list[dict[str, object] | None] = [None] * len(group)
    for row, kind, served, ended in zip(rows, kinds, months.tolist(), since.tolist(), strict=True):
        facts: dict[str, object] = {"kind": kind}
        if kind != "overseas":
            facts |= {"months": served, "months_since_end": ended}
        if kind == "former_member":
            facts["municipality_code"] = places().code[home[row]]
        drawn[row] = facts
    return tuple(drawn)


def _zones(rng: np.random.Generator, home: NDArray[np.int64]) -> tuple[str, ...]:
    drawn = quota_labels(rng, shares("zone_of_partial_origin"), len(home))
    fixed = {"A": "inside", "U": "outside"}
    kinds = places().kind[home].tolist()
    return tuple(fixed.get(kind, zone) for kind, zone in zip(kinds, drawn, strict=True))


def _topics(rng: np.random.Generator, n: int) -> NDArray[np.int64]:
    """Missions in the activity mix of the postings, the topics of an activity in equal parts."""
    mix, topics = shares("activity_mix"), member_topics()
    per_activity = {name: sum(topic.activity == name for topic in topics) for name in mix}
    weights = np.array([mix[topic.activity or "other"] / per_activity[topic.activity or "other"] for topic in topics])
    return quota(rng, weights, n)


def _wanted(
    rng: np.random.Generator, is_place_first: NDArray[np.bool_], home: NDArray[np.int64]
) -> tuple[tuple[str, ...], ...]:
    """Prefectures wished for, by popularity; people who choose by mission more often leave it open."""
    codes, first = np.unique(places().prefecture, return_index=True)
    names = [str(code) for code in codes]
    weight = popularity()[first]
    n_wished = rng.integers(1, 4, len(home))
    says = rng.random(len(home)) < np.where(is_place_first, 0.9, 0.35)
    drawn: list[tuple[str, ...]] = []
    for row, (count, told) in enumerate(zip(n_wished.tolist(), says.tolist(), strict=True)):
        own = codes == (places().prefecture[home[row]] if home[row] != _ABROAD else "")
        keys = np.log(np.where(own, weight * number("own_region_bonus"), weight)) + rng.gumbel(size=len(codes))
        drawn.append(tuple(at(names, np.argsort(-keys, kind="stable")[:count])) if told else ())
    return tuple(drawn)
