"""Best postings and best applicants of a market in one pass, against the bare matrix product and faiss's flat index.

``python -m benchmarks.top_k [--applicants 100000] [--postings 10000] [--width 64] [--block 10000] [--large]``

Every block of applicants is done by each contestant in turn, so that whatever else the machine does meets all alike;
ratios are those of the sums. The limit is the quickest of three ways to cut the bare float32 product of the block,
which keeps nothing. *18 terms*: the vectors, which hold two, and sixteen tables with weights of applicants and
postings, eight rules that leave out about a third, one exception an applicant, and both directions. faiss is measured
where it is installed, and its lists are compared. ``OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1`` measures one thread of
each; on a machine that others use, read the CPU seconds. ``--large`` runs one million applicants with 18 terms and
nothing else.
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
CUTS = (256, 1024), (1024, 1024), (1024, 10_000)

Times = dict[str, list[float]]


def main() -> None:
    options = _options()
    rng = np.random.default_rng(0)
    others = _vectors(rng, options.postings, options.width)
    plain, terms = Postings(PostingSide(others)), Postings(_posting_side(rng, others))
    if options.large:
        _large(terms, options)
        return
    prepared = {"plain": prepare_postings(plain), "terms": prepare_postings(terms)}
    flat = _faiss_index(others)
    _warm_up(prepared, rng, options.width)
    times, known = Times(), dict[str, BlockLists]()
    agreeing: list[float] = []
    for first in range(0, options.applicants, options.block):
        r = min(options.block, options.applicants - first)
        vectors = _vectors(rng, r, options.width)
        side = _applicant_side(rng, vectors, options.postings)
        for cut in CUTS:
            _timed(times, f"bare product, {cut}", partial(_bare, vectors, others, cut))
        block, of_terms = ApplicantBlock(first, ApplicantSide(vectors)), ApplicantBlock(first, side)
        for name, (given, postings, k) in {
            "top 50": (block, prepared["plain"], 0),
            "top 50, and top 200 of postings": (block, prepared["plain"], 200),
            "18 terms, rules, both": (of_terms, prepared["terms"], 200),
        }.items():
            before = known[name].postings if name in known else None
            listed = partial(top_k_of_block, given, postings, per_posting=k, known=before)
            known[name] = _timed(times, name, listed)
        if flat is not None:
            found = _timed(times, "faiss flat, top 50", partial(flat.search, vectors, 50))
            agreeing.append(float((found[1] == known["top 50"].applicants.items).mean()))
    _print(times, agreeing, options.applicants * options.postings)


def _large(postings: Postings, options: argparse.Namespace) -> None:
    """Blocks as they would be read from a file: made, listed, and forgotten."""
    prepared, rng = prepare_postings(postings), np.random.default_rng(1)
    known, times, checksum = None, Times(), 0
    started = time.perf_counter()
    for first in range(0, options.applicants, options.block):
        vectors = _vectors(rng, min(options.block, options.applicants - first), options.width)
        block = ApplicantBlock(first, _applicant_side(rng, vectors, options.postings))
        lists = _timed(times, "lists", partial(top_k_of_block, block, prepared, known=known))
        known, checksum = lists.postings, checksum ^ int(np.bitwise_xor.reduce(lists.applicants.units.ravel()))
    wall, cpu = times["lists"][0], times["lists"][1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    n_pairs, elapsed = options.applicants * options.postings, time.perf_counter() - started
    print(f"{options.applicants:,} x {options.postings:,}, 18 terms, rules, both directions: checksum {checksum:x}")
    print(f"{wall:.0f} s wall, {cpu:.0f} s CPU, {cpu / n_pairs * 1e9:.2f} CPU ns a pair")
    print(f"{elapsed:.0f} s wall with making the market; peak {peak:.2f} GiB")


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


def _faiss_index(others: np.ndarray) -> Any:
    try:
        faiss: Any = importlib.import_module("faiss")
    except ImportError:
        return None
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
    so_far = times.setdefault(name, [0.0, 0.0])
    so_far[0] += time.perf_counter() - wall
    so_far[1] += time.process_time() - cpu
    return result


def _print(times: Times, agreeing: list[float], n_pairs: int) -> None:
    bare = [min(seconds[x] for name, seconds in times.items() if name.startswith("bare")) for x in (0, 1)]
    print(f"{n_pairs:,} pairs{'wall s':>34}{'x bare':>9}{'CPU s':>9}{'x bare':>9}")
    for name, (wall, cpu) in times.items():
        print(f"{name:<40}{wall:9.2f}{wall / bare[0]:9.2f}{cpu:9.2f}{cpu / bare[1]:9.2f}")
    if agreeing:
        peer = times["faiss flat, top 50"]
        wall, cpu = (peer[x] / times["top 50"][x] for x in (0, 1))
        print(f"faiss / top 50: wall {wall:.2f}, CPU {cpu:.2f}")
        print(f"items that stand where faiss has them: {np.mean(agreeing):.6%}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applicants", type=int)
    parser.add_argument("--postings", type=int, default=10_000)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--block", type=int)
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    options.applicants = options.applicants or (1_000_000 if options.large else 100_000)
    options.block = options.block or (50_000 if options.large else 10_000)
    return options


if __name__ == "__main__":
    main()
