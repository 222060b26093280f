"""Best postings and best applicants of a market in one pass, against the limits of the machine and three peers.

``python -m benchmarks.top_k [--applicants 100000] [--postings 10000] [--width 64] [--block 10000] [--threads 1]``

Every block of applicants is done by each contestant in turn, so that whatever else the machine does meets all alike;
ratios are those of the time a pair, and beside them the median of the blocks' ratios. The limits are the quickest of
five ways to cut the bare float32 product of the block, which keeps nothing, and a copy of as many float32 numbers as
there are pairs, which is what storing the scores would cost at least. *18 terms*: see
:mod:`benchmarks.drawn_sides`. Peers: faiss where it is installed, numpy's argpartition over the product, and polars
over the product; the last two are so slow that they do ``--peer-rows`` of each block. All have as many threads; on a
machine that others use, read the CPU seconds. ``--large`` runs one million applicants with 18 terms, both directions,
and beside each block the bare product alone, cut as was quickest for the first block.
"""

from __future__ import annotations

import argparse
from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks import figures
from benchmarks.drawn_sides import applicant_side, posting_side, vectors
from benchmarks.figures import Figure
from benchmarks.limits import CUTS, bare_product, memory_copy, peak_gib
from benchmarks.top_k_peers import Listing, argpartition, faiss_flat, polars_pipeline
from benchmarks.turns import Turns
from matching.ranking.score_sides import ApplicantBlock, ApplicantSide, Postings, PostingSide
from matching.ranking.top_k import BlockLists, PreparedPostings, prepare_postings, top_k_of_block

PLAIN, BOTH, TERMS = "top 50", "top 50, and top 200 of postings", "18 terms, rules, both"
FAISS, NUMPY, POLARS = "faiss flat, top 50", "numpy argpartition, top 50", "polars, top 50"
_LENGTH = 50


def main() -> None:
    options = _options()
    rng = np.random.default_rng(0)
    others = vectors(rng, options.postings, options.width)
    prepared = {
        "plain": prepare_postings(Postings(PostingSide(others))),
        "terms": prepare_postings(Postings(posting_side(rng, others))),
    }
    warm_up(prepared, rng, options.width)
    with threadpool_limits(options.threads):
        found = (
            _large(prepared["terms"], others, options) if options.large else _against(prepared, rng, others, options)
        )
    figures.keep(options.figures, found)


def warm_up(prepared: dict[str, PreparedPostings], rng: np.random.Generator, width: int) -> None:
    """Compile, or load what an earlier run compiled."""
    drawn = vectors(rng, 300, width)
    side = applicant_side(rng, drawn, len(prepared["terms"].postings))
    top_k_of_block(ApplicantBlock(0, ApplicantSide(drawn)), prepared["plain"])
    top_k_of_block(ApplicantBlock(0, side), prepared["terms"])


def _against(
    prepared: dict[str, PreparedPostings], rng: np.random.Generator, others: np.ndarray, options: argparse.Namespace
) -> list[Figure]:
    peers, turns, m = _peers(others, options.threads), Turns(), options.postings
    copied = memory_copy(m)
    known, agreeing = dict[str, BlockLists](), {name: list[float]() for name in peers}
    for first in range(0, options.applicants, options.block):
        r = min(options.block, options.applicants - first)
        drawn = vectors(rng, r, options.width)
        side = applicant_side(rng, drawn, m)
        turns.run("memory copy", r * m, partial(copied, r))
        for cut in CUTS:
            turns.run(f"bare product, {cut}", r * m, partial(bare_product, drawn, others, cut))
        block, of_terms = ApplicantBlock(first, ApplicantSide(drawn)), ApplicantBlock(first, side)
        for name, (given, postings, k) in {
            PLAIN: (block, prepared["plain"], 0),
            BOTH: (block, prepared["plain"], 200),
            TERMS: (of_terms, prepared["terms"], 200),
        }.items():
            before = known[name].postings if name in known else None
            listed = partial(top_k_of_block, given, postings, per_posting=k, known=before, threads=options.threads)
            known[name] = turns.run(name, r * m, listed)
        for name, peer in peers.items():
            rows = r if name == FAISS else min(r, options.peer_rows)
            items = turns.run(name, rows * m, partial(peer, drawn[:rows]))
            agreeing[name].append(float((items == known[PLAIN].applicants.items[:rows]).mean()))
    _print(turns, agreeing, options.applicants * m)
    return _figures(turns)


def _peers(others: np.ndarray, threads: int) -> dict[str, Listing]:
    peers: dict[str, Listing] = {
        NUMPY: argpartition(others, _LENGTH),
        POLARS: polars_pipeline(others, _LENGTH, threads),
    }
    faiss = faiss_flat(others, _LENGTH, threads)
    return peers if faiss is None else {FAISS: faiss} | peers


def _print(turns: Turns, agreeing: dict[str, list[float]], n_pairs: int) -> None:
    clocks = ("wall", "CPU")
    heads = "".join(f"{f'{clock} s':>9}{'ns a pair':>11}{'x bare':>8}{'median':>8}" for clock in clocks)
    print(f"{f'{n_pairs:,} pairs':<36}{heads}")
    bare = {clock: turns.quickest("bare", clock) for clock in clocks}
    for name in turns.seconds:
        line = f"{name:<36}"
        for clock, limit in bare.items():
            line += f"{turns.total(name, clock):9.2f}{turns.per_pair(name, clock) * 1e9:11.3f}"
            line += f"{turns.ratio(name, limit, clock):8.2f}{turns.median_ratio(name, limit, clock):8.2f}"
        print(line)
    for name, shares in agreeing.items():
        wall, cpu = (turns.ratio(name, PLAIN, clock) for clock in clocks)
        print(f"{name} / {PLAIN}: wall {wall:.2f}, CPU {cpu:.2f}; items in the same place {np.mean(shares):.6%}")
    print(f"peak memory {peak_gib():.2f} GiB")


def _figures(turns: Turns) -> list[Figure]:
    bare = turns.quickest("bare")

    def figure(name: str, most: float | None = None) -> Figure:
        ratio = turns.ratio(name, bare)
        return Figure(
            name=name,
            value=turns.per_pair(name) * 1e9,
            unit="CPU ns a pair",
            ratio=ratio,
            against="the bare product",
            of="ratio",
            most=most,
        )

    found = [figure(bare), figure("memory copy"), figure(PLAIN, 2.0), figure(BOTH), figure(TERMS, 4.0)]
    for name, least in {FAISS: 2.5, NUMPY: None, POLARS: None}.items():
        if name in turns.seconds:
            found.append(
                Figure(
                    name=name,
                    value=turns.per_pair(name) * 1e9,
                    unit="CPU ns a pair",
                    ratio=turns.ratio(name, PLAIN),
                    against="our top 50",
                    of="ratio",
                    least=least,
                )
            )
    return found


def _large(postings: PreparedPostings, others: np.ndarray, options: argparse.Namespace) -> list[Figure]:
    rng, known, turns, checksum = np.random.default_rng(1), None, Turns(), 0
    cuts = {f"bare product, {cut}": cut for cut in CUTS}
    for first in range(0, options.applicants, options.block):
        r = min(options.block, options.applicants - first)
        drawn = vectors(rng, r, options.width)
        for bare, cut in cuts.items():
            turns.run(bare, r * options.postings, partial(bare_product, drawn, others, cut))
        if len(cuts) > 1:
            quickest = turns.quickest("bare", "wall")
            cuts = {quickest: cuts[quickest]}
        block = ApplicantBlock(first, applicant_side(rng, drawn, options.postings))
        listing = partial(top_k_of_block, block, postings, known=known, threads=options.threads)
        lists = turns.run(TERMS, r * options.postings, listing)
        known, checksum = lists.postings, checksum ^ int(np.bitwise_xor.reduce(lists.applicants.units.ravel()))
    (bare,) = cuts
    name = f"{options.applicants:,} × {options.postings:,}, 18 terms, both, {options.threads} threads"
    print(f"{name}: checksum {checksum:x}")
    for what in (bare, TERMS):
        print(f"{what}: {turns.total(what, 'wall'):.1f} s wall, {turns.per_pair(what) * 1e9:.2f} CPU ns a pair")
    ratio = turns.ratio(TERMS, bare, "wall")
    print(f"{ratio:.2f} x the bare product of the same shape and threads; peak {peak_gib():.2f} GiB")
    return [
        Figure(
            name=name,
            value=turns.total(TERMS, "wall"),
            unit="s",
            ratio=ratio,
            against="the bare product, as many threads",
            most=900,
        ),
        Figure(name="peak memory of it", value=peak_gib(), unit="GiB", most=6e9 / 2**30),
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applicants", type=int)
    parser.add_argument("--postings", type=int, default=10_000)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--block", type=int)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--peer-rows", type=int, default=1_024)
    parser.add_argument("--large", action="store_true")
    figures.add_option(parser)
    options = parser.parse_args()
    options.applicants = options.applicants or (1_000_000 if options.large else 100_000)
    options.block = options.block or (50_000 if options.large else 10_000)
    return options


if __name__ == "__main__":
    main()
