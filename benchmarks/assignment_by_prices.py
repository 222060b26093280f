"""The optimal assignment found by prices, against the same assignment of the whole table.

``python -m benchmarks.assignment_by_prices [--applicants 20000] [--postings 2000] [--width 16] [--without-table]``

Prints passes, pairs solved, the gap to the bound, seconds and peak memory of each way, with the bare matrix product of
the same run as the limit of one pass; exit status 1 where the values differ by more than a millionth.
``--without-table`` leaves the table out, where it does not fit.
"""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np

from benchmarks import figures
from benchmarks.drawn_sides import vectors
from benchmarks.figures import Figure
from benchmarks.limits import bare_product, peak_gib
from matching.mechanisms.assignment.by_prices import assignment_by_prices
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.ranking import ApplicantBlock, ApplicantSide, Postings, PostingSide
from matching.scored_pairs import ScoredPairs

_BLOCK = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applicants", type=int, default=20_000)
    parser.add_argument("--postings", type=int, default=2_000)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--without-table", action="store_true")
    figures.add_option(parser)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    left, right = (vectors(rng, n, options.width, is_positive=True) for n in (options.applicants, options.postings))
    seats = rng.integers(1, 1 + 2 * max(1, options.applicants // options.postings // 2), options.postings)
    blocks = [ApplicantBlock(at, ApplicantSide(left[at : at + _BLOCK])) for at in range(0, options.applicants, _BLOCK)]
    assignment_by_prices(lambda: [ApplicantBlock(0, ApplicantSide(left[:50]))], Postings(PostingSide(right)), seats)

    started = time.perf_counter()
    bare_product(left, right)
    bare = time.perf_counter() - started
    started = time.perf_counter()
    found = assignment_by_prices(lambda: blocks, Postings(PostingSide(right)), seats)
    taken = time.perf_counter() - started
    value = found.assignment.value
    print(f"{options.applicants:,} x {options.postings:,}, {int(seats.sum()):,} seats; bare product {bare:.2f} s")
    print(
        f"by prices {taken:.1f} s, {found.passes} passes, {found.n_pairs:,} pairs of "
        f"{options.applicants * options.postings:,}; value {value:.6f}, gap {found.gap:.2e}"
    )
    figures.keep(
        options.figures,
        [
            Figure(name="assignment by prices", value=taken, unit="s", ratio=taken / bare, against="the bare product"),
            Figure(name="its gap to the bound", value=found.gap / value, unit="of the value", most=1e-6),
            Figure(name="its peak memory", value=peak_gib(), unit="GiB"),
        ],
    )
    if options.without_table:
        return
    started = time.perf_counter()
    whole = optimal_assignment(ScoredPairs.from_dense(left.astype(np.float64) @ right.T.astype(np.float64)), seats)
    print(f"whole table {time.perf_counter() - started:.1f} s, value {whole.value:.6f}")
    sys.exit(0 if abs(whole.value - value) <= 1e-6 * max(1.0, abs(whole.value)) else 1)


if __name__ == "__main__":
    main()
