"""The apply-accept market by definition: every pattern of applications, every list, and plain loops."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np


def matches_by_patterns(f: np.ndarray, g: np.ndarray, exposure: np.ndarray, exam_j: np.ndarray) -> np.ndarray:
    """Expected matches of every pair, (n, m), from all 2**n sets of applications an employer may receive."""
    n, m = f.shape
    matches = np.zeros((n, m))
    for j in range(m):
        order = sorted(range(n), key=lambda c, j=j: (-g[j, c], c))
        applies = [min(1.0, f[c, j] * exposure[c, j]) for c in range(n)]
        for pattern in product((False, True), repeat=n):
            chance = float(np.prod([p if applied else 1 - p for p, applied in zip(applies, pattern, strict=True)]))
            for rank, c in enumerate(c for c in order if pattern[c]):
                matches[c, j] += chance * min(1.0, g[j, c] * exam_j[j, rank])
    return matches


def matches_by_counts(f: np.ndarray, g: np.ndarray, exposure: np.ndarray, exam_j: np.ndarray) -> np.ndarray:
    """The same for markets of any size, from the full distribution of the number of better applicants."""
    n, m = f.shape
    matches = np.zeros((n, m))
    for j in range(m):
        better = np.zeros(n + 1)
        better[0] = 1.0
        for c in np.argsort(-g[j], kind="stable"):
            applies = min(1.0, f[c, j] * exposure[c, j])
            matches[c, j] = applies * (better[:n] * np.minimum(1.0, g[j, c] * exam_j[j])).sum()
            better[1:] = (1 - applies) * better[1:] + applies * better[:-1]
            better[0] *= 1 - applies
    return matches


def simulated(applies: np.ndarray, g: np.ndarray, exam_j: np.ndarray, runs: int, rng: np.random.Generator) -> list[int]:
    """Matches of every run, drawing in the order of runs, employers and their candidates."""
    found = []
    for _ in range(runs):
        matches = 0
        for j in range(g.shape[0]):
            rank = 0
            for c in np.argsort(-g[j], kind="stable"):
                if rng.random() < applies[c, j]:
                    matches += bool(rng.random() < min(1.0, g[j, c] * exam_j[j, rank]))
                    rank += 1
        found.append(matches)
    return found


def best_alone(
    f: np.ndarray, g: np.ndarray, exposure: np.ndarray, exam_c: np.ndarray, exam_j: np.ndarray, c: int
) -> float:
    """The most expected matches that candidate c's list alone can lead to, of all m! lists."""
    changed = exposure.copy()
    best = 0.0
    for ranked in permutations(range(f.shape[1])):
        changed[c, list(ranked)] = exam_c
        best = max(best, float(matches_by_counts(f, g, changed, exam_j).sum()))
    return best
