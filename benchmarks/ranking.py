"""Lists for both sides: the published markets, how long the rounds take, and a market of ten thousand people.

``python -m benchmarks.ranking [--markets 10] [--square 1000] [--large 10000 2000] [--large-rounds 30]``

*Quality*: the settings of the paper (Tomita and Yokoyama 2024) on the seeds 0, 1, ...; SW and NSW as published, with
this package's annealing beside them; means, and envy pairs of the left and the right side. *Sweep*: where
annealing does worse than SW, over sizes, crowding and examination. *Time*: after compilation,
the smallest of three; the limit is the bare sort of one table of the same size, which a round needs twice. *Large*:
short lists, with the peak memory of the process against one table of n x m doubles.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import TypeAlias

import numpy as np

from matching.ranking import (
    ExaminationModel,
    RankingPolicy,
    annealing,
    assignment_orders,
    both_sides_market,
    envy_pairs,
    examination,
    expected_matches,
    exposure_of_orders,
    gini,
    order_rows,
    own_orders,
    pair_chances,
    product_orders,
    ranking_policy,
    transferable_utility,
    utilities,
)

Setting: TypeAlias = tuple[int, int, float, ExaminationModel]
Solved: TypeAlias = tuple[np.ndarray, RankingPolicy]

PAPER: list[Setting] = [
    (30, 20, 0.5, "inv"),
    (50, 50, 0.0, "inv"),
    (50, 50, 0.5, "inv"),
    (50, 50, 0.8, "inv"),
    (50, 50, 1.0, "inv"),
    (50, 50, 0.5, "log2"),
    (75, 50, 0.8, "log2"),
    (75, 50, 1.0, "log2"),
]

SWEPT_CROWDING = 0.0, 0.25, 0.5, 0.75, 0.8, 1.0
SWEPT_MODELS: list[ExaminationModel] = ["inv", "log2", "exp", "linear", "first"]
SWEPT_MARKETS = 3


def main() -> None:
    options = _options()
    _solved(PAPER[0], 0, 0.0)  # compile, or load what an earlier run compiled
    print(f"{os.cpu_count()} cores, wall seconds")
    _golden()
    _quality(options.markets)
    _sweep()
    _square(100, 50)
    _square(options.square, options.square)
    _large(options.large[0], options.large[1], options.large_rounds)


def _golden() -> None:
    left, right = both_sides_market(30, 20, 0.5, 0)
    shares = transferable_utility(left, right)
    orders = {
        "naive": own_orders(left, right),
        "product": product_orders(left, right),
        "transferable utility": (order_rows(shares), order_rows(shares.T)),
        "assignments in turn": assignment_orders(left, right),
    }
    exams = examination("inv", 20), examination("inv", 30)
    print("\nthe published notebook's market, 30 x 20, crowding .5, inv, seed 0")
    for name, (of_left, of_right) in orders.items():
        exposures = exposure_of_orders(of_left, exams[0], 20), exposure_of_orders(of_right, exams[1], 30).T
        _line(name, pair_chances(left, right), *exposures)
    objectives: dict[str, float | np.ndarray] = {"NSW": 0.0, "alpha .5": 0.5, "SW": 1.0, "annealed": annealing()}
    for name, alpha in objectives.items():
        policy = ranking_policy(left, right, *exams, alpha=alpha)
        _line(f"{name}, {policy.matches.size} rounds", pair_chances(left, right), *_exposures(policy))


def _quality(n_markets: int) -> None:
    objectives: dict[str, float | np.ndarray] = {"NSW": 0.0, "SW": 1.0, "annealed": annealing()}
    print(f"\nmeans of {n_markets} markets: matches (envy left/right)")
    for setting in PAPER:
        n, m, crowding, model = setting
        line, figures = f"{n} x {m}, crowding {crowding}, {model:<4}", dict[str, np.ndarray]()
        for name, alpha in objectives.items():
            rows = [_figures(_solved(setting, seed, alpha)) for seed in range(n_markets)]
            figures[name] = np.mean(rows, axis=0)
            matches, of_left, of_right = figures[name]
            line += f"  {name} {matches:7.3f} ({of_left:.1f}/{of_right:.1f})"
        fewer = bool((figures["annealed"][1:] <= figures["SW"][1:]).all())
        print(f"{line}  annealed / SW {figures['annealed'][0] / figures['SW'][0]:.3f} x, no more envy {fewer}")


def _sweep() -> None:
    """Print where annealing ends with fewer matches or more envy than alpha 1: on average, and in single markets."""
    settings = [(n, 50, crowding, model) for n, model, crowding in product((50, 75), SWEPT_MODELS, SWEPT_CROWDING)]
    print(f"\n{len(settings)} settings, {SWEPT_MARKETS} markets each; annealed has fewer matches or more envy than SW:")
    n_settings, n_single = 0, 0
    for setting in settings:
        n, m, crowding, model = setting
        runs = [
            [_figures(_solved(setting, seed, alpha)) for seed in range(SWEPT_MARKETS)] for alpha in (1.0, annealing())
        ]
        plain, annealed = np.array(runs)
        single = _falls_short(plain, annealed)
        n_single += int(single.sum())
        n_settings += int(_falls_short(plain.mean(axis=0), annealed.mean(axis=0)))
        if single.any():
            worst = int(np.argmin(np.where(single, annealed[:, 0] / plain[:, 0], np.inf)))
            print(
                f"{n} x {m}, crowding {crowding}, {model:<6} in {single.sum()} of {SWEPT_MARKETS}; means: "
                f"SW {_cell(plain.mean(axis=0))}, annealed {_cell(annealed.mean(axis=0))}; "
                f"seed {worst} worst: SW {_cell(plain[worst])}, annealed {_cell(annealed[worst])}"
            )
    print(f"on average in {n_settings} settings, in {n_single} of {len(settings) * SWEPT_MARKETS} single markets")


def _falls_short(plain: np.ndarray, annealed: np.ndarray) -> np.ndarray:
    """Figures are (..., 3): matches, envy of the left, envy of the right."""
    return np.asarray((annealed[..., 0] < plain[..., 0] - 1e-9) | (annealed[..., 1:] > plain[..., 1:]).any(axis=-1))


def _cell(figures: np.ndarray) -> str:
    return f"{figures[0]:.3f} ({figures[1]:.1f}/{figures[2]:.1f})"


def _square(n: int, m: int) -> None:
    table = np.random.default_rng(0).random((n, m))
    bare = _seconds(lambda: np.sort(table, axis=1))
    print(f"\n{n} x {m}, crowding .5, inv; the bare sort of one table {bare:.5f} s")
    for name, alpha in {"NSW": 0.0, "SW": 1.0}.items():
        pairs, policy = _solved((n, m, 0.5, "inv"), 0, alpha)
        seconds = _seconds(partial(_again, pairs, alpha))
        n_rounds = policy.matches.size
        envy = envy_pairs(pairs, *_exposures(policy))
        print(
            f"{name:<4} {seconds:7.4f} s, {n_rounds} rounds, "
            f"{seconds / n_rounds / (2 * bare):.1f} x two bare sorts a round; "
            f"{policy.matches[-1]:.1f} matches, envy {envy.left}/{envy.right}"
        )


def _large(n: int, m: int, rounds: int) -> None:
    rng = np.random.default_rng(0)
    left, right = rng.random((n, m)), rng.random((m, n))
    exams = examination("inv", m, top=20), examination("inv", n, top=50)
    table = left.nbytes / 2**30
    started = time.perf_counter()
    policy = ranking_policy(left, right, *exams, alpha=[0.0] * rounds, keep_rankings=True)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    kept = sum(side.rankings.nbytes for side in (policy.left_lists, policy.right_lists) if side is not None) / 2**30
    print(
        f"\n{n} x {m}, lists of 20 and 50: {seconds / rounds:.2f} s a round, {rounds} rounds, "
        f"{policy.matches[-1]:.0f} matches; "
        f"peak {peak:.2f} GiB, {peak / table:.1f} x one of the two input tables of {table:.2f}; "
        f"lotteries kept {kept:.2f} GiB"
    )


def _solved(setting: Setting, seed: int, alpha: float | np.ndarray) -> Solved:
    n, m, crowding, model = setting
    left, right = both_sides_market(n, m, crowding, seed)
    policy = ranking_policy(left, right, examination(model, m), examination(model, n), alpha=alpha)
    return pair_chances(left, right), policy


def _again(pairs: np.ndarray, alpha: float) -> None:
    n, m = pairs.shape
    ranking_policy(pairs, np.ones((m, n)), examination("inv", m), examination("inv", n), alpha=alpha)


def _exposures(policy: RankingPolicy) -> tuple[np.ndarray, np.ndarray]:
    return policy.left_exposure, policy.right_exposure


def _figures(solved: Solved) -> tuple[float, int, int]:
    pairs, policy = solved
    return float(policy.matches[-1]), *envy_pairs(pairs, *_exposures(policy))


def _line(name: str, pairs: np.ndarray, a: np.ndarray, b: np.ndarray) -> None:
    envy, of_both = envy_pairs(pairs, a, b), [gini(side) for side in utilities(pairs, a, b)]
    print(
        f"{name:<24} {expected_matches(pairs, a, b):8.4f} matches, envy {envy.left}/{envy.right}, "
        f"Gini {of_both[0]:.4f} / {of_both[1]:.4f}"
    )


def _seconds(run: Callable[[], object]) -> float:
    """Return the wall seconds of the quickest of three runs."""
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return min(taken)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--markets", type=int, default=10)
    parser.add_argument("--square", type=int, default=1000)
    parser.add_argument("--large", type=int, nargs=2, default=[10_000, 2_000])
    parser.add_argument("--large-rounds", type=int, default=30)
    return parser.parse_args()


if __name__ == "__main__":
    main()
