"""Couples by brute force: every matching of a small market, judged by the definition read aloud."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from matching.couples import Couples
from matching.market import Market
from tests.oracles.enumeration import blocking, ranks_of

Places = tuple[int, ...]


def joint_lists(couples: Couples) -> list[list[tuple[int, int]]]:
    return [[(int(p), int(q)) for p, q in couples.choices_of(c)] for c in range(couples.n_couples)]


def is_acceptable(market: Market, members: tuple[int, int], choice: tuple[int, int]) -> bool:
    postings = ranks_of(market.postings.to_lists())
    return all(p < 0 or a in postings[p] for a, p in zip(members, choice, strict=True))


def matchings_with_couples(market: Market, couples: Couples) -> Iterator[Places]:
    """Every feasible, individually rational matching."""
    applicants, postings = ranks_of(market.applicants.to_lists()), ranks_of(market.postings.to_lists())
    pairs = [(int(a), int(b)) for a, b in couples.members]
    in_couples = {a for pair in pairs for a in pair}
    singles = [a for a in range(market.n_applicants) if a not in in_couples]
    wishes = [[-1, *(p for p in applicants[a] if a in postings[p])] for a in singles]
    joint = [
        [(-1, -1), *(choice for choice in row if is_acceptable(market, pair, choice))]
        for pair, row in zip(pairs, joint_lists(couples), strict=True)
    ]
    for alone, together in product(product(*wishes), product(*joint)):
        places = [-1] * market.n_applicants
        for a, p in zip(singles, alone, strict=True):
            places[a] = p
        for (a, b), (p, q) in zip(pairs, together, strict=True):
            places[a], places[b] = p, q
        if all(places.count(p) <= market.capacity[p] for p in range(market.n_postings)):
            yield tuple(places)


def would_choose(market: Market, places: Places, couple: set[int], posting: int, asked: list[int]) -> bool:
    """From its holders who are not of the couple and the members asked, does the posting keep every one asked?"""
    rank = ranks_of(market.postings.to_lists())[posting]
    others = [a for a, p in enumerate(places) if p == posting and a not in couple]
    # in a tie those who hold a seat come first; whom the posting does not list comes last
    order = sorted([(rank.get(a, 10**6), 0, a) for a in others] + [(rank[a], 1, a) for a in asked])
    kept = {a for _, _, a in order[: int(market.capacity[posting])]}
    return kept >= set(asked)


def blocking_coalitions(market: Market, couples: Couples, places: Places) -> list[tuple[int, int]]:
    """Couples and the choices they block with."""
    found = []
    for c, ((a, b), choices) in enumerate(zip(couples.members.tolist(), joint_lists(couples), strict=True)):
        for position, choice in enumerate(choices):
            if not is_acceptable(market, (a, b), choice):
                continue
            if choice == (places[a], places[b]):
                break
            named = {p for p in choice if p >= 0}
            asked = {p: [x for x, place in zip((a, b), choice, strict=True) if place == p] for p in named}
            if all(would_choose(market, places, {a, b}, p, asked[p]) for p in named):
                found.append((c, position))
    return found


def stable_with_couples(market: Market, couples: Couples) -> list[Places]:
    return [
        places
        for places in matchings_with_couples(market, couples)
        if not blocking(market, places) and not blocking_coalitions(market, couples, places)
    ]


def fewest_blocking(market: Market, couples: Couples) -> int:
    """The smallest number of blocking pairs and coalitions of an individually rational matching."""
    return min(
        len(blocking(market, places)) + len(blocking_coalitions(market, couples, places))
        for places in matchings_with_couples(market, couples)
    )
