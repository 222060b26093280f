"""Regional caps and floors from their definitions: sets and counts of people, one move at a time."""

from __future__ import annotations

from collections.abc import Iterator, Set

from matching.market import Market
from matching.regions import Regions
from tests.oracles.enumeration import Ranks, all_matchings, blocking, ranks_of, strict_lists

Places = tuple[int, ...]
NOTIONS = ("weak", "stable", "strong")


def postings_of(regions: Regions) -> list[Set[int]]:
    """The postings of every region, those of regions inside it included."""
    inside: list[set[int]] = [set() for _ in range(regions.n_regions)]
    for posting, innermost in enumerate(regions.region_of.tolist()):
        region = innermost
        while region >= 0:
            inside[region].add(posting)
            region = int(regions.parent[region])
    return list(inside)


def keeps_caps(regions: Regions, places: Places) -> bool:
    return all(
        cap < 0 or sum(p in inside for p in places) <= cap
        for inside, cap in zip(postings_of(regions), regions.cap.tolist(), strict=True)
    )


def keeps_floors(regions: Regions, places: Places) -> bool:
    inside = zip(postings_of(regions), regions.floor.tolist(), strict=True)
    return all(sum(p in own for p in places) >= floor for own, floor in inside) and all(
        places.count(p) >= floor for p, floor in enumerate(regions.posting_floor.tolist())
    )


def feasible_matchings(market: Market, regions: Regions) -> Iterator[Places]:
    """Every acceptable placement within capacities, caps and floors."""
    for places in all_matchings(market):
        if keeps_caps(regions, places) and keeps_floors(regions, places):
            yield places


def regional_blocking(market: Market, regions: Regions, places: Places) -> dict[tuple[int, int], dict[str, bool]]:
    """Pairs that block without caps, and for each whether the notions tolerate it; for matchings that keep all limits.

    Every move of the pair is carried out and the result is judged.
    """
    priority = ranks_of(market.postings.to_lists())
    return {
        (a, p): {notion: _is_tolerated(market, regions, places, a, p, notion, priority) for notion in NOTIONS}
        for a, p in blocking(market, places)
    }


def _is_tolerated(
    market: Market, regions: Regions, places: Places, a: int, p: int, notion: str, priority: Ranks
) -> bool:
    holders = [other for other, place in enumerate(places) if place == p]
    moved = tuple(p if other == a else place for other, place in enumerate(places))
    for holder in holders:
        if priority[p].get(holder, 10**6) > priority[p][a]:
            after = tuple(-1 if other == holder else place for other, place in enumerate(moved))
            if keeps_floors(regions, after):
                return False
    if len(holders) >= market.capacity[p]:
        return True
    return not keeps_floors(regions, moved) or _caps_excuse(market, regions, places, moved, a, notion)


def _caps_excuse(market: Market, regions: Regions, places: Places, moved: Places, a: int, notion: str) -> bool:
    g, p = places[a], moved[a]
    full = [
        inside
        for inside, cap in zip(postings_of(regions), regions.cap.tolist(), strict=True)
        if p in inside and cap >= 0 and sum(place in inside for place in places) >= cap
    ]
    if notion == "weak":
        return bool(full)
    if any(g not in inside for inside in full):
        return True
    if notion == "strong" or not full:
        return False
    target = [min(t, c) for t, c in zip(regions.target.tolist(), market.capacity.tolist(), strict=True)]
    return moved.count(p) - target[p] > moved.count(g) - target[g]


def is_stable(market: Market, regions: Regions, places: Places, notion: str) -> bool:
    """Whether a matching that keeps all limits is stable in a notion."""
    return all(pair[notion] for pair in regional_blocking(market, regions, places).values())


def chosen(market: Market, regions: Regions, proposals: Set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of all proposals (applicant, posting): each posting's best up to its target, then one each in turn."""
    priority, inside = ranks_of(market.postings.to_lists()), postings_of(regions)
    m = market.n_postings
    queue = [sorted((a for a, q in proposals if q == p), key=lambda a, p=p: priority[p][a]) for p in range(m)]
    kept = {(a, p) for p in range(m) for a in queue[p][: min(regions.target[p], market.capacity[p])]}

    def has_room(p: int) -> bool:
        is_full = [
            p in own and 0 <= cap <= sum(q in own for _, q in kept)
            for own, cap in zip(inside, regions.cap.tolist(), strict=True)
        ]
        return sum(q == p for _, q in kept) < market.capacity[p] and not any(is_full)

    before = -1
    while len(kept) > before:
        before = len(kept)
        for p in sorted(range(m), key=lambda p: regions.turn[p]):
            waiting = [a for a in queue[p] if (a, p) not in kept]
            if waiting and has_room(p):
                kept.add((waiting[0], p))
    return kept


def flexible_deferred_acceptance(market: Market, regions: Regions) -> list[int]:
    """Cumulative offers: after every proposal the choice from all proposals so far is made anew."""
    lists, priority = strict_lists(market.applicants), ranks_of(market.postings.to_lists())
    proposals: set[tuple[int, int]] = set()
    kept: set[tuple[int, int]] = set()
    while True:
        held = {a for a, _ in kept}
        steps = [
            (a, p)
            for a in range(market.n_applicants)
            if a not in held
            for p in lists[a]
            if a in priority[p] and (a, p) not in proposals
        ][:1]
        if not steps:
            break
        proposals.add(steps[0])
        kept = chosen(market, regions, proposals)
    places = [-1] * market.n_applicants
    for a, p in kept:
        places[a] = p
    return places
