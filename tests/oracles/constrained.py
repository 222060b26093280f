"""Every matching of a market up to 4 x 4 within regions, quotas and couples, by the definitions read aloud."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from matching.couples import Couples
from matching.market import Market
from matching.regions import Regions
from matching.reserves import Reserves
from tests.oracles.enumeration import blocking, ranks_of


@dataclass(frozen=True, eq=False)
class Limits:
    regions: Regions | None = None
    reserves: Reserves | None = None
    couples: Couples | None = None
    couple_scores: np.ndarray | None = None
    max_blocking: int | None = None

    def options(self) -> dict[str, object]:
        return {
            name: getattr(self, name) for name in ("regions", "reserves", "couples", "couple_scores", "max_blocking")
        }


def matchings_within(market: Market, limits: Limits) -> Iterator[tuple[int, ...]]:
    """Every way to place singles and couples that keeps seats and limits."""
    for places in _placements(market, limits.couples):
        counts = [places.count(p) for p in range(market.n_postings)]
        if (
            all(counts[p] <= market.capacity[p] for p in range(market.n_postings))
            and _keeps_regions(counts, limits.regions)
            and _keeps_quotas(places, limits.reserves)
            and (limits.max_blocking is None or len(blocking(market, places)) <= limits.max_blocking)
        ):
            yield places


def total_of(market: Market, scores: np.ndarray, limits: Limits, places: tuple[int, ...]) -> float:
    """Scores of the singles' places and of the joint choices formed."""
    rows, total = market.applicants.rows(), 0.0
    for row, posting, score in zip(rows, market.applicants.indices, scores, strict=True):
        if places[row] == posting:
            total += float(score)
    couples = limits.couples
    for c in range(0 if couples is None else couples.n_couples):
        assert couples is not None
        held = [places[member] for member in couples.members[c]]
        for position in range(couples.indptr[c], couples.indptr[c + 1]):
            if couples.places[position].tolist() == held and limits.couple_scores is not None:
                total += float(limits.couple_scores[position])
    return total


def best_within(market: Market, scores: np.ndarray, limits: Limits) -> tuple[float, int] | None:
    """Largest total, and the most people placed at that total; None where nothing keeps the limits."""
    found = [
        (total_of(market, scores, limits, places), sum(p >= 0 for p in places))
        for places in matchings_within(market, limits)
    ]
    return max(found, default=None)


def _placements(market: Market, couples: Couples | None) -> Iterator[tuple[int, ...]]:
    applicants, postings = ranks_of(market.applicants.to_lists()), ranks_of(market.postings.to_lists())
    members = set() if couples is None else set(couples.members.ravel().tolist())
    units = [
        [{a: -1}, *({a: p} for p in applicants[a] if a in postings[p])]
        for a in range(market.n_applicants)
        if a not in members
    ]
    for c in range(0 if couples is None else couples.n_couples):
        assert couples is not None
        first, second = couples.members[c].tolist()
        choices = [{first: -1, second: -1}]
        for p, q in couples.choices_of(c).tolist():
            if all(place < 0 or who in postings[place] for who, place in ((first, p), (second, q))):
                choices.append({first: p, second: q})
        units.append(choices)
    for combination in product(*units):
        merged = {who: place for unit in combination for who, place in unit.items()}
        yield tuple(merged[a] for a in range(market.n_applicants))


def _keeps_regions(counts: list[int], regions: Regions | None) -> bool:
    if regions is None:
        return True
    if any(counts[p] < regions.posting_floor[p] for p in range(len(counts))):
        return False
    for r in range(regions.n_regions):
        held = sum(counts[p] for p in range(len(counts)) if _contains(regions, r, p))
        if held < regions.floor[r] or (regions.cap[r] >= 0 and held > regions.cap[r]):
            return False
    return True


def _contains(regions: Regions, region: int, posting: int) -> bool:
    at = int(regions.region_of[posting])
    while at >= 0:
        if at == region:
            return True
        at = int(regions.parent[at])
    return False


def _keeps_quotas(places: tuple[int, ...], reserves: Reserves | None) -> bool:
    if reserves is None:
        return True
    for p, kind in product(range(len(reserves.quota)), range(reserves.n_types)):
        held = sum(place == p and bool(reserves.is_of_type[a, kind]) for a, place in enumerate(places))
        if 0 <= reserves.quota[p, kind] < held:
            return False
    return True
