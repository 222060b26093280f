"""The set of stable matchings, repairs and receipts: times after compilation, and people moved, in one run.

``python -m benchmarks.stable_lattice [--seed 0 --withdrawals 10]``

CPU seconds, the smallest of three. The peers are what one would do without rotations: compare all stable matchings for
the egalitarian one, force applicants down one by one to enumerate (pure Python), run deferred acceptance again after a
withdrawal.
"""

from __future__ import annotations

import argparse
from functools import partial

import numpy as np

from benchmarks.deferred_acceptance import cpu_seconds, synthetic_market
from matching.explain.cutoffs import cutoffs, menus
from matching.explain.receipts import Receipts, receipts, verify_receipt
from matching.market import Market
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.mechanisms.repair.assignment_repair import repair_optimal, repair_within
from matching.mechanisms.repair.stable_repair import repair_stable
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.stable.rotations import find_rotations
from matching.mechanisms.stable.stable_lattice import choose_stable, stable_matchings
from matching.mechanisms.stable.ties import break_ties
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties import blocking_pairs
from matching.scored_pairs import ScoredPairs
from tests.oracles.lattice import stable_by_forcing

KNUTH = (
    [[0, 1, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0]],
    [[3, 2, 1, 0], [2, 3, 0, 1], [1, 0, 3, 2], [0, 1, 2, 3]],
)
"""Lists of the four men and the four women of an example with ten stable matchings."""


def main() -> None:
    options = _options()
    small = blocks(1)
    choose_stable(small, "egalitarian"), stable_matchings(small)  # compile, or load what an earlier run compiled
    repair_stable(small, deferred_acceptance(small, proposing="postings"))
    _choice(2000, 200, options.seed)
    _choice(2000, 2000, options.seed)
    _enumeration()
    _repairs(options.seed, options.withdrawals)
    _assignments(2_000, 200, options.seed)
    _assignments(10_000, 1_000, options.seed)
    _receipts(options.seed)


def blocks(count: int) -> Market:
    """Copies of the example side by side: ten to the power of ``count`` stable matchings."""
    sides = [[[4 * block + p for p in row] for block in range(count) for row in lists] for lists in KNUTH]
    applicants, postings = (Preferences.from_lists(side, 4 * count) for side in sides)
    return Market(applicants, postings, np.ones(4 * count, np.int64))


def complete_market(n: int, m: int, seed: int) -> Market:
    """Complete lists in independent random order, n seats."""
    rng = np.random.default_rng(seed)
    orders = np.argsort(rng.random((n, m)), axis=1), np.argsort(rng.random((m, n)), axis=1)
    sides = [
        Preferences(
            np.arange(len(order) + 1) * order.shape[1],
            order.astype(np.int32).ravel(),
            np.tile(np.arange(order.shape[1], dtype=np.int32), len(order)),
            order.shape[1],
        )
        for order in orders
    ]
    return Market(sides[0], sides[1], np.full(m, n // m))


def _choice(n: int, m: int, seed: int) -> None:
    market = complete_market(n, m, seed)
    _ = market.rank_at_posting, market.rank_at_applicant
    found, rotations = cpu_seconds(lambda: find_rotations(market), 3)
    egalitarian, choice = cpu_seconds(lambda: choose_stable(market, "egalitarian"), 3)
    regret, least = cpu_seconds(lambda: choose_stable(market, "minimum-regret"), 3)
    listed, everything = cpu_seconds(lambda: stable_matchings(market), 1)
    sums = _rank_sums(market, everything.posting_of)
    print(f"\n{n} x {m}, complete random lists: {rotations.n_rotations} rotations, {rotations.before.size} arcs")
    print(f"  rotations {found:.3f} s, egalitarian {egalitarian:.3f} s, minimum regret {regret:.3f} s")
    print(f"  all {everything.n_matchings} stable matchings {listed:.3f} s (cut: {everything.is_cut})")
    ends = [choose_stable(market, end) for end in ("applicant-optimal", "posting-optimal")]
    totals = [end.applicant_rank_sum + end.posting_rank_sum for end in ends]
    best = choice.applicant_rank_sum + choice.posting_rank_sum
    print(f"  rank sums: applicant-optimal {totals[0]}, egalitarian {best}, posting-optimal {totals[1]}", end="")
    print(f"; least by comparing all: {sums.min()}, worst rank of minimum regret {least.regret}")


def _rank_sums(market: Market, posting_of: np.ndarray) -> np.ndarray:
    own = np.empty((market.n_applicants, market.n_postings), np.int64)
    own[market.applicants.rows(), market.applicants.indices] = market.applicants.ranks
    own[market.postings.indices, market.postings.rows()] += market.postings.ranks
    return np.array([own[np.arange(row.size), row].sum() for row in posting_of])


def _enumeration() -> None:
    many, few = blocks(10), blocks(2)
    seconds, found = cpu_seconds(lambda: stable_matchings(many), 3)
    peer, forced = cpu_seconds(lambda: stable_by_forcing(few), 1)
    own, same = cpu_seconds(lambda: stable_matchings(few), 3)
    assert {tuple(row) for row in same.posting_of.tolist()} == forced
    print(f"\n40 x 40 with 10^10 stable matchings: {found.n_matchings} listed and sorted in {seconds:.3f} s", end="")
    print(f", {found.n_matchings / seconds:,.0f} a second")
    print(f"  8 x 8 with {len(forced)}: {own * 1e3:.2f} ms, forcing in pure Python {peer * 1e3:.0f} ms")


def _repairs(seed: int, withdrawals: int) -> None:
    rng = np.random.default_rng(seed)
    strict = synthetic_market(10_000, 1_000, 20, rng)
    classes = strict.postings.ranks * 5 // np.repeat(np.diff(strict.postings.indptr), np.diff(strict.postings.indptr))
    in_order = np.lexsort((strict.postings.indices, classes, strict.postings.rows()))
    lists = strict.postings
    tied = Preferences(lists.indptr, lists.indices[in_order], classes[in_order].astype(np.int32), lists.n_choices)
    for name, market in (("strict lists", strict), ("five classes", Market(strict.applicants, tied, strict.capacity))):
        before = deferred_acceptance(break_ties(market, rng=np.random.default_rng(seed)).market)
        gone = rng.choice(np.flatnonzero(before.is_matched), withdrawals, replace=False)
        rows = [_repair(market, before, int(leaver), seed) for leaver in gone]
        means = np.array(rows).mean(axis=0)
        print(f"\n10000 x 1000 x 20, {name}, means of {withdrawals} withdrawals of one placed applicant")
        print(f"  repair {means[0]:.3f} s (all three ways), deferred acceptance again {means[1]:.3f} s")
        print(
            f"  moved: fewest {means[2]:.1f} (worse off {means[3]:.1f}), again with the old lottery {means[4]:.1f}",
            end="",
        )
        print(f", with a new lottery {means[5]:.1f}; kept {means[6]:.1f} with {means[7]:.1f} blocking pairs")


def _repair(market: Market, before: Matching, leaver: int, seed: int) -> list[float]:
    lists = market.applicants
    stays = lists.rows() != leaver
    starts = np.concatenate([[0], np.cumsum(stays)])[lists.indptr]
    applicants = Preferences(starts, lists.indices[stays], lists.ranks[stays], lists.n_choices)
    changed = Market(applicants, market.postings, market.capacity)
    _ = changed.rank_at_posting, changed.rank_at_applicant
    seconds, repair = cpu_seconds(lambda: repair_stable(changed, before), 3)
    old, new = (break_ties(changed, rng=np.random.default_rng(s)).market for s in (seed, seed + 1))
    again, rerun = cpu_seconds(lambda: deferred_acceptance(old), 3)
    moved = [_n_moved(before, other, leaver) for other in (rerun, deferred_acceptance(new))]
    fewest, kept = repair.fewest_moves, repair.kept
    n_blocking = blocking_pairs(changed, kept.matching).shape[0]
    return [seconds, again, fewest.n_moved, fewest.worse_off.size, *moved, kept.n_moved, n_blocking]


def _n_moved(before: Matching, after: Matching, leaver: int) -> int:
    changed = before.is_matched & (after.posting_of != before.posting_of)
    changed[leaver] = False
    return int(np.count_nonzero(changed))


def _receipts(seed: int) -> None:
    market = synthetic_market(100_000, 10_000, 20, np.random.default_rng(seed))
    matching = deferred_acceptance(market)
    _ = market.rank_at_posting
    cutoff, _ = cpu_seconds(lambda: cutoffs(market, matching), 3)
    menu, _ = cpu_seconds(lambda: menus(market, matching), 3)
    made, given_out = cpu_seconds(lambda: receipts(market, matching), 3)
    checked, _ = cpu_seconds(lambda: _verify_first(given_out, 10_000), 1)
    print("\n100000 x 10000 x 20")
    print(
        f"  cutoffs {cutoff:.3f} s, menus {menu:.3f} s, receipts {made:.3f} s, 10000 receipts verified {checked:.2f} s"
    )


def _verify_first(given_out: Receipts, count: int) -> int:
    for applicant in range(count):
        verify_receipt(given_out.of(applicant), published=given_out.board)
    return count


def _assignments(n: int, m: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    postings = np.argsort(rng.random((n, m)), axis=1)[:, :20].astype(np.int32)
    # scores in steps of 1/20, so that optima are many
    pairs = ScoredPairs(np.arange(n + 1) * 20, postings.ravel(), rng.integers(0, 21, 20 * n) / 20, m)
    seats = np.full(m, n // m)
    before = optimal_assignment(pairs, seats).matching
    seats[0] = 0
    again, fresh = cpu_seconds(lambda: optimal_assignment(pairs, seats), 3)
    seconds, repair = cpu_seconds(lambda: repair_optimal(pairs, seats, before), 3)
    fewest, kept = repair.fewest_moves, repair.kept
    anew = before.is_matched & (fresh.matching.posting_of != before.posting_of)
    anew[repair.gone] = False
    print(f"\n{n} x {m} x 20, scores in steps of 1/20, one posting of {n // m} seats closes")
    print(f"  assignment again {again:.2f} s, moves {anew.sum()} besides the {repair.gone.size} without a place")
    print(f"  repair {seconds:.2f} s, moves {fewest.n_moved} at the same total ({fewest.value:.2f})", end="")
    print(f"; nobody else moved: {kept.value:.2f}")
    for share in (1, 2):
        limit = fewest.n_moved * share // 3
        time, option = cpu_seconds(partial(repair_within, pairs, seats, before, max_moves=limit), 1)
        print(f"  at most {limit} moves: {option.value:.2f}, proved bound {option.bound:.2f}, {time:.1f} s")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("seed", 0), ("withdrawals", 10)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


if __name__ == "__main__":
    main()
