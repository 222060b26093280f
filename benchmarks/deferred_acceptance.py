"""Deferred acceptance on a national market: compiled kernel against the pure-Python twin, in the same run.

``python -m benchmarks.deferred_acceptance [--applicants 100000 --postings 10000 --length 20 --seed 0 --repeats 5]``

CPU seconds after compilation, the smallest of the repeats. The twin starts from ready lists and rank tables, the kernel
from ready arrays; building either is not counted, what the engine needs around the kernel is listed beside it. Memory
is the most that a step adds (Linux only), as a ratio to the arrays of the market; each step starts with the results of
those above it. The twin, whose lists and dictionaries take most of the memory, is left out above 250,000 applicants.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties import blocking_pairs
from matching.statistics import matching_statistics, rank_held
from tests.oracles.pure_python import deferred_acceptance_by_applicants, priority_tables

Answer = TypeVar("Answer")

TWIN_LIMIT = 250_000


def main() -> None:
    options = _options()
    rng = np.random.default_rng(options.seed)
    deferred_acceptance(synthetic_market(50, 10, 5, rng))  # compile, or load what an earlier run compiled
    market = synthetic_market(options.applicants, options.postings, options.length, rng)

    def fresh() -> Market:
        return Market(market.applicants, market.postings, market.capacity)

    size = market_bytes(market)
    join, _ = cpu_seconds(lambda: fresh().rank_at_posting, options.repeats)
    _, join_memory = added_memory(lambda: market.rank_at_posting)
    _ = market.is_strict
    kernel, _ = cpu_seconds(lambda: deferred_acceptance(market), options.repeats)
    matching, kernel_memory = added_memory(lambda: deferred_acceptance(market))
    check, _ = cpu_seconds(lambda: blocking_pairs(market, matching), options.repeats)
    pairs, check_memory = added_memory(lambda: blocking_pairs(market, matching))
    most = max(join_memory, market.rank_at_posting.nbytes + max(kernel_memory, check_memory))

    figures = matching_statistics(market, matching)
    ranks = rank_held(market, matching)
    proposals = int(np.where(ranks < 0, options.length, ranks + 1).sum())
    print(f"{options.applicants} applicants x {options.postings} postings x {options.length}, {os.cpu_count()} cores")
    print(f"placed {figures.n_matched}, first choice {figures.first_choice_share:.1%}, {proposals} proposals")
    rows = [
        ("deferred acceptance, compiled", f"{kernel:.4f} s"),
        *_twin_rows(market, matching, kernel, options),
        ("joining the two sides' lists", f"{join:.4f} s"),
        (f"stability check ({len(pairs)} blocking pairs)", f"{check:.4f} s"),
        ("arrays of the market", f"{size / 2**20:.1f} MiB"),
        ("  added by the join", f"{join_memory / size:.2f} x"),
        ("  added by the mechanism", f"{kernel_memory / size:.2f} x"),
        ("  added by the check", f"{check_memory / size:.2f} x"),
        ("  the market and the most that is added", f"{1 + most / size:.2f} x"),
    ]
    for name, value in rows:
        print(f"{name:<42}{value:>14}")


def _twin_rows(market: Market, matching: Matching, kernel: float, options: argparse.Namespace) -> list[tuple[str, str]]:
    if market.n_applicants > TWIN_LIMIT:
        return []
    twin, same = _twin(market, matching, options.repeats)
    return [
        ("the same, pure Python", f"{twin:.3f} s"),
        ("ratio", f"{twin / max(kernel, 1e-9):.0f} x"),
        ("same matching", str(same)),
    ]


def market_bytes(market: Market) -> int:
    """Size of the arrays that make a market."""
    sides = (market.applicants, market.postings)
    return market.capacity.nbytes + sum(s.indptr.nbytes + s.indices.nbytes + s.ranks.nbytes for s in sides)


def added_memory(call: Callable[[], Answer]) -> tuple[Answer, int]:
    """The answer, and the most memory in bytes that was resident during the call beyond what was before it."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what was freed must not hide what is asked for
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # resets the peak
    before = _resident("VmRSS")
    answer = call()
    return answer, _resident("VmHWM") - before


def _resident(field: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(field))


def synthetic_market(n: int, m: int, length: int, rng: np.random.Generator) -> Market:
    """Lists of ``length`` postings drawn by popularity, half-common tastes and priorities, as many seats as people."""
    popularity = rng.lognormal(sigma=0.5, size=m)
    drawn = np.searchsorted(np.cumsum(popularity / popularity.sum()), rng.random((n, 4 * length))).clip(max=m - 1)
    order = np.argsort(drawn, axis=1, kind="stable")
    in_order = np.take_along_axis(drawn, order, axis=1)
    repeated = np.zeros(drawn.shape, np.bool_)
    np.put_along_axis(repeated, order[:, 1:], in_order[:, 1:] == in_order[:, :-1], axis=1)
    taste = np.where(repeated, -np.inf, np.log(popularity)[drawn] + rng.gumbel(size=drawn.shape))
    best_first = np.argsort(-taste, axis=1)[:, :length]
    kept = ~np.take_along_axis(repeated, best_first, axis=1)
    indices = np.take_along_axis(drawn, best_first, axis=1)[kept]
    applicants = _strict_rows(np.repeat(np.arange(n), kept.sum(axis=1)), indices, n, m)
    people = applicants.rows()
    quality = rng.standard_normal(n)[people] + rng.standard_normal(people.size)
    order = np.lexsort((-quality, applicants.indices))
    postings = _strict_rows(applicants.indices[order].astype(np.int64), people[order], m, n)
    return Market(applicants, postings, rng.multinomial(n, np.ones(m) / m))


def cpu_seconds(call: Callable[[], Answer], repeats: int) -> tuple[float, Answer]:
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        answer = call()
        best = min(best, time.process_time() - start)
    return best, answer


def _strict_rows(rows: np.ndarray, indices: np.ndarray, n: int, n_choices: int) -> Preferences:
    counts = np.bincount(rows, minlength=n)
    indptr = np.concatenate([[0], np.cumsum(counts)])
    return Preferences(indptr, indices, np.arange(indices.size) - np.repeat(indptr[:-1], counts), n_choices)


def _twin(market: Market, matching: Matching, repeats: int) -> tuple[float, bool]:
    applicants = [row.tolist() for row in np.split(market.applicants.indices, market.applicants.indptr[1:-1])]
    postings = [row.tolist() for row in np.split(market.postings.indices, market.postings.indptr[1:-1])]
    tables, seats = priority_tables(postings), market.capacity.tolist()
    seconds, places = cpu_seconds(lambda: deferred_acceptance_by_applicants(applicants, tables, seats), min(repeats, 2))
    return seconds, bool(np.array_equal(places, matching.posting_of))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("applicants", 100_000), ("postings", 10_000), ("length", 20), ("seed", 0), ("repeats", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


if __name__ == "__main__":
    main()
