"""Work whose worker dies, for processes that import it by name; light, because every new process imports it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

__all__ = ["dies", "fails", "squares", "squares_and_dies_once"]


def squares(item: int) -> int:
    return item * item


def fails(item: int) -> int:
    if item == 3:
        raise OSError(28, "No space left on device", "list.parquet")
    return item


def dies(_item: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def squares_and_dies_once(folder: Path, item: int) -> int:
    """Die at item 3 the first time; every item that is done leaves a line."""
    marker = folder / "died"
    if item == 3 and not marker.exists():
        marker.touch()
        dies(item)
    with (folder / "done").open("a") as done:
        done.write(f"{item}\n")
    return item * item
