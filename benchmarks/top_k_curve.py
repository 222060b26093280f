"""Time a pair from 10⁷ pairs to 10¹⁰: the exponent of the time, and what the postings' lists add at small sizes.

``python -m benchmarks.top_k_curve [--largest 10] [--postings 10000] [--width 64] [--threads 1] [--times 15]``

Sizes are half a power of ten apart, on two paths: with ``--postings`` fixed, where applicants grow alone, and with
100 applicants a posting, where both sides grow as a nation does. Three contestants do each block in turn, small sizes
many times over: the *top 50* of applicants, the same with *18 terms and rules*, and with the *top 200 of postings* too.
A market is drawn block by block and forgotten; drawing is not counted. The criterion is an exponent of 1.00 ± 0.03 of
the CPU time over the pairs.

A list of 200 among n applicants takes in about 200 (1 + ln(n / 200)) of them on the way: an item is listed for the time
being when it is among the best so far. So the postings' lists cost a time that grows with the logarithm of n, and with
postings fixed most of all at small sizes. What they add, the third contestant less the second, is told a posting,
beside the limit at the smallest size: numpy's partition of each posting's scores, which are there already, and the sort
of its best 200. The whole time is fitted to ``b pairs + (a + c ln(n / 200)) postings``, the exponent where the pairs
outweigh is that of the second contestant.
"""

from __future__ import annotations

import argparse
from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks import figures
from benchmarks.drawn_sides import applicant_side, posting_side, vectors
from benchmarks.figures import Figure
from benchmarks.fits import fit_costs, power_law
from benchmarks.limits import peak_gib
from benchmarks.top_k import PLAIN, TERMS, warm_up
from benchmarks.turns import Turns
from matching.ranking.score_sides import ApplicantBlock, ApplicantSide, Postings, PostingSide
from matching.ranking.top_k import PreparedPostings, prepare_postings, top_k_of_block
from matching.ranking.top_lists import TopLists

ROWS = "18 terms, rules, top 50"
_CONTESTANTS = {PLAIN: ("plain", 0), ROWS: ("terms", 0), TERMS: ("terms", 200)}
_LEAST, _MOST, _LENGTH = 0.97, 1.03, 200
_RATIO = 100
"""Applicants a posting where both sides grow."""

_PAIRS_A_SIZE = 2 * 10**8
"""Small sizes are repeated until they have done so many: shorter times would be those of the clock."""


def main() -> None:
    options = _options()
    rng = np.random.default_rng(0)
    pairs = [10 ** (e / 2) for e in range(14, 2 * options.largest + 1)]
    fixed = [(round(p / options.postings), options.postings) for p in pairs]
    grown = [(round((p * _RATIO) ** 0.5), round((p / _RATIO) ** 0.5)) for p in pairs]
    prepared = {m: _prepared(rng, m, options.width) for m in sorted({m for _, m in (*fixed, *grown)})}
    warm_up(prepared[options.postings], rng, options.width)
    with threadpool_limits(options.threads):
        times = {size: _measured(prepared[size[1]], *size, options) for size in dict.fromkeys([*fixed, *grown])}
        bare = _bare_lists(rng, *fixed[0])
    found = _exponents(fixed, times, f"{options.postings:,} postings")
    found += _exponents(grown, times, f"{_RATIO} applicants a posting")
    found += _of_lists(fixed, [times[size] for size in fixed], bare)
    print(f"peak {peak_gib():.2f} GiB")
    figures.keep(options.figures, found)


def _prepared(rng: np.random.Generator, m: int, width: int) -> dict[str, PreparedPostings]:
    drawn = vectors(rng, m, width)
    return {
        "plain": prepare_postings(Postings(PostingSide(drawn))),
        "terms": prepare_postings(Postings(posting_side(rng, drawn))),
    }


def _measured(prepared: dict[str, PreparedPostings], n: int, m: int, options: argparse.Namespace) -> dict[str, float]:
    """CPU seconds of one pass of each contestant."""
    repeats = max(1, min(options.times, _PAIRS_A_SIZE // (n * m)))
    passes = list[dict[str, float]]()
    for _ in range(repeats):
        turns = _pass(prepared, n, m, options)
        passes.append({name: turns.total(name) for name in _CONTESTANTS})
    middle = {name: float(np.median([one[name] for one in passes])) for name in _CONTESTANTS}
    told = "".join(f"{name} {middle[name] / (n * m) * 1e9:6.2f} ns a pair   " for name in _CONTESTANTS)
    print(f"{n:>9,} × {m:>6,}, {repeats:2} times: {told}", flush=True)
    return middle


def _pass(prepared: dict[str, PreparedPostings], n: int, m: int, options: argparse.Namespace) -> Turns:
    """Blocks as they would be read from a file: made, listed, and forgotten."""
    rng, known, turns = np.random.default_rng(1), dict[str, TopLists](), Turns()
    for first in range(0, n, options.block):
        drawn = vectors(rng, min(options.block, n - first), options.width)
        sides = {"plain": ApplicantSide(drawn), "terms": applicant_side(rng, drawn, m)}
        for name, (kind, length) in _CONTESTANTS.items():
            listing = partial(
                top_k_of_block,
                ApplicantBlock(first, sides[kind]),
                prepared[kind],
                per_posting=length,
                known=known.get(name),
                threads=options.threads,
            )
            known[name] = turns.run(name, len(drawn) * m, listing).postings
    return turns


def _exponents(sizes: list[tuple[int, int]], times: dict[tuple[int, int], dict[str, float]], path: str) -> list[Figure]:
    found = []
    for name in _CONTESTANTS:
        law = power_law([n * m for n, m in sizes], [times[size][name] for size in sizes])
        print(
            f"{path}: {name:<26} exponent {law.exponent:.3f} (wanted {_LEAST} to {_MOST}), residuals {law.spread:.1%}"
        )
        found.append(Figure(name=f"exponent, {name}, {path}", value=law.exponent, unit="", least=_LEAST, most=_MOST))
    return found


def _bare_lists(rng: np.random.Generator, n: int, m: int) -> float:
    """CPU seconds of numpy's selection from scores that are there."""
    scores, turns, length = rng.random((m, n), dtype=np.float32), Turns(), min(_LENGTH, n - 1)
    for _ in range(3):
        turns.run("bare", n * m, lambda: np.sort(np.partition(scores, n - length, axis=1)[:, -length:], axis=1))
    return turns.total("bare") / 3


def _of_lists(sizes: list[tuple[int, int]], curves: list[dict[str, float]], bare: float) -> list[Figure]:
    """What the postings' lists add, and the whole time as pairs and lists."""
    drivers = [[n * m, m, m * max(np.log(n / _LENGTH), 0.0)] for n, m in sizes]
    costs = [one[TERMS] for one in curves]
    a_pair, fixed, a_step = fit_costs(drivers, costs)
    of_posting = f"{fixed * 1e6:.1f} + {a_step * 1e6:.1f} ln(n / {_LENGTH})"
    print(f"{TERMS}: {a_pair * 1e9:.2f} ns a pair and {of_posting} µs a posting")
    for (n, m), one, of in zip(sizes, curves, drivers, strict=True):
        added, fitted = one[TERMS] - one[ROWS], float(np.dot((a_pair, fixed, a_step), of))
        print(
            f"{n * m:>15,} pairs: lists add {added / m * 1e6:5.1f} µs a posting, {added / one[TERMS]:4.0%}; "
            f"the fit is {fitted / one[TERMS] - 1:+.1%} off"
        )
    (n, m), added = sizes[0], curves[0][TERMS] - curves[0][ROWS]
    print(f"numpy's partition and sort of {n:,} scores that are there: {bare / m * 1e6:.1f} µs a posting")
    return [
        Figure(name="18 terms, rules, both: of each pair", value=a_pair * 1e9, unit="CPU ns"),
        Figure(
            name=f"and of a posting's list among {n:,} applicants",
            value=added / m * 1e6,
            unit="CPU µs",
            ratio=added / bare,
            against="numpy's partition and sort alone",
        ),
        Figure(name="and for e times as many applicants", value=a_step * 1e6, unit="CPU µs more"),
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=10, help="power of ten")
    parser.add_argument("--postings", type=int, default=10_000)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--block", type=int, default=50_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--times", type=int, default=15, help="most passes of a size")
    figures.add_option(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
