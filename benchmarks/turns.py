"""Contestants that do the same pieces of work turn about, so that whatever else the machine does meets all alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

__all__ = ["Turns"]

T = TypeVar("T")
_CLOCKS = {"wall": 0, "CPU": 1}


@dataclass
class Turns:
    """Seconds of each contestant, turn after turn.

    A contestant that is slow may do a part of a turn's pairs; ratios are those of the time a pair.
    """

    seconds: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    pairs: dict[str, list[int]] = field(default_factory=dict)

    def run(self, name: str, n_pairs: int, work: Callable[[], T]) -> T:
        """Let a contestant do its part of a turn."""
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        taken = time.perf_counter() - wall, time.process_time() - cpu
        self.seconds.setdefault(name, []).append(taken)
        self.pairs.setdefault(name, []).append(n_pairs)
        return result

    def total(self, name: str, clock: str = "CPU") -> float:
        """Seconds of all turns."""
        return float(np.sum(self.seconds[name], axis=0)[_CLOCKS[clock]])

    def per_pair(self, name: str, clock: str = "CPU") -> float:
        """Seconds a pair, of all turns."""
        return self.total(name, clock) / sum(self.pairs[name])

    def ratio(self, name: str, other: str, clock: str = "CPU") -> float:
        """How many times as long a pair takes."""
        return self.per_pair(name, clock) / self.per_pair(other, clock)

    def median_ratio(self, name: str, other: str, clock: str = "CPU") -> float:
        """The median of the turns' ratios."""
        one, two = (
            np.array(self.seconds[which])[:, _CLOCKS[clock]] / np.array(self.pairs[which]) for which in (name, other)
        )
        return float(np.median(one[: two.size] / two[: one.size]))

    def quickest(self, start: str, clock: str = "CPU") -> str:
        """Return who of those whose names begin so took least a pair."""
        return min(
            (name for name in self.seconds if name.startswith(start)), key=lambda name: self.per_pair(name, clock)
        )
