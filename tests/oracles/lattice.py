"""All stable matchings without rotations: force one applicant below the place held, propose again, and recurse.

The least that any of them may hold is what the present matching gives, so the lists are cut there; the applicant to be
moved starts one place further down, and the posting that is left takes nobody whom it likes less, or the pair would
block. Every cover in the lattice is met, hence every stable matching.
"""

from __future__ import annotations

from matching.market import Market
from tests.oracles.enumeration import Ranks, strict_lists
from tests.oracles.pure_python import deferred_acceptance_by_applicants, priority_tables

Places = tuple[int, ...]


def stable_by_forcing(market: Market) -> set[Places]:
    """Every stable matching of a strict market."""
    lists, priority = strict_lists(market.applicants), priority_tables(strict_lists(market.postings))
    seats = market.capacity.tolist()
    waiting = [tuple(deferred_acceptance_by_applicants(lists, priority, seats))]
    found = set(waiting)
    while waiting:
        places = waiting.pop()
        for mover in range(len(places)):
            if places[mover] < 0:
                continue
            cut = [row[row.index(p) :] if p >= 0 else [] for row, p in zip(lists, places, strict=True)]
            cut[mover], left = cut[mover][1:], places[mover]
            better = {a: rank for a, rank in priority[left].items() if rank < priority[left][mover]}
            wanted = [better if p == left else ranks for p, ranks in enumerate(priority)]
            below = tuple(deferred_acceptance_by_applicants(cut, wanted, seats))
            if below not in found and _is_stable(lists, priority, seats, below):
                found.add(below)
                waiting.append(below)
    return found


def rank_sums(market: Market, places: Places) -> tuple[int, int, int]:
    """Applicants' ranks, postings' ranks and the worst of either over the pairs formed; strict lists without gaps."""
    lists, priority = strict_lists(market.applicants), priority_tables(strict_lists(market.postings))
    own = [lists[a].index(p) for a, p in enumerate(places) if p >= 0]
    other = [priority[p][a] for a, p in enumerate(places) if p >= 0]
    return sum(own), sum(other), max(own + other, default=-1)


def n_moved(previous: Places, places: Places, lists: list[list[int]], priority: Ranks, seats: list[int]) -> int:
    """People who could have kept their place as far as lists and seats go, and do not hold it."""
    return sum(
        old >= 0 and old in lists[a] and a in priority[old] and seats[old] > 0 and new != old
        for a, (old, new) in enumerate(zip(previous, places, strict=True))
    )


def _is_stable(lists: list[list[int]], priority: Ranks, seats: list[int], places: Places) -> bool:
    for a, row in enumerate(lists):
        for p in row[: row.index(places[a])] if places[a] >= 0 else row:
            holders = [priority[p][b] for b, q in enumerate(places) if q == p]
            if a in priority[p] and (len(holders) < seats[p] or (holders and max(holders) > priority[p][a])):
                return False
    return True
