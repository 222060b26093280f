"""What no ranking of all pairs can undercut on a machine: the bare matrix product, and storing every score."""

from __future__ import annotations

import resource
from collections.abc import Callable

import numpy as np

__all__ = ["CUTS", "bare_product", "memory_copy", "peak_gib"]

CUTS = (32, 256), (512, 128), (256, 1024), (1024, 1024), (1024, 10_000)
"""Rows and columns of the pieces that a product is made in; which is the quickest depends on the machine."""

_ROWS = 1024


def bare_product(left: np.ndarray, right: np.ndarray, cut: tuple[int, int] = (1024, 10_000)) -> None:
    """Multiply every row of one side with every row of the other in single precision, and keep nothing."""
    columns = np.ascontiguousarray(right.T, dtype=np.float32)
    room = np.empty((min(cut[0], len(left)), min(cut[1], len(right))), np.float32)
    for i in range(0, len(left), cut[0]):
        part = left[i : i + cut[0]].astype(np.float32, copy=False)
        for j in range(0, len(right), cut[1]):
            others = columns[:, j : j + cut[1]]
            np.matmul(part, others, out=room[: len(part), : others.shape[1]])


def memory_copy(n_columns: int) -> Callable[[int], None]:
    """Return what copies so many rows of single-precision numbers from memory to memory, a few megabytes at a time."""
    source, target = (np.full((_ROWS, n_columns), x, np.float32) for x in range(2))  # written, so they have their pages

    def copied(n_rows: int) -> None:
        for i in range(0, n_rows, _ROWS):
            rows = min(_ROWS, n_rows - i)
            np.copyto(target[:rows], source[:rows])

    return copied


def peak_gib() -> float:
    """Return the most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
