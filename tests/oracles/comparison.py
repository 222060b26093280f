"""Oracles for mechanisms that are compared with deferred acceptance: twins from the papers, definitions read aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations, product

from matching.market import Market
from matching.outcome import Matching
from matching.preferences import Preferences
from tests.oracles.enumeration import Ranks, all_matchings, ranks_of
from tests.oracles.pure_python import Lists, deferred_acceptance_by_applicants, priority_tables


def immediate_acceptance(applicants: Lists, postings: Lists, capacity: list[int]) -> list[int]:
    """Round by round: the k-th choices ask, the seats that are left go down the posting's list."""
    posting_of = [-1] * len(applicants)
    left = list(capacity)
    for turn in range(max(map(len, applicants), default=0)):
        asking = [(a, wishes[turn]) for a, wishes in enumerate(applicants) if posting_of[a] < 0 and turn < len(wishes)]
        for posting, row in enumerate(postings):
            accepted = [a for a in row if (a, posting) in asking][: left[posting]]
            left[posting] -= len(accepted)
            for a in accepted:
                posting_of[a] = posting
    return posting_of


def top_trading_cycles(applicants: Lists, postings: Lists, capacity: list[int]) -> list[int]:
    """All cycles of a round at once, every pointer looked up afresh."""
    posting_of = [-1] * len(applicants)
    left = list(capacity)
    remaining = set(range(len(applicants)))
    while remaining:
        wish = {a: next((p for p in applicants[a] if left[p] > 0 and a in postings[p]), None) for a in remaining}
        leaving = {a for a in remaining if wish[a] is None}
        if not leaving:
            owner = {p: next(a for a in postings[p] if a in remaining) for p in wish.values() if p is not None}
            points_to = {a: owner[p] for a, p in wish.items() if p is not None}
            leaving = {a for a in remaining if a in _reached_from(points_to, a)}
            for a in leaving:
                posting = wish[a]
                assert posting is not None
                posting_of[a] = posting
                left[posting] -= 1
        remaining -= leaving
    return posting_of


def _reached_from(points_to: dict[int, int], start: int) -> set[int]:
    reached: set[int] = set()
    at = points_to[start]
    while at not in reached:
        reached.add(at)
        at = points_to[at]
    return reached


def efficiency_adjusted(applicants: Lists, postings: Lists, capacity: list[int], consents: list[bool]) -> list[int]:
    """Tang and Yu's algorithm: deferred acceptance run again after every removal of underdemanded postings."""
    wishes = [[p for p in row if a in postings[p]] for a, row in enumerate(applicants)]
    tables = priority_tables(postings)
    final = [-1] * len(applicants)
    people, open_postings = set(range(len(applicants))), set(range(len(postings)))
    while people:
        lists = [[p for p in row if p in open_postings] if a in people else [] for a, row in enumerate(wishes)]
        held = deferred_acceptance_by_applicants(lists, tables, capacity)
        wanted = {p for a in people for p in _better(lists[a], held[a])}
        closing = open_postings - wanted
        leaving = {a for a in people if held[a] < 0 or held[a] in closing}
        for a in leaving:
            final[a] = held[a]
        people -= leaving
        open_postings -= closing
        for a in leaving:
            if not consents[a]:
                for p in _better(lists[a], held[a]):
                    for other in people:
                        if p in wishes[other] and tables[p][other] > tables[p][a]:
                            wishes[other] = [choice for choice in wishes[other] if choice != p]
    return final


def _better(row: list[int], held: int) -> list[int]:
    return row[: row.index(held)] if held in row else row


def kesten(applicants: Lists, postings: Lists, capacity: list[int], consents: list[bool]) -> list[int]:
    """Kesten's own algorithm: run deferred acceptance again without the last consenting interrupters."""
    tables = priority_tables(postings)
    wishes = [[p for p in row if a in tables[p]] for a, row in enumerate(applicants)]
    while True:
        held, interruptions = _in_steps(wishes, tables, capacity)
        consenting = [(step, a, p) for step, a, p in interruptions if consents[a]]
        if not consenting:
            return held
        last = max(step for step, _, _ in consenting)
        for step, a, p in consenting:
            if step == last:
                wishes[a] = [choice for choice in wishes[a] if choice != p]


def _in_steps(
    wishes: Lists, tables: list[dict[int, int]], capacity: list[int]
) -> tuple[list[int], list[tuple[int, int, int]]]:
    """Deferred acceptance, all the waiting at once; interrupters (step left, who, where) made somebody lose in vain."""
    held: list[list[int]] = [[] for _ in capacity]
    following = [0] * len(wishes)
    entered: dict[tuple[int, int], int] = {}
    rejections: list[list[int]] = [[] for _ in capacity]
    interruptions = []
    step = 0
    waiting = set(range(len(wishes)))
    while waiting:
        step += 1
        asked = _asked(wishes, following, waiting)
        waiting = set()
        for p, newcomers in asked.items():
            ranked = sorted(held[p] + newcomers, key=tables[p].__getitem__)
            kept, refused = ranked[: capacity[p]], ranked[capacity[p] :]
            for a in refused:
                waiting.add(a)
                if a in held[p] and any(entered[a, p] <= earlier for earlier in rejections[p]):
                    interruptions.append((step, a, p))
            for a in kept:
                entered.setdefault((a, p), step)
            rejections[p] += [step] * bool(refused)
            held[p] = kept
    place = {a: p for p, holders in enumerate(held) for a in holders}
    return [place.get(a, -1) for a in range(len(wishes))], interruptions


def _asked(wishes: Lists, following: list[int], waiting: set[int]) -> dict[int, list[int]]:
    asked: dict[int, list[int]] = {}
    for a in sorted(waiting):
        if following[a] < len(wishes[a]):
            asked.setdefault(wishes[a][following[a]], []).append(a)
            following[a] += 1
    return asked


def tied_blocking(market: Market, places: tuple[int, ...], *, kind: str) -> list[tuple[int, int]]:
    """Pairs that block an individually rational matching strongly or in the super sense."""
    applicants, postings = ranks_of(market.applicants.to_lists()), ranks_of(market.postings.to_lists())
    return [
        (a, p)
        for a in range(market.n_applicants)
        for p in applicants[a]
        if a in postings[p] and places[a] != p and _blocks(applicants, postings[p], market, places, (a, p), kind)
    ]


def _blocks(
    applicants: Ranks,
    priority: dict[int, int],
    market: Market,
    places: tuple[int, ...],
    pair: tuple[int, int],
    kind: str,
) -> bool:
    a, p = pair
    own = applicants[a].get(places[a], 10**6)
    better, as_good = applicants[a][p] < own, applicants[a][p] <= own
    holders = [priority[other] for other, place in enumerate(places) if place == p]
    free = len(holders) < market.capacity[p]
    has_room = free or any(rank > priority[a] for rank in holders)
    ranks_no_lower = free or any(rank >= priority[a] for rank in holders)
    if kind == "super":
        return as_good and ranks_no_lower
    return (better and ranks_no_lower) or (as_good and has_room)


def tied_stable_matchings(market: Market, *, kind: str) -> list[tuple[int, ...]]:
    """Every strongly stable, or super-stable, matching."""
    return [places for places in all_matchings(market) if not tied_blocking(market, places, kind=kind)]


def is_sequence_of_trades(
    cycles: list[tuple[list[int], list[int]]], applicants: Lists, postings: Lists, capacity: list[int]
) -> bool:
    """Each cycle gives everybody in it the best posting left, whose first remaining applicant is the next in it."""
    left = list(capacity)
    gone: set[int] = set()

    def options(a: int) -> list[int]:
        return [p for p in applicants[a] if left[p] > 0 and a in postings[p] and a not in gone]

    for people, places in cycles:
        for a, p, following in zip(people, places, people[1:] + people[:1], strict=True):
            owner = next(other for other in postings[p] if options(other) or other in people)
            if (options(a)[0], owner) != (p, following):
                return False
        gone |= set(people)
        for p in places:
            left[p] -= 1
    return not any(options(a) for a in range(len(applicants)))


def every_report(n_postings: int) -> Lists:
    """Every strict list over the postings, the empty one too."""
    return [list(order) for length in range(n_postings + 1) for order in permutations(range(n_postings), length)]


def with_report(market: Market, applicant: int, report: list[int]) -> Market:
    """The market in which one applicant hands in another list."""
    lists = market.applicants.to_lists()
    lists[applicant] = list(report)
    return Market(Preferences.from_lists(lists, market.n_postings), market.postings, market.capacity)


def best_reachable(run: Callable[[Market], Matching], market: Market, applicant: int) -> int:
    """The best rank in the true list, 99 for no place on it, that any report of the applicant gets."""
    ranks = ranks_of(market.applicants.to_lists())[applicant]
    reports = every_report(market.n_postings)
    places = [int(run(with_report(market, applicant, report)).posting_of[applicant]) for report in reports]
    return min(ranks.get(place, 99) for place in places)


def equilibrium_outcomes(run: Callable[[Lists], list[int]], applicants: Lists, n_postings: int) -> set[tuple[int, ...]]:
    """What comes of the profiles of reports in which nobody gains by another report, judged by the true lists."""
    reports = [tuple(report) for report in every_report(n_postings)]
    outcome = {profile: run([list(row) for row in profile]) for profile in product(reports, repeat=len(applicants))}

    def rank(a: int, place: int) -> int:
        return applicants[a].index(place) if place in applicants[a] else 98 if place < 0 else 99

    def is_content(profile: tuple[tuple[int, ...], ...], a: int) -> bool:
        others = (outcome[(*profile[:a], report, *profile[a + 1 :])] for report in reports)
        return all(rank(a, outcome[profile][a]) <= rank(a, other[a]) for other in others)

    return {
        tuple(places) for profile, places in outcome.items() if all(is_content(profile, a) for a in range(len(profile)))
    }


def every_tie_break(preferences: Preferences) -> Iterator[Preferences]:
    """Every way to put the members of all ties of one side in order."""
    rows = [
        [
            [choice for tie in broken for choice in tie]
            for broken in product(*(permutations(entry if isinstance(entry, list) else [entry]) for entry in row))
        ]
        for row in preferences.to_lists()
    ]
    for lists in product(*rows):
        yield Preferences.from_lists(list(lists), preferences.n_choices)
