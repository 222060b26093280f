"""Regional caps on a national market: flexible deferred acceptance against split caps and no caps; floors besides.

``python -m benchmarks.regional_caps [--applicants 100000 --postings 10000 --length 20 --regions 47 --seed 0]``

CPU seconds after compilation, the smallest of the repeats. Every region may hold ``--share`` of its seats; targets are
the cap split in proportion to capacities. Floors are tried with twice the seats and caps: every sixth region must hold
three tenths more than it gets without them. The pure-Python twin, which makes the choice from all proposals anew after
each, runs at ``--small`` applicants beside the kernel.
"""

from __future__ import annotations

import argparse
import os
import resource
from dataclasses import replace

import numpy as np

from benchmarks.deferred_acceptance import cpu_seconds, synthetic_market
from matching.market import Market
from matching.mechanisms.regions.regional_caps import flexible_deferred_acceptance, japan_residency_matching
from matching.mechanisms.regions.regional_floors import regional_matching_with_floors
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.outcome import Matching
from matching.properties.regional import regional_blocking, regional_violations
from matching.regions import Regions
from matching.statistics import matching_statistics
from matching.targets import UNDECLARED, fill_targets
from tests.oracles.regions import flexible_deferred_acceptance as twin_of


def main() -> None:
    options = _options()
    rng = np.random.default_rng(options.seed)
    small = synthetic_market(options.small, max(options.small // 10, 2), 5, rng)
    small_regions = capped_regions(small, 3, options.share, rng)
    flexible_deferred_acceptance(small, small_regions)  # compile, or load what an earlier run compiled
    market = synthetic_market(options.applicants, options.postings, options.length, rng)
    regions = capped_regions(market, options.regions, options.share, rng)
    _ = market.rank_at_posting, market.is_strict

    runs = {
        "deferred acceptance, caps ignored": cpu_seconds(lambda: deferred_acceptance(market), options.repeats),
        "split caps (residency match)": cpu_seconds(lambda: japan_residency_matching(market, regions), options.repeats),
        "flexible deferred acceptance": cpu_seconds(
            lambda: flexible_deferred_acceptance(market, regions), options.repeats
        ),
    }
    check, found = cpu_seconds(
        lambda: regional_blocking(market, regions, runs["flexible deferred acceptance"][1]), options.repeats
    )
    print(f"{options.applicants} applicants x {options.postings} postings x {options.length}, {os.cpu_count()} cores")
    print(f"{options.regions} regions that may hold {options.share:.0%} of their seats")
    plain = runs["deferred acceptance, caps ignored"][0]
    for name, (seconds, matching) in runs.items():
        print(f"{name:<36}{seconds:>9.4f} s{seconds / max(plain, 1e-9):>7.1f} x  {_outcome(market, regions, matching)}")
    print(f"{'blocking pairs under caps':<36}{check:>9.4f} s           {_blocking(found.tolerated_by_stable)}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")
    _print_floors(market, regions)
    kernel, quick = cpu_seconds(lambda: flexible_deferred_acceptance(small, small_regions), options.repeats)
    twin, slow = cpu_seconds(lambda: twin_of(small, small_regions), 1)
    same = slow == quick.posting_of.tolist()
    print(f"{options.small} applicants: kernel {kernel:.5f} s, pure Python {twin:.3f} s, same matching {same}")


def capped_regions(market: Market, n_regions: int, share: float, rng: np.random.Generator) -> Regions:
    region_of = rng.integers(0, n_regions, market.n_postings)
    seats = np.bincount(region_of, weights=market.capacity, minlength=n_regions)
    cap, turn = np.floor(share * seats).astype(np.int64), np.arange(market.n_postings)
    undeclared = np.full(market.n_postings, UNDECLARED)
    target = fill_targets(
        undeclared, market.capacity, region_of=region_of, parent=np.full(n_regions, -1), cap=cap, turn=turn
    )
    return Regions.flat(region_of, cap, target)


def _print_floors(market: Market, regions: Regions) -> None:
    roomy = Market(market.applicants, market.postings, 2 * market.capacity)
    wide = replace(regions, cap=2 * regions.cap)
    without = flexible_deferred_acceptance(roomy, wide)
    held = wide.held(without.n_held)
    wanted = np.minimum(wide.cap, held * 13 // 10) * (np.arange(held.size) % 6 == 0)
    floored = replace(wide, floor=wanted)
    regional_matching_with_floors(roomy, floored, exact_up_to=0)  # compile, or load what an earlier run compiled
    seconds, found = cpu_seconds(lambda: regional_matching_with_floors(roomy, floored, exact_up_to=0), 1)
    missing, moved = (
        np.maximum(wanted - held, 0).sum(),
        np.count_nonzero(found.matching.posting_of != without.posting_of),
    )
    print(f"{'caps and floors':<36}{seconds:>9.4f} s           {missing} people missing, {moved} moved to mend that")
    complaints = f"{found.n_blocking} pairs block, {found.n_held_back} are held back by a floor"
    print(f"{complaints}, {found.matching.n_matched} placed")


def _outcome(market: Market, regions: Regions, matching: Matching) -> str:
    figures = matching_statistics(market, matching)
    over = regional_violations(regions, matching).over_cap.size
    return f"placed {figures.n_matched}, first choice {figures.first_choice_share:.1%}, {over} regions over their cap"


def _blocking(tolerated: np.ndarray) -> str:
    return f"{tolerated.size} pairs without caps, {np.count_nonzero(~tolerated)} not excused by them"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sizes = (("applicants", 100_000), ("postings", 10_000), ("length", 20), ("regions", 47), ("small", 400))
    for name, default in (*sizes, ("seed", 0), ("repeats", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--share", type=float, default=0.7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
