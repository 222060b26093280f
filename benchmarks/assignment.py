"""Optimal assignment against the best peer of each shape, in the same run.

``python -m benchmarks.assignment [--peer-python PATH] [--applicants 100000 --postings 10000 --length 20 --seed 0]
[--dense-applicants 10000 --dense-postings 2200 --seats 3300] [--repeats 3]``

*Sparse*: lists of a popularity market, against OR-Tools' min-cost flow, which runs in the Python that ``--peer-python``
names (any with ``ortools``); without it that line says so. *Dense*: every pair scored, against scipy's
``linear_sum_assignment`` on one column a seat. CPU seconds after compilation, the smallest of the repeats for this
package, one run for the peers, whose loading is listed apart. Scores are whole numbers or multiples of 1e-6 where a
peer takes integers, so both solve the same problem; objectives are compared and every optimum is certified.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks.deferred_acceptance import cpu_seconds, synthetic_market
from matching.certificates import verify_optimality
from matching.mechanisms.assignment.linear_assignment import Assignment, optimal_assignment
from matching.scored_pairs import ScoredPairs

PEER_SCRIPT = """
import json, sys, time
import numpy as np
from ortools.graph.python import min_cost_flow

given = np.load(sys.argv[1])
indptr, postings, scores, capacity = (given[name] for name in ("indptr", "postings", "scores", "capacity"))
n, m = indptr.size - 1, capacity.size
sink, people = n + m, np.arange(n)
started = time.process_time()
flow = min_cost_flow.SimpleMinCostFlow()
tails = np.concatenate([np.repeat(people, np.diff(indptr)), people, n + np.arange(m)]).astype(np.int32)
heads = np.concatenate([n + postings, np.full(n + m, sink)]).astype(np.int32)
most = np.concatenate([np.ones(postings.size + n, np.int64), capacity])
flow.add_arcs_with_capacity_and_unit_cost(tails, heads, most, np.concatenate([-scores, np.zeros(n + m, np.int64)]))
supplies = np.concatenate([np.ones(n, np.int64), np.zeros(m, np.int64), [-n]])
flow.set_nodes_supplies(np.arange(n + m + 1, dtype=np.int32), supplies)
loaded = time.process_time()
if flow.solve() != flow.OPTIMAL:
    sys.exit("no optimum")
print(json.dumps([time.process_time() - loaded, loaded - started, -flow.optimal_cost()]))
"""


def main() -> None:
    options = _options()
    small = np.random.default_rng(0).random((300, 200))
    for seats in (np.ones(200, np.int64), np.full(200, 2)):  # compile, or load what an earlier run compiled
        optimal_assignment(ScoredPairs.from_dense(small), seats)
        optimal_assignment(ScoredPairs.from_dense(small[:, :20]), seats[:20])
    print(f"{os.cpu_count()} cores, CPU seconds")
    _sparse(options)
    _dense(options)


def _sparse(options: argparse.Namespace) -> None:
    rng = np.random.default_rng(options.seed)
    market = synthetic_market(options.applicants, options.postings, options.length, rng)
    lists, m = market.applicants, options.postings
    uniform = rng.integers(0, 10**6, lists.indices.size)
    common = (rng.integers(0, 10**6, m)[lists.indices] + uniform) // 2
    print(f"\nsparse: {options.applicants} x {m} x {options.length}, {int(market.capacity.sum())} seats")
    kinds = {
        "uniform": (uniform, 10**6),
        "half common": (common, 10**6),
        "rank in the list": (options.length - lists.ranks.astype(np.int64), 1),
    }
    for kind, (units, per_unit) in kinds.items():
        pairs = ScoredPairs(lists.indptr, lists.indices, units / per_unit, m)
        seconds, best = cpu_seconds(partial(optimal_assignment, pairs, market.capacity), options.repeats)
        proof = _proof_seconds(pairs, market.capacity, best)
        line = f"{kind:<18} {seconds:7.3f} s, proof {proof:.3f} s, placed {best.matching.n_matched}"
        if options.peer_python is None:
            print(f"{line}; min-cost flow not measured (no --peer-python)")
            continue
        peer, loading, objective = _flow(options.peer_python, pairs, units, market.capacity)
        same = objective == round(best.value * per_unit)
        print(
            f"{line}; min-cost flow {peer:.3f} s (+ {loading:.3f} loading), {peer / seconds:.1f} x, same value {same}"
        )


def _dense(options: argparse.Namespace) -> None:
    n, m = options.dense_applicants, options.dense_postings
    rng = np.random.default_rng(options.seed)
    capacity = 1 + rng.multinomial(options.seats - m, np.ones(m) / m)
    print(f"\ndense: {n} x {m}, {options.seats} seats")
    for kind in ("uniform", "low rank", "low rank, 6 places", "rank of a posting"):
        scores = dense_scores(kind, n, m, rng)
        pairs = ScoredPairs.from_dense(scores)
        seconds, best = cpu_seconds(partial(optimal_assignment, pairs, capacity), options.repeats)
        proof = _proof_seconds(pairs, capacity, best)
        columns = np.repeat(scores, capacity, axis=1)
        started = time.process_time()
        rows, seats = linear_sum_assignment(columns, maximize=True)
        peer = time.process_time() - started
        same = bool(np.isclose(columns[rows, seats].sum(), best.value, rtol=1e-12, atol=0))
        line = f"{kind:<18} {seconds:7.3f} s, proof {proof:.3f} s"
        print(f"{line}; scipy {peer:.3f} s, {peer / seconds:.1f} x, same value {same}")


def dense_scores(kind: str, n: int, m: int, rng: np.random.Generator) -> np.ndarray:
    """A full table: independent, near-tied products of features, those rounded, or ranks of popular postings."""
    if kind == "uniform":
        return rng.random((n, m))
    if kind == "low rank":
        return rng.random((n, 16)) @ rng.random((16, m)) / 16
    if kind == "low rank, 6 places":
        both = rng.random((n, 16)) @ rng.random((16, m)) / 16 + rng.random((n, 8)) @ rng.random((8, m)) / 8
        return np.round(both / 2, 6)
    taste = rng.normal(scale=0.5, size=m) + rng.gumbel(size=(n, m))
    return 1 - np.argsort(np.argsort(-taste, axis=1), axis=1) / m


def _proof_seconds(pairs: ScoredPairs, capacity: np.ndarray, best: Assignment) -> float:
    prices = (best.applicant_prices, best.posting_prices)
    return cpu_seconds(lambda: verify_optimality(pairs, capacity, best.matching, *prices), 1)[0]


def _flow(python: str, pairs: ScoredPairs, units: np.ndarray, capacity: np.ndarray) -> tuple[float, float, int]:
    """Seconds to solve and to load, and the objective, of the peer in its own process."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "problem.npz"
        np.savez(given, indptr=pairs.indptr, postings=pairs.postings, scores=units, capacity=capacity)
        command = [python, "-c", PEER_SCRIPT, str(given)]
        solved, loaded, objective = json.loads(
            subprocess.run(command, check=True, capture_output=True, text=True).stdout
        )
    return float(solved), float(loaded), int(objective)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer-python", help="a Python that has ortools")
    sizes = {"applicants": 100_000, "postings": 10_000, "length": 20, "seed": 0, "repeats": 3}
    dense = {"dense-applicants": 10_000, "dense-postings": 2_200, "seats": 3_300}
    for name, default in (sizes | dense).items():
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


if __name__ == "__main__":
    main()
