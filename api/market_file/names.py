"""Names in a market file followed to where they lead: what pydantic's models cannot know about one another."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence

from api.market_file.records import MarketFile
from api.market_file.wishes import Wish
from matching.errors import MarketError

__all__ = ["faults", "shown"]

_DEEPEST = 100
"""Regions around a region: municipality, prefecture, wider region, budget, and room to spare."""


def shown(identifier: str) -> str:
    r"""Return an id as it is, or escaped where it would break the line.

    Examples
    --------
    >>> print(shown("p1"), shown("p" + chr(7)))
    p1 "p\u0007"
    """
    return identifier if identifier and identifier.isprintable() else json.dumps(identifier)


def faults(market: MarketFile) -> Iterator[str]:
    """Yield every name that leads nowhere, every repeated entry, and regions that are no forest of nested sets."""
    people = set(market.applicant_ids)
    yield from _couple_faults(market)
    if not _has_sound_lists(market):
        yield from _list_faults(market, people)
    for posting, record in market.postings.items():
        if record.floor > record.capacity:
            place = f"postings.{shown(posting)}.floor"
            yield f"{place} is {record.floor}, expected at most the capacity {record.capacity}"
    yield from _name_faults("types", list(market.types), "applicant", people, by_position=False)
    for applicant, types in market.types.items():
        yield from _name_faults(f"types.{shown(applicant)}", types, "type", set(types))
    yield from _name_faults("scores", list(market.scores), "applicant", people, by_position=False)
    for applicant, scored in market.scores.items():
        if not scored.keys() <= market.postings.keys():
            place = f"scores.{shown(applicant)}"
            yield from _name_faults(place, list(scored), "posting", market.postings, by_position=False)
    yield from _region_faults(market)


def _has_sound_lists(market: MarketFile) -> bool:
    """Whether the lists become arrays; where they do not, reading them name by name says why."""
    try:
        return market.market.n_applicants >= 0
    except (KeyError, MarketError):
        return False


def _list_faults(market: MarketFile, people: Collection[str]) -> Iterator[str]:
    for applicant, wishes in market.applicants.items():
        yield from _name_faults(f"applicants.{shown(applicant)}", wishes, "posting", market.postings)
    for posting, record in market.postings.items():
        place = f"postings.{shown(posting)}.preferences"
        yield from _name_faults(place, record.preferences, "applicant", people)


def _name_faults(
    place: str, wishes: Sequence[Wish], side: str, known: Collection[str], *, by_position: bool = True
) -> Iterator[str]:
    """Names of a list, or keys of an object, that are unknown or stand there twice."""
    where = "applicants" if side == "applicant" else f"{side}s"
    seen: set[str] = set()
    for position, wish in enumerate(wishes):
        at = f"{place}[{position}]" if by_position else place
        for name in (wish,) if isinstance(wish, str) else wish:
            if name not in known:
                yield f"{at} names {side} {shown(name)}, which is not in {where}"
            if name in seen:
                yield f"{at} repeats {side} {shown(name)}"
            seen.add(name)


def _couple_faults(market: MarketFile) -> Iterator[str]:
    in_couple: set[str] = set()
    for index, couple in enumerate(market.couples):
        place = f"couples[{index}]"
        for position, member in enumerate(couple.members):
            if member in market.applicants:
                yield f"{place}.members[{position}] is {shown(member)}, who is also in applicants"
            if member in in_couple:
                yield f"{place}.members[{position}] is {shown(member)}, who is already in a couple"
            in_couple.add(member)
        seen: set[tuple[str | None, str | None]] = set()
        for position, choice in enumerate(couple.preferences):
            at = f"{place}.preferences[{position}]"
            named = [posting for posting in dict.fromkeys(choice) if posting is not None]
            yield from _name_faults(at, named, "posting", market.postings, by_position=False)
            if not named:
                yield f"{at} places nobody, expected at least one posting"
            if choice in seen:
                yield f"{at} repeats an earlier choice"
            seen.add(choice)


def _region_faults(market: MarketFile) -> Iterator[str]:
    for name, region in market.regions.items():
        place = f"regions.{shown(name)}"
        yield from _name_faults(f"{place}.postings", region.postings, "posting", market.postings)
        if region.order is not None:
            yield from _name_faults(f"{place}.order", region.order, "posting", market.postings)
            if set(region.order) != set(region.postings):
                yield f"{place}.order has {len(region.order)} postings, expected exactly those of the region"
        if region.cap is not None and region.floor > region.cap:
            yield f"{place}.floor is {region.floor}, expected at most the cap {region.cap}"
        yield from _parent_faults(market, name)
    yield from _overlap_faults(market)


def _parent_faults(market: MarketFile, name: str) -> Iterator[str]:
    place, parent = f"regions.{shown(name)}", market.regions[name].parent
    around = _ancestors(market, name)
    if parent is not None and parent not in market.regions:
        yield f"{place}.parent names region {shown(parent)}, which is not in regions"
    elif name in around:
        yield f"{place}.parent leads back to {shown(name)}"
    elif len(around) >= _DEEPEST:
        yield f"{place} has {len(around)} regions around it, expected fewer than {_DEEPEST}"
    else:
        yield from _nesting_faults(market, name)


def _nesting_faults(market: MarketFile, name: str) -> Iterator[str]:
    """An inner region lies wholly inside its parent, and takes turns in the order of every region around it."""
    place, region = f"regions.{shown(name)}", market.regions[name]
    for around in _ancestors(market, name)[:1]:
        held = set(market.regions[around].postings)
        for position, posting in enumerate(region.postings):
            if posting not in held:
                at = f"{place}.postings[{position}]"
                yield f"{at} is {shown(posting)}, which is not among the postings of its parent {shown(around)}"
    own = set(region.postings)
    for around in _ancestors(market, name) if region.order is not None else ():
        order = [posting for posting in market.regions[around].order or () if posting in own]
        if order and order != list(region.order or ()):
            yield f"{place}.order contradicts that of {shown(around)} around it, expected the same order in both"


def _ancestors(market: MarketFile, name: str) -> list[str]:
    """Parents, grandparents ... up to the root, or once round a cycle."""
    found: dict[str, None] = {}
    parent = market.regions[name].parent
    while parent is not None and parent not in found and parent in market.regions:
        found[parent] = None
        parent = market.regions[parent].parent
    return list(found)


def _overlap_faults(market: MarketFile) -> Iterator[str]:
    """The regions of a posting lie one inside the other: the innermost has all the others around it."""
    regions_of: dict[str, list[str]] = {}
    for name, region in market.regions.items():
        for posting in region.postings:
            regions_of.setdefault(posting, []).append(name)
    around = {name: _ancestors(market, name) for name in market.regions}
    for posting, names in regions_of.items():
        innermost = max(names, key=lambda name: len(around[name]))
        chain = {innermost, *around[innermost]}
        for name in names:
            if name not in chain:
                both = f"regions {shown(min(name, innermost))} and {shown(max(name, innermost))}"
                yield f"posting {shown(posting)} is in {both}, neither inside the other"
