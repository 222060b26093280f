"""Brute force for markets up to 4 x 4: every matching, judged by the definitions read aloud."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product

import numpy as np

from matching.market import Market
from matching.preferences import Preferences

Ranks = list[dict[int, int]]


def ranks_of(lists: list[list[int | list[int]]]) -> Ranks:
    """For every row: choice -> rank."""
    table: Ranks = []
    for row in lists:
        ranks: dict[int, int] = {}
        for rank, entry in enumerate(row):
            for choice in entry if isinstance(entry, list) else [entry]:
                ranks[choice] = rank
        table.append(ranks)
    return table


def strict_lists(preferences: Preferences) -> list[list[int]]:
    """The lists of a side without ties."""
    ends = preferences.indptr.tolist()
    return [preferences.indices[start:end].tolist() for start, end in pairwise(ends)]


def all_matchings(market: Market) -> Iterator[tuple[int, ...]]:
    """Every way to place applicants at mutually listed postings within the seats."""
    applicants, postings = ranks_of(market.applicants.to_lists()), ranks_of(market.postings.to_lists())
    options = [[-1, *(p for p in applicants[a] if a in postings[p])] for a in range(market.n_applicants)]
    for places in product(*options):
        if all(places.count(p) <= market.capacity[p] for p in range(market.n_postings)):
            yield places


def blocking(market: Market, places: tuple[int, ...]) -> list[tuple[int, int]]:
    """Pairs that block weakly: strictly preferred, and the posting has a free seat or a strictly worse holder."""
    applicants, postings = ranks_of(market.applicants.to_lists()), ranks_of(market.postings.to_lists())
    found = []
    for a in range(market.n_applicants):
        held = places[a]
        is_acceptable = held in applicants[a] and a in postings[held] if held >= 0 else False
        for p in applicants[a]:
            if a not in postings[p] or p == held or (is_acceptable and applicants[a][p] >= applicants[a][held]):
                continue
            holders = [other for other in range(market.n_applicants) if places[other] == p]
            worse = [h for h in holders if h not in postings[p] or postings[p][h] > postings[p][a]]
            if len(holders) < market.capacity[p] or worse:
                found.append((a, p))
    return found


def stable_matchings(market: Market) -> list[tuple[int, ...]]:
    """Every weakly stable matching."""
    return [places for places in all_matchings(market) if not blocking(market, places)]


def best_assignment(scores: np.ndarray, acceptable: np.ndarray, capacity: np.ndarray) -> tuple[float, int]:
    """Largest total score, and the most people placed at that total."""
    n, m = scores.shape
    best = (0.0, 0)
    for places in product(*[[-1, *np.flatnonzero(acceptable[a])] for a in range(n)]):
        if all(places.count(p) <= capacity[p] for p in range(m)):
            total = float(sum(scores[a, p] for a, p in enumerate(places) if p >= 0))
            best = max(best, (total, sum(p >= 0 for p in places)))
    return best


def is_pareto_dominated(market: Market, places: tuple[int, ...]) -> bool:
    """Some other matching is better for an applicant and worse for none."""
    ranks = ranks_of(market.applicants.to_lists())

    def position(a: int, p: int) -> int:
        return ranks[a].get(p, 10**6)

    for other in all_matchings(market):
        changes = [position(a, other[a]) - position(a, places[a]) for a in range(market.n_applicants)]
        if all(change <= 0 for change in changes) and any(change < 0 for change in changes):
            return True
    return False
