"""Interest spread over places: what a spread gives the places, and what it costs the applicants.

``python -m benchmarks.spread [--market demo|scarce|both] [--seasons 10]``

*demo*: the sample market of ``make demo``. *scarce*: 10,000 registered people and seats for 6 in 40 of them, among
them an island with 6 seats to which 40 have applied already. Lists are those of ``recommend`` (``read_interest``,
``order_places``), ten places each; a view is a place in one of them. Gini, views and coverage are over the postings
that somebody may be shown. *Own fit* is the own score of what is listed, by the looks a place of a list gets (log2) and
as a plain mean, against the list by own fit alone. *Season*: everybody applies to the k-th of the list with chance
0.35 / log2(k + 1), the postings offer their seats in their own order, and deferred acceptance says who is placed in the
end; means over seasons with fixed seeds, the same for every spread.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from api.demo.sizes import DemoSizes
from features.lists.interest import MarketInterest, read_interest, read_pairs
from features.lists.ranking import open_postings, order_places
from features.market.scored_market import ScoredMarket, read_market
from features.market.standings import totals_of
from features.municipalities import find
from features.records import Application, Records
from features.synthetic import sample_date, sample_market
from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.preferences import Preferences
from matching.ranking import examination, gini

SPREADS = (0.0, 0.25, 0.5, 0.75, 1.0)
LENGTH = 10
APPLIES = 0.35
ISLAND_SEATS, ISLAND_APPLICANTS = 6, 40


@dataclass(frozen=True, eq=False)
class Shown:
    """Everybody's list at one spread and the own scores in it; -1 and 0 behind a list's last place."""

    lists: npt.NDArray[np.int64]
    own: npt.NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--market", choices=("demo", "scarce", "both"), default="both")
    parser.add_argument("--seasons", type=int, default=10)
    parser.add_argument("--people", type=int, default=10_000, help="of the scarce market")
    options = parser.parse_args()
    if options.market != "scarce":
        sizes = DemoSizes()
        records = sample_market(
            n_applicants=sizes.applicants,
            n_postings=sizes.postings,
            n_kigyojin_postings=sizes.company_postings,
            n_company_people=sizes.company_people,
            seed=sizes.seed,
        )
        _measure("demo", records, options.seasons)
    if options.market != "demo":
        _measure("scarce", scarce(options.people), options.seasons)


def scarce(people: int) -> Records:
    """A sample market with seats for 6 in 40, and one island where that is so already."""
    wanted = people * ISLAND_SEATS // ISLAND_APPLICANTS
    trial = sample_market(n_applicants=people, n_postings=wanted // 2)
    per_posting = sum(p.seats for p in trial.postings) / (wanted // 2)
    records = sample_market(n_applicants=people, n_postings=round(wanted / per_posting))
    islands = [
        p.posting_id
        for p in records.postings
        if p.program == "kyoryokutai" and p.state == "open" and find(p.municipality_code).facts.get("land") == "island"
    ]
    island = max(islands, key=lambda an_id: (sum(a.posting_id == an_id for a in records.applications), an_id))
    postings = tuple(
        p.model_copy(update={"headcount": ISLAND_SEATS, "seats_left": None}) if p.posting_id == island else p
        for p in records.postings
    )
    members = [a.applicant_id for a in records.applicants if "kyoryokutai" in a.programs]
    there = np.random.default_rng(0).choice(len(members), ISLAND_APPLICANTS, replace=False)
    crowd = [
        Application(application_id=f"island-{k}", applicant_id=members[row], posting_id=island)
        for k, row in enumerate(there.tolist())
    ]
    others = [a for a in records.applications if a.posting_id != island]
    return records.model_copy(update={"postings": postings, "applications": (*others, *crowd), "households": ()})


def _measure(name: str, records: Records, seasons: int) -> None:
    began = time.perf_counter()
    market = read_market(records, on=sample_date())
    pairs = read_pairs(market)
    seats = int(market.postings.seats[market.is_open].sum())
    n, m = pairs.own.shape
    print(f"\n{name}: {n:,} people, {m:,} postings, {int(market.is_open.sum()):,} open, {seats:,} seats,")
    print(f"{len(market.applications):,} open applications; read and scored in {time.perf_counter() - began:.0f} s")
    interests: list[MarketInterest] = []
    for spread in SPREADS:
        began, rounds = time.perf_counter(), [0]
        interests.append(
            read_interest(market, spread, pairs=pairs, progress=lambda done, _, rounds=rounds: rounds.append(done))
        )
        print(f"  read_interest at {spread:g}: {time.perf_counter() - began:.2f} s, {rounds[-1]} rounds")
    shown = _lists(market, interests)
    priority = market.coordinator.block(slice(None), slice(None))
    reachable = pairs.acceptable.any(axis=0)
    print("| spread | Gini | least tenth, views | covered | most views | own fit by looks | plain | offer | filled |")
    print("|---|---|---|---|---|---|---|---|---|")
    for spread, one in zip(SPREADS, shown, strict=True):
        views = np.bincount(one.lists[one.lists >= 0], minlength=m)[reachable]
        tenth = np.sort(views)[: max(1, views.size // 10)].mean()
        fits = [_fit(one, weighted=w) / _fit(shown[0], weighted=w) - 1 for w in (True, False)]
        offered, filled = _season(market, one, priority, seasons)
        figures = f"{gini(views.astype(np.float64)):.3f} | {tenth:.2f} | {(views > 0).mean():.1%} | {views.max()}"
        print(f"| {spread:g} | {figures} | {fits[0]:+.2%} | {fits[1]:+.2%} | {offered:.1%} | {filled:.1%} |")


def _lists(market: ScoredMarket, interests: Sequence[MarketInterest]) -> list[Shown]:
    n = len(market.applicants)
    shown = [Shown(np.full((n, LENGTH), -1), np.zeros((n, LENGTH))) for _ in interests]
    for i in range(n):
        kept = open_postings(market, i)[1]
        if not kept.size:
            continue
        totals = totals_of(market.applicant.row(i, kept).value)
        for one, interest in zip(shown, interests, strict=True):
            order = order_places(market, i, kept, totals, interest=interest)[:LENGTH]
            one.lists[i, : len(order)], one.own[i, : len(order)] = kept[order], totals[order]
    return shown


def _fit(shown: Shown, *, weighted: bool) -> float:
    """Mean over applicants of the own scores in a list, over those who have one."""
    listed = shown.lists >= 0
    looks = np.where(listed, examination("log2", LENGTH) if weighted else 1.0, 0.0)
    some = listed.any(axis=1)
    return float(((shown.own * looks).sum(axis=1)[some] / looks.sum(axis=1)[some]).mean())


def _season(market: ScoredMarket, shown: Shown, priority: npt.NDArray[np.float64], seasons: int) -> tuple[float, float]:
    """Share of people with an offer, and share of the open seats that are filled in the end."""
    seats = np.where(market.is_open, market.postings.seats, 0).astype(np.int64)
    some = (shown.lists >= 0).any(axis=1)
    offered, filled = [], []
    for seed in range(seasons):
        draws = np.random.default_rng(seed).random(shown.lists.shape)
        applies = (draws < APPLIES * examination("log2", LENGTH)) & (shown.lists >= 0)
        wishes = [row[sent].tolist() for row, sent in zip(shown.lists, applies, strict=True)]
        came: list[list[int]] = [[] for _ in seats]
        for i, places in enumerate(wishes):
            for j in places:
                came[j].append(i)
        orders = [sorted(rows, key=lambda i, j=j: (-priority[i, j], i)) for j, rows in enumerate(came)]
        first = {i for j, rows in enumerate(orders) for i in rows[: int(seats[j])]}
        game = Market(
            applicants=Preferences.from_lists(wishes, n_choices=seats.size),
            postings=Preferences.from_lists(orders, n_choices=len(wishes)),
            capacity=seats,
        )
        offered.append(len(first) / some.sum())
        filled.append(deferred_acceptance(game).n_matched / seats.sum())
    return float(np.mean(offered)), float(np.mean(filled))


if __name__ == "__main__":
    main()
