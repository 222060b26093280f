"""What a process and all that it started have used."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

__all__ = ["cpu_seconds_of", "memory_gib_of"]


def cpu_seconds_of(pid: int) -> float:
    """CPU seconds of the processes that run now, and of those they waited for."""
    ticks = 0
    for one in _processes(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(int(used) for used in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_gib_of(pid: int) -> float:
    """Memory of the processes that run now, shared pages counted in each."""
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in _processes(pid))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**30


def _processes(pid: int) -> Sequence[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    started = [int(child) for child in children.read_text().split()] if children.exists() else []
    return [pid, *(found for child in started for found in _processes(child))]
