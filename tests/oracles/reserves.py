"""Choice with reserves and quotas by brute force and the proposals it leads to, each written from its definition."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from matching.market import Market
from matching.reserves import Reserves
from tests.oracles.enumeration import all_matchings, ranks_of, strict_lists


@dataclass(frozen=True)
class Posting:
    """What one posting chooses by."""

    types_of: tuple[tuple[int, ...], ...]
    capacity: int
    reserved: tuple[int, ...]
    quota: tuple[int, ...]
    precedence: str

    def most_filled(self, people: tuple[int, ...]) -> int:
        """The most reserved seats that the people can fill: every way to seat them is tried."""

        @cache
        def most(at: int, left: tuple[int, ...]) -> int:
            if at == len(people):
                return 0
            best = most(at + 1, left)
            for kind in self.types_of[people[at]]:
                if left[kind]:
                    best = max(best, 1 + most(at + 1, (*left[:kind], left[kind] - 1, *left[kind + 1 :])))
            return best

        return most(0, self.reserved)

    def is_within_quota(self, people: list[int]) -> bool:
        counts = [sum(kind in self.types_of[person] for person in people) for kind in range(len(self.quota))]
        return all(most < 0 or count <= most for count, most in zip(counts, self.quota, strict=True))

    def choice(self, asking: list[int]) -> list[int]:
        """The three steps of the rule; ``asking`` in order of priority, so is the answer."""
        taken: list[int] = []
        n_open = max(self.capacity - sum(self.reserved), 0) if self.precedence == "open-first" else 0
        for person in asking:
            if len(taken) < n_open and self.is_within_quota([*taken, person]):
                taken.append(person)
        seated: list[int] = []
        for person in asking:
            helps = self.most_filled((*seated, person)) > len(seated)
            if person not in taken and len(taken) < self.capacity and helps and self.is_within_quota([*taken, person]):
                seated.append(person)
                taken.append(person)
        for person in asking:
            if person not in taken and len(taken) < self.capacity and self.is_within_quota([*taken, person]):
                taken.append(person)
        return [person for person in asking if person in taken]


def postings_of(market: Market, reserves: Reserves, precedence: str = "reserved-first") -> list[Posting]:
    types_of = tuple(
        tuple(kind for kind in range(reserves.n_types) if row[kind]) for row in reserves.is_of_type.tolist()
    )
    return [
        Posting(types_of, int(market.capacity[p]), tuple(reserved), tuple(quota), precedence)
        for p, (reserved, quota) in enumerate(zip(reserves.reserved.tolist(), reserves.quota.tolist(), strict=True))
    ]


def cumulative_offers(market: Market, postings: list[Posting], order: list[int]) -> tuple[int, ...]:
    """One proposal at a time, the first free applicant in ``order``; a posting chooses of all offers it ever had."""
    wishes, ranks = strict_lists(market.applicants), ranks_of(market.postings.to_lists())
    offers: list[list[int]] = [[] for _ in postings]
    held: list[list[int]] = [[] for _ in postings]
    following = [0] * len(wishes)
    while True:
        held_now = {person for people in held for person in people}
        free = [a for a in order if a not in held_now and following[a] < len(wishes[a])]
        if not free:
            return tuple(next((p for p, people in enumerate(held) if a in people), -1) for a in range(len(wishes)))
        p = wishes[free[0]][following[free[0]]]
        following[free[0]] += 1
        if free[0] in ranks[p]:
            offers[p] = sorted([*offers[p], free[0]], key=ranks[p].__getitem__)
            held[p] = postings[p].choice(offers[p])


def proposals_in_rounds(market: Market, postings: list[Posting]) -> tuple[int, ...]:
    """All free applicants propose at once; a posting chooses out of its holders and the newcomers."""
    wishes, ranks = strict_lists(market.applicants), ranks_of(market.postings.to_lists())
    left = [[p for p in row if a in ranks[p]] for a, row in enumerate(wishes)]
    held: list[list[int]] = [[] for _ in postings]
    free = set(range(len(wishes)))
    while any(left[a] for a in free):
        newcomers: list[list[int]] = [[] for _ in postings]
        for a in sorted(free):
            if left[a]:
                newcomers[left[a].pop(0)].append(a)
        for p, people in enumerate(newcomers):
            held[p] = postings[p].choice(sorted([*held[p], *people], key=ranks[p].__getitem__))
        free = set(range(len(wishes))) - {person for people in held for person in people}
    return tuple(next((p for p, people in enumerate(held) if a in people), -1) for a in range(len(wishes)))


def blocking_by_choice(market: Market, postings: list[Posting], places: tuple[int, ...]) -> list[tuple[int, int]]:
    """Pairs of which the applicant prefers the posting and the posting takes the applicant; strict lists."""
    wishes, ranks = ranks_of(market.applicants.to_lists()), ranks_of(market.postings.to_lists())
    found = []
    for a, held in enumerate(places):
        is_acceptable = held in wishes[a] and a in ranks[held] if held >= 0 else False
        for p in wishes[a]:
            if a not in ranks[p] or p == held or (is_acceptable and wishes[a][p] >= wishes[a][held]):
                continue
            holders = [other for other, place in enumerate(places) if place == p and other in ranks[p]]
            if a in postings[p].choice(sorted([*holders, a], key=ranks[p].__getitem__)):
                found.append((a, p))
    return found


def stable_by_choice(market: Market, postings: list[Posting]) -> list[tuple[int, ...]]:
    """Every matching that keeps the quotas and that no pair blocks."""
    return [
        places
        for places in all_matchings(market)
        if not blocking_by_choice(market, postings, places)
        and all(
            posting.is_within_quota([a for a, place in enumerate(places) if place == p])
            for p, posting in enumerate(postings)
        )
    ]
