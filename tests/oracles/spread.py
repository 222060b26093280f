"""Plain twins of the spread's lists and chances."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def lists_by_sorting(
    own: Floats, bands: npt.NDArray[np.uint8], acceptable: npt.NDArray[np.bool_], factor: Floats, k: int
) -> list[list[int]]:
    """Every row's first ``k`` acceptable postings by own · factor, equal ones by index, from a full stable sort."""
    lists = []
    for row, fits in enumerate(own):
        weight = {j: float(fits[j]) * float(factor[j, bands[row, j]]) for j in np.flatnonzero(acceptable[row]).tolist()}
        lists.append(sorted(weight, key=lambda j: (-weight[j], j))[:k])
    return lists


def chance_by_series(stronger: float, seats: int) -> float:
    """How likely a Poisson number of stronger applications is below the seats, term by term."""
    return sum(math.exp(-stronger) * stronger**k / math.factorial(k) for k in range(seats))


def stronger_by_pairs(applications: list[float], band: int) -> float:
    """Applications of higher bands and half of the same one, counted one band at a time."""
    return sum(a for b, a in enumerate(applications) if b > band) + applications[band] / 2
