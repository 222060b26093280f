"""Regions, couples and types of a market file as the arrays that mechanisms and axioms read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from api.market_file.names import shown
from api.market_file.records import MarketFile, MarketFileError, PostingRecord
from matching.arrays import Int64s
from matching.couples import Couples
from matching.outcome import UNMATCHED
from matching.regions import NO_CAP, NO_REGION, Regions
from matching.reserves import NO_QUOTA, Reserves
from matching.targets import UNDECLARED, fill_targets

__all__ = ["to_couples", "to_regions", "to_reserves", "type_ids", "used_sections", "with_targets"]


def to_regions(market_file: MarketFile) -> Regions:
    """Return regions, floors and targets; regions in the order of their sorted ids.

    A target that is not declared is a share of the caps around the posting (``matching.targets``). Turns follow the
    outermost region's ``order``, or the order in which it lists its postings; regions take turns by id.

    Raises
    ------
    MarketError
        Declared targets exceed a cap.
    """
    names, postings = sorted(market_file.regions), market_file.postings
    index_of = {name: index for index, name in enumerate(names)}
    records = [market_file.regions[name] for name in names]
    parent = _integers(NO_REGION if one.parent is None else index_of[one.parent] for one in records)
    cap = _integers(NO_CAP if one.cap is None else one.cap for one in records)
    region_of, turn = _innermost(market_file, index_of), _turns(market_file)
    for name in names:
        _verify_targets(market_file, name)
    regions = Regions(
        region_of=region_of,
        parent=parent,
        cap=cap,
        floor=_integers(one.floor for one in records),
        posting_floor=_integers(postings[one].floor for one in market_file.posting_ids),
        target=np.zeros(len(postings), np.int64),
        turn=turn,
    )
    return with_targets(market_file, regions)


def with_targets(market_file: MarketFile, regions: Regions) -> Regions:
    """Return the regions with the declared targets, and shares of their caps for postings that declare none."""
    targets = [market_file.postings[one].target for one in market_file.posting_ids]
    target = fill_targets(
        _integers(UNDECLARED if one is None else one for one in targets),
        market_file.market.capacity,
        region_of=regions.region_of,
        parent=regions.parent,
        cap=regions.cap,
        turn=regions.turn,
    )
    return replace(regions, target=target)


def to_couples(market_file: MarketFile) -> Couples:
    """Return the couples in the order of the file, with their joint lists."""
    applicant, posting = market_file.applicant_index, market_file.posting_index
    members = [(applicant[one.members[0]], applicant[one.members[1]]) for one in market_file.couples]
    lists = [
        [
            (
                UNMATCHED if first is None else posting[first],
                UNMATCHED if second is None else posting[second],
            )
            for first, second in one.preferences
        ]
        for one in market_file.couples
    ]
    return Couples.from_lists(members, lists)


def to_reserves(market_file: MarketFile) -> Reserves:
    """Return who is of which type, and the seats reserved and capped; types in the order of their sorted ids."""
    index_of = {name: index for index, name in enumerate(type_ids(market_file))}
    is_of_type = np.zeros((len(market_file.applicant_ids), len(index_of)), np.bool_)
    for applicant, types in market_file.types.items():
        is_of_type[market_file.applicant_index[applicant], [index_of[one] for one in types]] = True
    reserved = np.zeros((len(market_file.posting_ids), len(index_of)), np.int64)
    quota = np.full_like(reserved, NO_QUOTA)
    for posting, record in market_file.postings.items():
        row = market_file.posting_index[posting]
        for table, numbers in ((reserved, record.reserves), (quota, record.quotas)):
            for name, number in numbers.items():
                table[row, index_of[name]] = number
    return Reserves(is_of_type, reserved, quota)


def type_ids(market_file: MarketFile) -> tuple[str, ...]:
    """Types that somebody has or that a posting reserves or caps, sorted."""
    named = {one for types in market_file.types.values() for one in types}
    for record in market_file.postings.values():
        named |= record.reserves.keys() | record.quotas.keys()
    return tuple(sorted(named))


def used_sections(market_file: MarketFile) -> Iterator[tuple[str, str]]:
    """Yield (section, place) of everything in the file that only some mechanisms obey."""
    if market_file.couples:
        yield "couples", "couples"
    if market_file.regions:
        yield "regions", "regions"
    for name, region in market_file.regions.items():
        if region.floor > 0:
            yield "floor", f"regions.{shown(name)}.floor"
    for posting, record in market_file.postings.items():
        if record.model_fields_set - {"capacity", "preferences"}:
            yield from ((section, f"postings.{shown(posting)}.{section}") for section in _sections_of(record))


def _sections_of(record: PostingRecord) -> Iterator[str]:
    present = {
        "target": record.target is not None,
        "floor": record.floor > 0,
        "reserves": bool(record.reserves),
        "quotas": bool(record.quotas),
    }
    yield from (section for section, is_present in present.items() if is_present)


def _verify_targets(market_file: MarketFile, name: str) -> None:
    region = market_file.regions[name]
    total = sum(market_file.postings[posting].target or 0 for posting in region.postings)
    if region.cap is not None and total > region.cap:
        place = f"regions.{shown(name)}"
        raise MarketFileError(f"{place}: declared targets are {total} in all, expected at most the cap {region.cap}")


def _innermost(market_file: MarketFile, index_of: dict[str, int]) -> Int64s:
    """(m,) the region that lists a posting and is the parent of no other region that does."""
    innermost = np.full(len(market_file.posting_ids), NO_REGION, np.int64)
    for name in sorted(market_file.regions, key=lambda one: _depth(market_file, one)):
        for posting in market_file.regions[name].postings:
            innermost[market_file.posting_index[posting]] = index_of[name]
    return innermost


def _turns(market_file: MarketFile) -> Int64s:
    """(m,) outermost regions by id, each in its order; postings outside all regions come last, by id."""
    outermost = sorted(name for name, region in market_file.regions.items() if region.parent is None)
    in_turn = [posting for name in outermost for posting in _sequence(market_file, name)]
    turn = {posting: place for place, posting in enumerate(dict.fromkeys([*in_turn, *market_file.posting_ids]))}
    return _integers(turn[posting] for posting in market_file.posting_ids)


def _sequence(market_file: MarketFile, name: str) -> list[str]:
    """The declared order of a region; without one, its postings as listed, those of inner regions in their order."""
    region = market_file.regions[name]
    if region.order is not None:
        return list(region.order)
    sequence = list(region.postings)
    for inner in sorted(one for one, record in market_file.regions.items() if record.parent == name):
        in_turn = _sequence(market_file, inner)
        places = [place for place, posting in enumerate(sequence) if posting in set(in_turn)]
        for place, posting in zip(places, in_turn, strict=True):
            sequence[place] = posting
    return sequence


def _depth(market_file: MarketFile, name: str) -> int:
    parent = market_file.regions[name].parent
    return 0 if parent is None else 1 + _depth(market_file, parent)


def _integers(values: Iterable[int]) -> Int64s:
    return np.array(list(values), dtype=np.int64)
