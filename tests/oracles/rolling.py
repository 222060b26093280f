"""Rolling intake by definition: every batch, the fractional program as it is written, a season without kernels."""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.optimize import linprog

from matching.rolling.season import Season


def every_placement(possible: np.ndarray, needs: np.ndarray, seats: np.ndarray) -> list[tuple[int, ...]]:
    n, m = possible.shape
    ways = product(*[[-1, *np.flatnonzero(possible[case]).tolist()] for case in range(n)])
    return [
        places
        for places in ways
        if all(sum(needs[case] for case in range(n) if places[case] == place) <= seats[place] for place in range(m))
    ]


def largest_total(values: np.ndarray, possible: np.ndarray, needs: np.ndarray, seats: np.ndarray) -> float:
    return max(
        sum(values[case, place] for case, place in enumerate(places) if place >= 0)
        for places in every_placement(possible, needs, seats)
    )


def fractional_total(values: np.ndarray, possible: np.ndarray, needs: np.ndarray, seats: np.ndarray) -> float:
    """max sum u x, sum_j x_ij <= 1, sum_i s_i x_ij <= c_j, 0 <= x."""
    n, m = values.shape
    if n == 0:
        return 0.0
    once = np.kron(np.eye(n), np.ones(m))
    room = np.kron(needs[None, :].astype(float), np.eye(m))
    upper = [(0.0, 1.0 if allowed else 0.0) for allowed in possible.ravel()]
    solved = linprog(
        -values.ravel(), A_ub=np.vstack([once, room]), b_ub=np.concatenate([np.ones(n), seats]), bounds=upper
    )
    return -float(solved.fun)


def in_order(season: Season) -> list[int]:
    """First come first served where nothing happens but arrivals."""
    left, places = season.capacity.tolist(), []
    for case in range(season.n_cases):
        open_places = [
            place
            for place in range(season.n_places)
            if season.is_compatible[case, place] and season.needs[case] <= left[place]
        ]
        best = max(open_places, key=lambda place, case=case: (season.values[case, place], -place), default=-1)
        if best >= 0:
            left[best] -= int(season.needs[case])
        places.append(best)
    return places
