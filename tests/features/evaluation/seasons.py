"""Small seasons for the tests of evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from features.evaluation.happened import Happened


def happened(posting_of: list[int], stayed: list[float], chance: list[list[float]]) -> Happened:
    return Happened(np.array(posting_of), np.array(stayed), np.array(chance), np.arange(len(posting_of)))


def every_history(
    true: np.ndarray, drawn_by: np.ndarray, told: np.ndarray | None = None
) -> Iterator[tuple[float, Happened]]:
    """Every placement and outcome that may come of a lottery, with its probability; each row of it on its own.

    ``told`` are the chances that the record states, where they are not those that were drawn by.
    """
    n, m = true.shape
    for posting_of in product(range(-1, m), repeat=n):
        for stayed in product((0.0, 1.0), repeat=n):
            weight = 1.0
            for i, (j, y) in enumerate(zip(posting_of, stayed, strict=True)):
                if j < 0:
                    weight *= (1 - drawn_by[i].sum()) * (y == 0.0)
                else:
                    weight *= drawn_by[i, j] * (true[i, j] if y else 1 - true[i, j])
            if weight > 0:
                yield (
                    weight,
                    Happened(np.array(posting_of), np.array(stayed), drawn_by if told is None else told, np.arange(n)),
                )
