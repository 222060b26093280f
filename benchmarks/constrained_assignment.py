"""Laminar regions against the plain optimal assignment, and a frontier from stable to optimal, in the same run.

``python -m benchmarks.constrained_assignment [--applicants 10000 --postings 1000 --length 20 --seed 0]``
``    [--frontier-applicants 300 --frontier-postings 60 --frontier-length 10 --points 8 --seconds 5]``

Wall seconds. Every result is judged from the market: seats, lists, limits, blocking pairs, and the bound that the
prices prove for a program built again.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np

from benchmarks.deferred_acceptance import synthetic_market
from matching.market import Market
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.mechanisms.limits.constrained_assignment import constrained_assignment
from matching.mechanisms.limits.frontier import frontier
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.programs.bounds import bound_certificate
from matching.programs.constraint_rows import assignment_program
from matching.properties import blocking_pairs, verify_feasible, verify_individually_rational
from matching.properties.constraints import verify_constraints
from matching.regions import Regions
from matching.scored_pairs import ScoredPairs

Answer = TypeVar("Answer")


def main() -> None:
    options = _options()
    _laminar_regions(options)
    _frontier(options)


def tied_classes(market: Market, n_classes: int) -> Market:
    """The same market where postings only tell so many classes apart, as ◎ ○ △ do."""
    lists = market.postings
    lengths = np.repeat(np.diff(lists.indptr), np.diff(lists.indptr))
    classes = lists.ranks.astype(np.int64) * n_classes // np.maximum(lengths, 1)
    rows = lists.rows()
    order = np.lexsort((lists.indices, classes, rows))
    tied = Preferences(lists.indptr, lists.indices[order], classes[order], lists.n_choices)
    return Market(market.applicants, tied, market.capacity)


def binding_regions(matching: Matching, n_regions: int) -> Regions:
    """Prefectures inside two halves: every third held to 80 % of what it has, every third kept at what it has."""
    region_of = np.arange(matching.n_postings) % n_regions
    held = np.bincount(region_of, weights=matching.n_held, minlength=n_regions).astype(np.int64)
    each = np.arange(n_regions)
    flat = Regions.flat(region_of, cap=np.full(n_regions + 2, -1), target=np.zeros(matching.n_postings, np.int64))
    return replace(
        flat,
        parent=np.concatenate([n_regions + each % 2, [-1, -1]]),
        cap=np.concatenate([np.where(each % 3 == 0, held * 4 // 5, -1), [-1, -1]]),
        floor=np.concatenate([np.where(each % 3 == 1, held, 0), [0, 0]]),
    )


def _laminar_regions(options: argparse.Namespace) -> None:
    rng = np.random.default_rng(options.seed)
    market = synthetic_market(options.applicants, options.postings, options.length, rng)
    scores = rng.random(market.applicants.indices.size)
    pairs = ScoredPairs.from_market(market, scores)
    optimal_assignment(pairs, market.capacity)  # compile, or load what an earlier run compiled
    plain, best = _seconds(lambda: optimal_assignment(pairs, market.capacity))
    regions = binding_regions(best.matching, 47)
    limited, result = _seconds(lambda: constrained_assignment(market, scores, regions=regions, time_limit=300.0))
    verify_feasible(market, result.matching)
    verify_individually_rational(market, result.matching)
    verify_constraints(market, result.matching, regions=regions)
    again = assignment_program(market, scores, regions=regions)
    certificate = bound_certificate(again.program, again.values_of(result.matching), result.prices)
    print(f"{options.applicants} applicants x {options.postings} postings x {options.length}, {os.cpu_count()} cores")
    rows = [
        ("optimal assignment, seats alone", f"{plain:.2f} s"),
        ("the same with 49 laminar regions", f"{limited:.2f} s"),
        ("ratio", f"{limited / max(plain, 1e-9):.0f} x"),
        ("total score kept under the regions", f"{result.value / best.value:.1%}"),
        ("placed, seats alone and with regions", f"{best.matching.n_matched} {result.matching.n_matched}"),
        ("prices prove the optimum", str(certificate.proves_optimality)),
    ]
    for name, value in rows:
        print(f"{name:<42}{value:>14}")


def _frontier(options: argparse.Namespace) -> None:
    n, m, length = options.frontier_applicants, options.frontier_postings, options.frontier_length
    rng = np.random.default_rng(options.seed)
    market = tied_classes(synthetic_market(n, m, length, rng), 4)
    scores = rng.random(market.applicants.indices.size)
    seconds, points = _seconds(
        lambda: frontier(market, scores, rng=rng, points=options.points, time_limit=options.seconds)
    )
    print(f"\nfrontier, {n} applicants x {m} postings x {length}, four classes of ties: {seconds:.0f} s")
    print(" allowed blocking people postings placed mean rank   total proven bound claimed bound status")
    for point in points:
        verify_feasible(market, point.matching)
        verify_individually_rational(market, point.matching)
        n_blocking = len(blocking_pairs(market, point.matching))
        print(
            f"{point.allowed:8d}{n_blocking:9d}{point.n_people:7d}{point.n_postings:9d}{point.n_matched:7d}"
            f"{point.mean_rank:10.2f}{point.value:8.2f}{point.bound:13.2f}{point.claimed_bound:14.2f} {point.status}"
        )


def _seconds(call: Callable[[], Answer]) -> tuple[float, Answer]:
    start = time.perf_counter()
    answer = call()
    return time.perf_counter() - start, answer


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("applicants", 10_000), ("postings", 1_000), ("length", 20), ("seed", 0), ("points", 8)):
        parser.add_argument(f"--{name}", type=int, default=default)
    for name, default in (("frontier-applicants", 300), ("frontier-postings", 60), ("frontier-length", 10)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--seconds", type=float, default=5.0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
