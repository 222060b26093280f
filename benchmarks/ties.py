"""Ties: how many people lotteries, Király's algorithm, the guide and the proven maximum place, measured in one run.

``python -m benchmarks.ties [--applicants 100000 --postings 20000 --length 5 --seed 0 --repeats 3 --time-limit 60]``

1. A national market of short strict lists and five priority classes: the compiled kernel against its pure-Python twin.
2. The same on 1,000 x 200, with the proven maximum and the price-only check of its bound.
3. A stand-in for students who rate project centres in three tiers (the published data are not bundled), 928 x 46.

CPU seconds after compilation, the smallest of the repeats; the twin starts from ready lists and rank tables.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from benchmarks.deferred_acceptance import cpu_seconds
from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.stable.ties import break_ties
from matching.mechanisms.tied.max_cardinality_stable import max_cardinality_stable
from matching.mechanisms.tied.promotion import N_PROMOTIONS
from matching.mechanisms.tied.welfare_stable import welfare_stable
from matching.preferences import Preferences
from matching.properties import blocking_pairs
from matching.properties.stable_size import stable_size_bound
from tests.oracles.enumeration import ranks_of
from tests.oracles.ties import kiraly


def main() -> None:
    options = _options()
    rng, for_proof, for_ratings, rng_of_small = np.random.default_rng(options.seed).spawn(4)
    small = priority_class_market(50, 10, 3, rng_of_small)
    max_cardinality_stable(small, method="exact")  # compile, or load what an earlier run compiled
    welfare_stable(small, np.zeros(small.applicants.indices.size), rng=rng_of_small, improve=True)
    _national(priority_class_market(options.applicants, options.postings, options.length, rng), options.repeats)
    _proven(priority_class_market(1000, 200, 5, for_proof), options.time_limit)
    _rated(*rated_market(928, 46, for_ratings))


def priority_class_market(n: int, m: int, length: int, rng: np.random.Generator) -> Market:
    """Strict lists of ``length`` drawn by popularity, five priority classes by half-common merit, seats for all."""
    popularity = rng.lognormal(sigma=0.5, size=m)
    drawn = np.searchsorted(np.cumsum(popularity / popularity.sum()), rng.random((n, 4 * length))).clip(max=m - 1)
    lists = [list(dict.fromkeys(row))[:length] for row in drawn.tolist()]
    applicants = Preferences.from_lists(lists, m)
    people = applicants.rows()
    merit = rng.standard_normal(n)[people] + rng.standard_normal(people.size)
    classes = np.searchsorted(np.quantile(merit, [0.2, 0.4, 0.6, 0.8]), merit)
    order = np.lexsort((people, classes, applicants.indices))
    starts = np.concatenate([[0], np.cumsum(np.bincount(applicants.indices, minlength=m))])
    postings = Preferences(starts, people[order], classes[order], n)
    return Market(applicants, postings, rng.multinomial(n, np.ones(m) / m))


def rated_market(n: int, m: int, rng: np.random.Generator) -> tuple[Market, np.ndarray]:
    """Students rate centres in three tiers: at least three in the first, six in the first two, the rest in the third.

    A tier is worth 1, 0.5 or 0, a director values a student in [0, 1] in steps of a tenth; a pair is worth the sum.
    """
    attraction = rng.gumbel(size=(n, m)) + rng.normal(scale=1.0, size=m)
    order = np.argsort(-attraction, axis=1)
    n_first = rng.integers(3, 6, n)
    n_second = rng.integers(np.maximum(3, 6 - n_first), 8, n)
    place = np.argsort(order, axis=1)
    worth = np.where(place < n_first[:, None], 1.0, np.where(place < (n_first + n_second)[:, None], 0.5, 0.0))
    value = np.round(np.clip(rng.normal(0.5, 0.2, n)[:, None] + rng.normal(0, 0.15, (n, m)), 0, 1), 1)
    seats = rng.multinomial(n, np.ones(m) / m)
    acceptable = worth > 0  # a centre of the third tier is no placement that anybody asked for
    market = Market(
        Preferences.from_scores(worth, acceptable=acceptable),
        Preferences.from_scores(value.T, acceptable=acceptable.T),
        seats,
    )
    rows, places = market.applicants.rows(), market.applicants.indices
    return market, (worth + value)[rows, places]


def _national(market: Market, repeats: int) -> None:
    def fresh() -> Market:
        return Market(market.applicants, market.postings, market.capacity)

    unjoined = [fresh() for _ in range(repeats)]
    whole, _ = cpu_seconds(lambda: max_cardinality_stable(unjoined.pop()), repeats)
    _ = market.rank_at_posting
    kernel, found = cpu_seconds(lambda: max_cardinality_stable(market), repeats)
    by_lottery = deferred_acceptance(break_ties(market, rng=np.random.default_rng(1)).market)
    lists, ranks = market.applicants.to_lists(), ranks_of(market.postings.to_lists())
    seats = market.capacity.tolist()
    twin, places = cpu_seconds(lambda: kiraly(lists, ranks, seats, promotions=N_PROMOTIONS), 1)
    print(f"{market.n_applicants} x {market.n_postings}, {market.applicants.indices.size} pairs")
    _row("promotion, lists of both sides not joined yet", f"{whole:.3f} s")
    _row("promotion, joined", f"{kernel:.3f} s")
    _row(
        "the same, pure Python",
        f"{twin:.2f} s, {twin / max(kernel, 1e-9):.0f} x, same {places == found.matching.posting_of.tolist()}",
    )
    _row("placed by promotion / by lottery", f"{found.matching.n_matched} / {by_lottery.n_matched}")
    _row("blocking pairs", str(blocking_pairs(market, found.matching).shape[0]))


def _proven(market: Market, time_limit: float) -> None:
    wall = time.monotonic()
    seconds, best = cpu_seconds(lambda: max_cardinality_stable(market, method="exact", time_limit=time_limit), 1)
    wall = time.monotonic() - wall
    promoted = max_cardinality_stable(market).matching.n_matched
    several, tried = cpu_seconds(
        lambda: max_cardinality_stable(market, rng=np.random.default_rng(1), n_orders=100).matching.n_matched, 1
    )
    lotteries = [
        deferred_acceptance(break_ties(market, rng=np.random.default_rng(seed)).market).n_matched for seed in range(20)
    ]
    most = best.bound
    print(f"\n{market.n_applicants} x {market.n_postings}, {market.applicants.indices.size} pairs")
    _row("most / proof", f"{best.matching.n_matched} of {most} / {best.proof}")
    if best.excluded_in_round is not None and best.prices is not None:
        check, by_prices = cpu_seconds(lambda: _bound(market, best.excluded_in_round, best.prices), 3)
        _row("pairs left to search", str(int((best.excluded_in_round == 0).sum())))
        _row("bound recomputed from prices", f"{by_prices} in {check:.3f} s")
    _row("seconds CPU / wall", f"{seconds:.1f} / {wall:.1f}")
    _row("promotion", f"{promoted} = {promoted / most:.1%}")
    _row("promotion, best of 100 orders", f"{tried} = {tried / most:.1%}, {several:.3f} s")
    _row(
        "lottery, mean and best of 20", f"{np.mean(lotteries):.1f} = {np.mean(lotteries) / most:.1%}, {max(lotteries)}"
    )
    _row("blocking pairs", str(blocking_pairs(market, best.matching).shape[0]))


def _rated(market: Market, scores: np.ndarray) -> None:
    n = market.n_applicants
    one, guided = cpu_seconds(lambda: welfare_stable(market, scores, rng=np.random.default_rng(1), n_guides=1), 3)
    more, several = cpu_seconds(lambda: welfare_stable(market, scores, rng=np.random.default_rng(1), improve=True), 1)
    promoted = max_cardinality_stable(market)
    print(f"\n{n} x {market.n_postings} rated in tiers, {market.applicants.indices.size} pairs: left without a place")
    rows = [
        ("lottery", guided.by_lottery, ""),
        ("promotion", promoted.matching, ""),
        ("guided", guided.matching, f"{one:.3f} s, {guided.gaining.size} gain, {guided.losing.size} lose"),
        ("best of 50 guides, cycles", several.matching, f"{more:.3f} s, guide {several.guide}"),
        ("ignoring stability", guided.ignoring_stability, ""),
    ]
    for name, matching, remark in rows:
        n_blocking = blocking_pairs(market, matching).shape[0]
        _row(name, f"{n - matching.n_matched}, {n_blocking} blocking pairs{', ' if remark else ''}{remark}")


def _bound(market: Market, excluded: np.ndarray | None, prices: np.ndarray | None) -> int | None:
    return None if excluded is None or prices is None else stable_size_bound(market, excluded, prices)


def _row(name: str, value: str) -> None:
    print(f"{name:<48}{value}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("applicants", 100_000), ("postings", 20_000), ("length", 5), ("seed", 0), ("repeats", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--time-limit", type=float, default=60.0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
