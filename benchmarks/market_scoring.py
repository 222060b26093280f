"""Rules and all terms of a national market: 10,000 applicants × about 3,300 seats, verdicts and both sides' scores.

Prints CPU and wall seconds of each step and two ratios measured in the same run: the score block against the bare
matrix product of the same shape (its limit), and verdicts of the whole market against one pair at a time.

    python -m benchmarks.market_scoring [--applicants N] [--postings M]
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from features.market.scored_market import read_market
from features.rules import eligibility
from features.synthetic import sample_date, sample_market


@contextmanager
def _timed(label: str, times: dict[str, float]) -> Iterator[None]:
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    times[label] = time.perf_counter() - wall
    print(f"{label:<58}{time.process_time() - cpu:9.2f} s CPU{times[label]:9.2f} s wall")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applicants", type=int, default=10_000)
    parser.add_argument("--postings", type=int, default=3_240)
    options = parser.parse_args()
    times: dict[str, float] = {}
    everything = slice(None)
    with _timed("sample market (not part of the path)", times):
        records = sample_market(n_applicants=options.applicants, n_postings=options.postings)
    market = read_market(records, on=sample_date())
    with _timed("records -> columns", times):
        n, m = len(market.applicants), len(market.postings)
    with _timed("rules: states and tables", times):
        verdicts = market.verdicts
    with _timed(f"rules: {n:,} x {m:,} verdict codes", times):
        codes = verdicts.codes(everything, everything)
    with _timed("terms of the coordinator's score (texts read)", times):
        coordinator = market.coordinator
    with _timed("terms of the applicant's score", times):
        applicant = market.applicant
    for side, scores in (("coordinator", coordinator), ("applicant", applicant)):
        with _timed(f"{side}'s score block, first", times):
            block = scores.block(everything, everything)
        with _timed(f"{side}'s score block, again", times):
            block = scores.block(everything, everything)
    width = applicant.product_width
    left, right = np.ones((n, width)), np.ones((m, width))
    with _timed(f"bare product of the same shape, width {width:,}", times):
        left @ right.T
    sample = [(i, i % m) for i in range(0, n, max(1, n // 200))]
    with _timed(f"rules, one pair at a time ({len(sample)} pairs)", times):
        for i, j in sample:
            eligibility(market.records.applicants[i], market.records.postings[j], on=market.on)
    pair_by_pair = times[f"rules, one pair at a time ({len(sample)} pairs)"] / len(sample) * n * m
    at_once = times["rules: states and tables"] + times[f"rules: {n:,} x {m:,} verdict codes"]
    print(f"\nexcluded pairs: {np.mean(codes == 3):.1%}, mean own score {block.mean():.3f}")
    again = times["applicant's score block, again"]
    bare = times[f"bare product of the same shape, width {width:,}"]
    print(f"score block / bare product: {again / bare:.2f}")
    print(f"rules pair by pair / at once: {pair_by_pair / at_once:,.0f}")
    print(f"cores {os.cpu_count()}, peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")


if __name__ == "__main__":
    main()
