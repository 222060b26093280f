"""Ties by brute force and in plain Python: definitions and papers read aloud, sharing no code with the engine."""

from __future__ import annotations

from matching.market import Market
from tests.oracles.enumeration import Ranks, ranks_of, stable_matchings

Places = tuple[int, ...]
Lists = list[list[int | list[int]]]


def blocking_by_notion(market: Market, places: Places) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Pairs that block strongly, and pairs that block in the super sense."""
    applicants, postings = ranks_of(market.applicants.to_lists()), ranks_of(market.postings.to_lists())
    strongly, super_ = [], []
    for a in range(market.n_applicants):
        for p in applicants[a]:
            if a not in postings[p] or places[a] == p:
                continue
            strictly, no_worse = _wants(applicants, postings, places, a, p)
            room_strictly, room = _has_room(market, postings, places, a, p)
            if (strictly and room) or (no_worse and room_strictly):
                strongly.append((a, p))
            if no_worse and room:
                super_.append((a, p))
    return sorted(strongly), sorted(super_)


def _wants(applicants: Ranks, postings: Ranks, places: Places, a: int, p: int) -> tuple[bool, bool]:
    held = places[a]
    if held < 0 or held not in applicants[a] or a not in postings[held]:
        return True, True
    return applicants[a][p] < applicants[a][held], applicants[a][p] <= applicants[a][held]


def _has_room(market: Market, postings: Ranks, places: Places, a: int, p: int) -> tuple[bool, bool]:
    holders = [b for b, place in enumerate(places) if place == p]
    if len(holders) < market.capacity[p]:
        return True, True
    ranks = [postings[p].get(b, 10**6) for b in holders]
    return any(rank > postings[p][a] for rank in ranks), any(rank >= postings[p][a] for rank in ranks)


def largest_stable_size(market: Market) -> int:
    """Most people that a weakly stable matching places."""
    return max(sum(p >= 0 for p in places) for places in stable_matchings(market))


def kiraly(applicants: Lists, postings: Ranks, capacity: list[int], *, promotions: int) -> list[int]:
    """Király's algorithm as prose: every holder is looked at again at every proposal.

    Applicants enter by index, whoever is displaced goes on at once. A holder is uncertain while another posting of the
    same tie class has a free seat; of the uncertain the latest comer makes way first.
    """
    market = _Kiraly(applicants, postings, capacity, promotions)
    for newcomer in range(len(applicants)):
        seeker: int | None = newcomer
        while seeker is not None:
            seeker = market.propose(seeker)
    return market.place


class _Kiraly:
    def __init__(self, applicants: Lists, postings: Ranks, capacity: list[int], promotions: int) -> None:
        classes = [[entry if isinstance(entry, list) else [entry] for entry in row] for row in applicants]
        self.classes, self.postings, self.capacity, self.promotions = classes, postings, capacity, promotions
        self.at = [0] * len(applicants)  # tie class of the list, counted on through every promotion
        self.asked: list[set[int]] = [set() for _ in applicants]  # full postings asked in this class
        self.held: list[list[int]] = [[] for _ in capacity]  # in order of coming
        self.place = [-1] * len(applicants)

    def tie(self, a: int) -> list[int]:
        """Open postings of the class the applicant is at that list the applicant."""
        if self.at[a] >= len(self.classes[a]) * (self.promotions + 1):
            return []
        tie = self.classes[a][self.at[a] % len(self.classes[a])]
        return [p for p in tie if a in self.postings[p] and self.capacity[p] > 0]

    def free(self, a: int) -> list[int]:
        return [p for p in self.tie(a) if len(self.held[p]) < self.capacity[p]]

    def badness(self, a: int, p: int) -> tuple[int, int]:
        return self.postings[p][a], self.promotions - self.at[a] // len(self.classes[a])

    def propose(self, a: int) -> int | None:
        """Place one applicant; who has to go on, or None."""
        while self.at[a] < len(self.classes[a]) * (self.promotions + 1):
            for p in self.free(a)[:1]:
                self.held[p].append(a)
                self.place[a] = p
                return None
            for p in self.tie(a):
                loser = None if p in self.asked[a] else self.ask(a, p)
                if loser is not None:
                    return loser
            self.at[a] += 1
            self.asked[a] = set()
        return None

    def ask(self, a: int, p: int) -> int | None:
        """Ask a full posting; who makes way, or None."""
        self.asked[a].add(p)
        uncertain = [b for b in self.held[p] if self.free(b)]
        worst = max(self.held[p], key=lambda b: (self.badness(b, p), b))
        if not uncertain and self.badness(a, p) >= self.badness(worst, p):
            return None
        loser = uncertain[-1] if uncertain else worst
        self.held[p].remove(loser)
        self.held[p].append(a)
        self.place[a], self.place[loser] = p, -1
        return loser
