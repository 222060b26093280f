"""Oracles for lists of both sides: the formulas of the papers on whole tables, and definitions read aloud."""

from __future__ import annotations

from itertools import permutations

import numpy as np


def exposure_by_sorting(weights: np.ndarray, exam: np.ndarray) -> np.ndarray:
    """Every row sorted by falling weight, the lower index first."""
    orders = np.argsort(-weights, axis=1, kind="stable")
    exposure = np.empty_like(weights)
    np.put_along_axis(exposure, orders, np.broadcast_to(exam, weights.shape), axis=1)
    return exposure


def alternating_lists(
    left: np.ndarray, right: np.ndarray, exams: tuple[np.ndarray, np.ndarray], alphas: list[float], step: float
) -> tuple[np.ndarray, np.ndarray]:
    """The rounds of Frank-Wolfe from even lists, the right lists first; both exposures with a row a left member."""
    pairs = left * right.T
    a, b = np.full(pairs.shape, exams[0].mean()), np.full(pairs.shape, exams[1].mean())
    for alpha in alphas:
        of_left = np.maximum((pairs * a * b).sum(axis=1), 1e-6) ** (alpha - 1)
        b = (1 - step) * b + step * exposure_by_sorting((pairs * a * of_left[:, None]).T, exams[1]).T
        of_right = np.maximum((pairs * a * b).sum(axis=0), 1e-6) ** (alpha - 1)
        a = (1 - step) * a + step * exposure_by_sorting(pairs * b * of_right, exams[0])
    return a, b


def utility_of(pairs: np.ndarray, a: np.ndarray, b: np.ndarray, member: int, stands_as: int) -> float:
    """What a left member expects with its own list and the place of another in the right lists."""
    return sum(float(pairs[member, j] * a[member, j] * b[stands_as, j]) for j in range(pairs.shape[1]))


def envious(pairs: np.ndarray, a: np.ndarray, b: np.ndarray) -> list[tuple[int, int]]:
    """All (i, k) of the left side of which i envies k."""
    n = pairs.shape[0]
    return [
        (i, k)
        for i in range(n)
        for k in range(n)
        if utility_of(pairs, a, b, i, k) > utility_of(pairs, a, b, i, i) + 1e-9
    ]


def largest_over_lists(weights: np.ndarray, exam: np.ndarray) -> float:
    """The most that a list of all items brings when rank k counts the weight of its item ``exam[k]`` times."""
    return max(float(exam @ weights[list(order)]) for order in permutations(range(weights.size)))
