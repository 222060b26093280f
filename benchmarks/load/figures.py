"""What was measured, by route: how many, how long, how many failed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

__all__ = ["Figures"]

_PERCENTILES = (50, 95, 99)


@dataclass
class Figures:
    """Milliseconds and failures of every kind of request."""

    times: dict[str, list[float]] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, milliseconds: float, status: int, expected: tuple[int, ...]) -> None:
        """Note one answer; status 0 = none came."""
        self.times.setdefault(name, []).append(milliseconds)
        self.answers[f"{name} {status}"] += 1
        self.failures[name] += status not in expected

    def percentile(self, name: str, share: int) -> float:
        """Milliseconds below which ``share`` per cent of a kind of request were answered."""
        return float(np.percentile(self.times[name], share)) if self.times.get(name) else float("nan")

    @property
    def n_failed(self) -> int:
        """How many requests failed."""
        return sum(self.failures.values())

    def table(self) -> str:
        """One line a kind of request."""
        lines = [f"{'request':<44}{'n':>7}{'errors':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}  ms"]
        for name, times in sorted(self.times.items()):
            figures = "".join(f"{self.percentile(name, share):8.0f}" for share in _PERCENTILES)
            lines.append(f"{name:<44}{len(times):7,}{self.failures[name]:8,}{figures}{max(times):8.0f}")
        return "\n".join(lines)
