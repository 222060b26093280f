"""Optimal assignment by definition: every placement of small markets, and seats as repeated columns for larger ones."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
from scipy.optimize import linear_sum_assignment


def best_with_floors(
    scores: np.ndarray, acceptable: np.ndarray, capacity: np.ndarray, floor: np.ndarray
) -> tuple[float, int] | None:
    """Largest total score within floors and capacities, and the most people placed at that total; None without any."""
    n, m = scores.shape
    best = None
    for places in product(*[[-1, *np.flatnonzero(acceptable[a])] for a in range(n)]):
        if all(floor[p] <= places.count(p) <= capacity[p] for p in range(m)):
            total = float(sum(scores[a, p] for a, p in enumerate(places) if p >= 0))
            found = (total, sum(p >= 0 for p in places))
            best = found if best is None else max(best, found)
    return best


def clashing_floors(acceptable: np.ndarray, floor: np.ndarray) -> list[tuple[int, ...]]:
    """Sets of postings whose floors ask for more people than list any of them (Hall's condition)."""
    m = floor.size
    return [
        chosen
        for size in range(1, m + 1)
        for chosen in combinations(range(m), size)
        if floor[list(chosen)].sum() > acceptable[:, list(chosen)].any(axis=1).sum()
    ]


def best_on_repeated_columns(dense: np.ndarray, capacity: np.ndarray) -> float:
    """Largest total of a table without negative scores, by scipy on one column a seat."""
    columns = np.repeat(dense, capacity, axis=1)
    expanded = np.hstack([columns, np.zeros((dense.shape[0], dense.shape[0]))])
    rows, chosen = linear_sum_assignment(expanded, maximize=True)
    return float(expanded[rows, chosen].sum())
