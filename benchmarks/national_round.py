"""A round of the whole country: scores, lists, market, ties, deferred acceptance, and the check that shares no code.

``python -m benchmarks.national_round [--applicants 100000] [--postings 10000] [--width 64] [--length 50]``

Each side has a score of its own (``--width`` float32 numbers), a rule leaves out a tenth of the pairs, and every town
has one to five seats. Prints what each step took, with the bare matrix product of the same size in the same run as the
limit of what scores can cost. Exit status 1 where a listed pair blocks the matching; pairs in no list are not searched.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np

from benchmarks import figures
from benchmarks.drawn_sides import vectors
from benchmarks.figures import Figure
from benchmarks.limits import bare_product, peak_gib
from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.stable.ties import break_ties
from matching.properties import blocking_pairs
from matching.ranking.listed_market import listed_market
from matching.ranking.score_sides import ApplicantBlock, ApplicantSide, Postings, PostingSide, RuleTable

T = TypeVar("T")
_BLOCK, _BARE = 10_000, "bare product"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applicants", type=int, default=100_000)
    parser.add_argument("--postings", type=int, default=10_000)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--length", type=int, default=50)
    figures.add_option(parser)
    options = parser.parse_args()
    _round(200, 50, options.width, 10)  # kernels are compiled before anything is measured
    print(f"{options.applicants:,} applicants, {options.postings:,} postings, lists of {options.length}")
    steps, n_blocking = _round(options.applicants, options.postings, options.width, options.length, is_told=True)
    figures.keep(options.figures, _figures(steps, n_blocking))
    sys.exit(0 if n_blocking == 0 else 1)


def _round(n: int, m: int, width: int, length: int, *, is_told: bool = False) -> tuple[dict[str, float], int]:
    """Seconds of each step, and how many pairs block the result."""
    rng, steps = np.random.default_rng(0), dict[str, float]()
    postings = Postings(_posting_side(rng, m, width), _posting_side(rng, m, width))
    seats, blocks = rng.integers(1, 6, m), list(_blocks(rng, n, width))

    def timed(name: str, step: Callable[[], T]) -> T:
        started = time.perf_counter()
        done = step()
        steps[name] = time.perf_counter() - started
        return done

    timed(_BARE, lambda: [bare_product(b.by_applicant.vectors, postings.by_applicant.vectors) for b in blocks])
    market: Market = timed("lists and market", lambda: listed_market(blocks, postings, seats, per_applicant=length))
    strict = timed("ties broken", lambda: break_ties(market, rng=rng).market)
    matching = timed("deferred acceptance", lambda: deferred_acceptance(strict))
    n_blocking = len(timed("blocking pairs searched", lambda: blocking_pairs(market, matching)))
    if is_told:
        for name, seconds in steps.items():
            print(f"{name:24s} {seconds:8.2f} s {seconds / steps[_BARE]:7.2f} x bare product")
        n_placed = int((matching.posting_of >= 0).sum())
        told = f"{n_placed:,} placed on {int(seats.sum()):,} seats; {n_blocking} blocking pairs"
        print(f"{told}; peak {peak_gib():.2f} GiB")
    return steps, n_blocking


def _figures(steps: dict[str, float], n_blocking: int) -> list[Figure]:
    whole = sum(seconds for name, seconds in steps.items() if name != _BARE)
    return [
        Figure(
            name=f"national round, {name}",
            value=seconds,
            unit="s",
            ratio=seconds / steps[_BARE],
            against="the bare product",
        )
        for name, seconds in (*steps.items(), ("whole", whole))
    ] + [
        Figure(name="national round, blocking pairs among the listed", value=n_blocking, unit="", most=0),
        Figure(name="national round, peak memory", value=peak_gib(), unit="GiB"),
    ]


def _posting_side(rng: np.random.Generator, m: int, width: int) -> PostingSide:
    return PostingSide(vectors(rng, m, width), rules=(RuleTable(rng.random((50, 50)) < 0.1, rng.integers(0, 50, m)),))


def _blocks(rng: np.random.Generator, n: int, width: int) -> Iterator[ApplicantBlock]:
    for first in range(0, n, _BLOCK):
        r = min(_BLOCK, n - first)
        states = rng.integers(0, 50, (r, 1))
        sides = [ApplicantSide(vectors(rng, r, width), states=states) for _ in range(2)]
        yield ApplicantBlock(first, *sides)


if __name__ == "__main__":
    main()
