"""Matching with couples on a national market: success, seconds, and the ratio to the pure-Python twin in the same run.

``python -m benchmarks.couples [--applicants 10000 --postings 1000 --couples 250 --length 10 --alone 0 --markets 10]``

CPU seconds after compilation, from the ready market to the outcome, the heuristic alone. Couples list the 20 pairs of
their members' own lists with the smallest sum of ranks, then ``alone`` places for each member with the other unplaced.
Every outcome is judged by the axiom.
"""

from __future__ import annotations

import argparse
from typing import NamedTuple

import numpy as np

from benchmarks.deferred_acceptance import cpu_seconds, synthetic_market
from matching.couples import Couples
from matching.market import Market
from matching.mechanisms.couples.match_couples import CouplesOutcome, match_couples
from matching.preferences import Preferences
from matching.properties.couples import couple_blocking, is_stable_with_couples
from tests.oracles.couples_twin import match_couples_in_python


def main() -> None:
    options = _options()
    n, m, n_couples = options.applicants, options.postings, options.couples
    rng = np.random.default_rng(options.seed)
    match_couples(
        *couples_market(200, 20, 10, length=5, alone=1, rng=rng), rng=rng
    )  # compile, or load what an earlier run compiled
    print(f"{n} applicants x {m} postings x {options.length}, {n_couples} couples")
    lists = {"length": options.length, "alone": options.alone}
    runs = [_run(*couples_market(n, m, n_couples, rng=rng, **lists)) for _ in range(options.markets)]
    stable = [run for run in runs if run.n_blocking == 0]
    print(
        f"stable {len(stable)} of {len(runs)}, otherwise blocking {[run.n_blocking for run in runs if run.n_blocking]}"
    )
    seconds = np.array([run.seconds for run in runs])
    print(f"seconds: median {np.median(seconds):.3f}, slowest {seconds.max():.3f}")
    print(f"stability check: slowest {max(run.check for run in runs):.3f} s")
    last = (stable or runs)[-1]
    twin, (places, _) = cpu_seconds(
        lambda: match_couples_in_python(last.market, last.couples, rng=np.random.default_rng(0), effort=8), 1
    )
    same = places == last.outcome.matching.posting_of.tolist()
    print(f"pure Python, the last stable one: {twin:.2f} s, {twin / last.seconds:.0f} x, same matching: {same}")


class _Run(NamedTuple):
    market: Market
    couples: Couples
    outcome: CouplesOutcome
    n_blocking: int
    seconds: float
    check: float


def _run(market: Market, couples: Couples) -> _Run:
    _ = market.rank_at_posting, market.rank_at_applicant, market.is_strict
    seconds, outcome = cpu_seconds(
        lambda: match_couples(market, couples, rng=np.random.default_rng(0), largest_program=-1), 2
    )
    check, blocking = cpu_seconds(lambda: couple_blocking(market, couples, outcome.matching), 3)
    if (blocking.n_blocking == 0) != is_stable_with_couples(market, couples, outcome.matching):
        raise SystemExit("the outcome is not individually rational or not feasible")
    return _Run(market, couples, outcome, blocking.n_blocking, seconds, check)


def couples_market(
    n: int, m: int, n_couples: int, *, length: int, alone: int, rng: np.random.Generator
) -> tuple[Market, Couples]:
    """A synthetic market of single applicants, some of whom are then joined two by two."""
    singles = synthetic_market(n, m, length, rng)
    members = rng.permutation(n)[: 2 * n_couples].reshape(-1, 2)
    lists = np.split(singles.applicants.indices.astype(np.int64), singles.applicants.indptr[1:-1])
    joint = [_joint_list(lists[one], lists[other], alone) for one, other in members.tolist()]
    is_single = ~np.isin(np.arange(n), members)
    kept = is_single[singles.applicants.rows()]
    lengths = np.where(is_single, np.diff(singles.applicants.indptr), 0)
    own = Preferences(
        np.concatenate([[0], np.cumsum(lengths)]), singles.applicants.indices[kept], singles.applicants.ranks[kept], m
    )
    pairs = [(one, other) for one, other in members.tolist()]
    return Market(own, singles.postings, singles.capacity), Couples.from_lists(pairs, joint)


def _joint_list(one: np.ndarray, other: np.ndarray, alone: int) -> list[tuple[int, int]]:
    ranks = np.add.outer(np.arange(one.size), np.arange(other.size)).ravel()
    best = np.argsort(ranks, kind="stable")[:20].tolist()
    together = [(int(one[at // other.size]), int(other[at % other.size])) for at in best]
    return [*together, *((int(p), -1) for p in one[:alone]), *((-1, int(q)) for q in other[:alone])]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sizes = {
        "applicants": 10_000,
        "postings": 1_000,
        "couples": 250,
        "length": 10,
        "alone": 0,
        "markets": 10,
        "seed": 0,
    }
    for name, default in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


if __name__ == "__main__":
    main()
