"""Best postings and best applicants of a market in one pass, against the bare matrix product and faiss's flat index.

``python -m benchmarks.top_k [--applicants 100000] [--postings 10000] [--width 64] [--block 10000] [--threads 2]``

Every block of applicants is done by each contestant in turn, so that whatever else the machine does meets all alike;
ratios are those of the sums, and beside them the median of the blocks' ratios. The limit is the quickest of five ways
to cut the bare float32 product of the block, which keeps nothing. *18 terms*: the vectors, which hold two, and sixteen
tables with weights of applicants and postings, eight rules that leave out about a third, one exception an applicant,
and both directions. faiss is measured where it is installed, and its lists are compared. All contestants have as many
threads; on a machine that others use, read the CPU seconds. ``--large`` runs one million applicants with 18 terms and
nothing else; ``--curve`` the same passes for 10⁷ to 10⁹ pairs, or 10¹⁰ with ``--large``, and fits the exponent of the
time.
"""

from __future__ import annotations

import argparse
import importlib
import resource
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from matching.ranking.score_sides import (
    ApplicantBlock,
    ApplicantSide,
    PairExceptions,
    Postings,
    PostingSide,
    RuleTable,
    ScoreTable,
)
from matching.ranking.top_k import BlockLists, PreparedPostings, prepare_postings, top_k_of_block

N_TABLES, N_RULES = 16, 8
CUTS = (32, 256), (512, 128), (256, 1024), (1024, 1024), (1024, 10_000)
PLAIN, BOTH, TERMS = "top 50", "top 50, and top 200 of postings", "18 terms, rules, both"

Times = dict[str, list[tuple[float, float]]]
"""Wall and CPU seconds of each contestant, block after block."""


def main() -> None:
    options = _options()
    rng = np.random.default_rng(0)
    others = _vectors(rng, options.postings, options.width)
    prepared = {
        "plain": prepare_postings(Postings(PostingSide(others))),
        "terms": prepare_postings(Postings(_posting_side(rng, others))),
    }
    _warm_up(prepared, rng, options.width)
    with threadpool_limits(options.threads):
        if options.curve:
            _curve(prepared, options)
        elif options.large:
            _large(prepared["terms"], options)
        else:
            _against_peers(prepared, rng, others, options)


def _against_peers(
    prepared: dict[str, PreparedPostings], rng: np.random.Generator, others: np.ndarray, options: argparse.Namespace
) -> None:
    flat = _faiss_index(others, options.threads)
    times, known, agreeing = Times(), dict[str, BlockLists](), list[float]()
    for first in range(0, options.applicants, options.block):
        r = min(options.block, options.applicants - first)
        vectors = _vectors(rng, r, options.width)
        side = _applicant_side(rng, vectors, options.postings)
        for cut in CUTS:
            _timed(times, f"bare product, {cut}", partial(_bare, vectors, others, cut))
        block, of_terms = ApplicantBlock(first, ApplicantSide(vectors)), ApplicantBlock(first, side)
        for name, (given, postings, k) in {
            PLAIN: (block, prepared["plain"], 0),
            BOTH: (block, prepared["plain"], 200),
            TERMS: (of_terms, prepared["terms"], 200),
        }.items():
            before = known[name].postings if name in known else None
            listed = partial(top_k_of_block, given, postings, per_posting=k, known=before, threads=options.threads)
            known[name] = _timed(times, name, listed)
        if flat is not None:
            found = _timed(times, "faiss flat, top 50", partial(flat.search, vectors, 50))
            agreeing.append(float((found[1] == known[PLAIN].applicants.items).mean()))
    _print(times, agreeing, options.applicants * options.postings)


def _large(postings: PreparedPostings, options: argparse.Namespace) -> None:
    started = time.perf_counter()
    wall, cpu, checksum = _pass(postings, options.applicants, options, is_plain=False)
    n_pairs, elapsed = options.applicants * options.postings, time.perf_counter() - started
    print(f"{options.applicants:,} x {options.postings:,}, 18 terms, rules, both directions: checksum {checksum:x}")
    print(f"{wall:.0f} s wall, {cpu:.0f} s CPU, {cpu / n_pairs * 1e9:.2f} CPU ns a pair")
    print(f"{elapsed:.0f} s wall with making the market; peak {_peak():.2f} GiB")


def _curve(prepared: dict[str, PreparedPostings], options: argparse.Namespace) -> None:
    """Time a pair at sizes that differ by tens: the median of three passes, the largest once."""
    sizes = [10**e // options.postings for e in range(7, 11 if options.large else 10)]
    for name, is_plain in ((PLAIN, True), (TERMS, False)):
        cpus = list[float]()
        for n in sizes:
            repeats = 1 if n == sizes[-1] else 3
            postings = prepared["plain" if is_plain else "terms"]
            passes = [_pass(postings, n, options, is_plain=is_plain) for _ in range(repeats)]
            wall, cpu = (float(np.median([one[x] for one in passes])) for x in (0, 1))
            cpus.append(cpu)
            pairs = n * options.postings
            told = f"{pairs:>16,} pairs: {wall:8.2f} s wall, {cpu:8.2f} s CPU, {cpu / pairs * 1e9:6.2f} ns a pair"
            print(f"{name:<24}{told}", flush=True)
        exponent = np.polyfit(np.log([n * options.postings for n in sizes]), np.log(cpus), 1)[0]
        print(f"{name:<24}exponent {exponent:.3f}, peak {_peak():.2f} GiB")


def _pass(
    prepared: PreparedPostings, n_applicants: int, options: argparse.Namespace, *, is_plain: bool
) -> tuple[float, float, int]:
    """Blocks as they would be read from a file: made, listed, and forgotten."""
    rng, known, times, checksum = np.random.default_rng(1), None, Times(), 0
    for first in range(0, n_applicants, options.block):
        vectors = _vectors(rng, min(options.block, n_applicants - first), options.width)
        side = ApplicantSide(vectors) if is_plain else _applicant_side(rng, vectors, options.postings)
        listed = partial(
            top_k_of_block,
            ApplicantBlock(first, side),
            prepared,
            per_posting=0 if is_plain else 200,
            known=known,
            threads=options.threads,
        )
        lists = _timed(times, "lists", listed)
        known, checksum = lists.postings, checksum ^ int(np.bitwise_xor.reduce(lists.applicants.units.ravel()))
    wall, cpu = np.sum(times["lists"], axis=0).tolist()
    return wall, cpu, checksum


def _posting_side(rng: np.random.Generator, vectors: np.ndarray) -> PostingSide:
    m, tables, rules = len(vectors), list[ScoreTable](), list[RuleTable]()
    for t in range(N_TABLES):
        shape = _table_shape(t)
        tables.append(ScoreTable(rng.random(shape), rng.integers(0, shape[1], m), rng.uniform(0.5, 1.0, m)))
    for _ in range(N_RULES):
        rules.append(RuleTable(rng.random((50, 50)) < 0.05, rng.integers(0, 50, m)))
    return PostingSide(vectors, tuple(tables), tuple(rules))


def _applicant_side(rng: np.random.Generator, vectors: np.ndarray, n_postings: int) -> ApplicantSide:
    r = len(vectors)
    weights = rng.dirichlet(np.ones(N_TABLES + 2), r)
    codes = np.stack([rng.integers(0, _table_shape(t)[0], r) for t in range(N_TABLES)], axis=1)
    return ApplicantSide(
        vectors * weights[:, -1:],
        codes=codes,
        weights=weights[:, :N_TABLES],
        states=rng.integers(0, 50, (r, N_RULES)),
        exceptions=PairExceptions(np.arange(r), rng.integers(0, n_postings, r), rng.random(r) < 0.5),
    )


def _table_shape(t: int) -> tuple[int, int]:
    """Most tables are small; two compare prefectures."""
    return (47, 47) if t < 2 else (3 + t % 5, 3 + t % 7)


def _vectors(rng: np.random.Generator, n: int, width: int) -> np.ndarray:
    vectors = rng.standard_normal((n, width), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.rint(vectors * 2.0**24) / 2.0**24, dtype=np.float32)


def _bare(left: np.ndarray, right: np.ndarray, cut: tuple[int, int]) -> None:
    columns = np.ascontiguousarray(right.T)
    room = np.empty((min(cut[0], len(left)), min(cut[1], len(right))), np.float32)
    for i in range(0, len(left), cut[0]):
        part = left[i : i + cut[0]]
        for j in range(0, len(right), cut[1]):
            others = columns[:, j : j + cut[1]]
            np.matmul(part, others, out=room[: len(part), : others.shape[1]])


def _faiss_index(others: np.ndarray, threads: int) -> Any:
    try:
        faiss: Any = importlib.import_module("faiss")
    except ImportError:
        return None
    faiss.omp_set_num_threads(threads)
    index = faiss.IndexFlatIP(others.shape[1])
    index.add(others)
    return index


def _warm_up(prepared: dict[str, PreparedPostings], rng: np.random.Generator, width: int) -> None:
    vectors = _vectors(rng, 300, width)
    side = _applicant_side(rng, vectors, len(prepared["terms"].postings))
    top_k_of_block(ApplicantBlock(0, ApplicantSide(vectors)), prepared["plain"])
    top_k_of_block(ApplicantBlock(0, side), prepared["terms"])


def _timed(times: Times, name: str, run: Callable[[], Any]) -> Any:
    wall, cpu = time.perf_counter(), time.process_time()
    result = run()
    times.setdefault(name, []).append((time.perf_counter() - wall, time.process_time() - cpu))
    return result


def _print(times: Times, agreeing: list[float], n_pairs: int) -> None:
    sums = {name: np.sum(seconds, axis=0) for name, seconds in times.items()}
    bare = [min((name for name in sums if name.startswith("bare")), key=lambda name: sums[name][x]) for x in (0, 1)]
    print(f"{n_pairs:,} pairs{'wall s':>34}{'x bare':>9}{'median':>9}{'CPU s':>9}{'x bare':>9}{'median':>9}")
    for name in times:
        print(f"{name:<40}" + "".join(_columns(times, sums, name, bare[x], x) for x in (0, 1)))
    if agreeing:
        wall, cpu = (sums["faiss flat, top 50"][x] / sums[PLAIN][x] for x in (0, 1))
        print(f"faiss / top 50: wall {wall:.2f}, CPU {cpu:.2f}")
        print(f"items that stand where faiss has them: {np.mean(agreeing):.6%}")
    print(f"peak memory {_peak():.2f} GiB")


def _columns(times: Times, sums: dict[str, np.ndarray], name: str, bare: str, x: int) -> str:
    ratios = [one[x] / other[x] for one, other in zip(times[name], times[bare], strict=True)]
    return f"{sums[name][x]:9.2f}{sums[name][x] / sums[bare][x]:9.2f}{np.median(ratios):9.2f}"


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applicants", type=int)
    parser.add_argument("--postings", type=int, default=10_000)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--block", type=int)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--curve", action="store_true")
    options = parser.parse_args()
    options.applicants = options.applicants or (1_000_000 if options.large else 100_000)
    options.block = options.block or (50_000 if options.large or options.curve else 10_000)
    return options


if __name__ == "__main__":
    main()
