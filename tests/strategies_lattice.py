"""Markets with many stable matchings, and small tables of scores beside an earlier matching."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from matching.market import Market
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.scored_pairs import ScoredPairs
from tests.kept_strategies import kept, one_of, rows, whole_numbers
from tests.strategies import score_tables


@kept
@st.composite
def crowded_markets(draw: st.DrawFn, *, largest: int = 7, complete: bool = False) -> Market:
    """Nearly complete lists drawn from a seed: hypothesis shrinks the sizes, the seed fills the lists."""
    n, m = draw(whole_numbers(1, largest)), draw(whole_numbers(1, largest))
    rng = np.random.default_rng(draw(whole_numbers(0, 2**32)))
    kept = 1.0 if complete else draw(one_of(1.0, 0.8))
    capacity = rng.integers(0, 3, m) if draw(st.booleans()) else np.ones(m, np.int64)
    return Market(_lists(n, m, kept, rng), _lists(m, n, kept, rng), capacity)


def random_market(n: int, m: int, seats: int, seed: int) -> Market:
    """Complete lists in random order, ``seats`` at each posting."""
    rng = np.random.default_rng(seed)
    return Market(_lists(n, m, 1.0, rng), _lists(m, n, 1.0, rng), np.full(m, seats))


def _lists(rows: int, choices: int, kept: float, rng: np.random.Generator) -> Preferences:
    orders = [[int(choice) for choice in rng.permutation(choices) if rng.random() < kept] for _ in range(rows)]
    return Preferences.from_lists(orders, choices)


@kept
@st.composite
def scored_changes(draw: st.DrawFn) -> tuple[ScoredPairs, np.ndarray, Matching]:
    """Pairs, seats and any earlier matching."""
    scores, acceptable, capacity = draw(score_tables())
    n, m = scores.shape
    previous = draw(rows(n, -1, m - 1))
    return ScoredPairs.from_dense(scores, acceptable=acceptable), capacity, Matching(np.array(previous, np.int64), m)
