"""Deferred acceptance with reserves on a national market: against plain deferred acceptance and a pure-Python twin.

``python -m benchmarks.reserves [--applicants 100000 --postings 10000 --length 20 --types 4 --seed 0 --repeats 5]``

CPU seconds after compilation, the smallest of the repeats. The twin proposes in rounds too and chooses as the check
does; its ready lists and rank tables are not counted. Types do not overlap, except in the second case.
"""

from __future__ import annotations

import argparse
import os

import numpy as np

from benchmarks.deferred_acceptance import cpu_seconds, synthetic_market
from matching.market import Market
from matching.mechanisms.reserves.reserved_seats import deferred_acceptance_with_reserves
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.outcome import Matching
from matching.properties.reserved_choice import ReservedChoice
from matching.properties.reserves import choice_blocking_pairs, reserve_violations
from matching.reserves import Reserves
from tests.oracles.enumeration import strict_lists
from tests.oracles.pure_python import priority_tables


def main() -> None:
    options = _options()
    rng = np.random.default_rng(options.seed)
    small = synthetic_market(50, 10, 5, rng)
    deferred_acceptance(small)  # compile, or load what an earlier run compiled
    deferred_acceptance_with_reserves(small, synthetic_reserves(small, options.types, rng, overlapping=True))
    market = synthetic_market(options.applicants, options.postings, options.length, rng)
    _ = market.rank_at_posting, market.is_strict
    plain, _ = cpu_seconds(lambda: deferred_acceptance(market), options.repeats)
    print(f"{options.applicants} applicants x {options.postings} postings x {options.length}, {os.cpu_count()} cores")
    print(f"plain deferred acceptance {plain:.4f} s")
    for overlapping in (False, True):
        reserves = synthetic_reserves(market, options.types, rng, overlapping=overlapping)
        print(f"\n{options.types} types {'that overlap' if overlapping else 'and quotas'}")
        for name, value in _figures(market, reserves, plain, options.repeats):
            print(f"{name:<42}{value:>14}")


def _figures(market: Market, reserves: Reserves, plain: float, repeats: int) -> list[tuple[str, str]]:
    kernel, matching = cpu_seconds(lambda: deferred_acceptance_with_reserves(market, reserves), repeats)
    check, pairs = cpu_seconds(lambda: choice_blocking_pairs(market, reserves, matching), 1)
    twin, same = _twin(market, reserves, matching)
    return [
        ("with reserves, compiled", f"{kernel:.4f} s"),
        ("against plain deferred acceptance", f"{kernel / plain:.1f} x"),
        ("the same in rounds, pure Python", f"{twin:.2f} s"),
        ("ratio", f"{twin / kernel:.0f} x"),
        ("same matching", str(same)),
        ("placed", str(matching.n_matched)),
        (f"check ({len(pairs)} blocking pairs)", f"{check:.2f} s"),
        ("no reserve or quota violated", str(reserve_violations(market, reserves, matching).is_empty)),
    ]


def synthetic_reserves(market: Market, n_types: int, rng: np.random.Generator, *, overlapping: bool) -> Reserves:
    """Half the people are of a type, or of each type with chance a fifth; a seat or none a type; a quota on a tenth."""
    n, m = market.n_applicants, market.n_postings
    kind = rng.integers(0, 2 * n_types, n)[:, np.newaxis]
    of_type = rng.random((n, n_types)) < 0.2 if overlapping else kind == np.arange(n_types)
    quota = np.full((m, n_types), -1)
    if not overlapping:
        quota[rng.random((m, n_types)) < 0.1] = 2
    return Reserves(of_type, rng.integers(0, 2, (m, n_types)), quota)


def _twin(market: Market, reserves: Reserves, matching: Matching) -> tuple[float, bool]:
    wishes, ranks = strict_lists(market.applicants), priority_tables(strict_lists(market.postings))
    types_of = [tuple(np.flatnonzero(row).tolist()) for row in reserves.is_of_type]
    limits = zip(market.capacity.tolist(), reserves.reserved.tolist(), reserves.quota.tolist(), strict=True)
    rules = [ReservedChoice(p, *limit, types_of, "reserved-first") for p, limit in enumerate(limits)]
    seconds, places = cpu_seconds(lambda: _in_rounds(wishes, ranks, rules), 1)
    return seconds, places == matching.posting_of.tolist()


def _in_rounds(wishes: list[list[int]], ranks: list[dict[int, int]], rules: list[ReservedChoice]) -> list[int]:
    left = [iter([p for p in row if a in ranks[p]]) for a, row in enumerate(wishes)]
    held: list[list[int]] = [[] for _ in rules]
    posting_of, free = [-1] * len(wishes), list(range(len(wishes)))
    while free:
        newcomers: dict[int, list[int]] = {}
        for a in free:
            p = next(left[a], -1)
            if p >= 0:
                newcomers.setdefault(p, []).append(a)
        free = []
        for p, people in newcomers.items():
            asking = sorted([*held[p], *people], key=ranks[p].__getitem__)
            held[p] = sorted(rules[p].taken(asking), key=ranks[p].__getitem__)
            taken = set(held[p])
            for a in asking:
                posting_of[a] = p if a in taken else -1
                if a not in taken:
                    free.append(a)
    return posting_of


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sizes = (("applicants", 100_000), ("postings", 10_000), ("length", 20), ("types", 4), ("seed", 0), ("repeats", 5))
    for name, default in sizes:
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


if __name__ == "__main__":
    main()
