"""Work whose worker dies, for processes that import it by name; light, because every new process imports it."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from api.engines.engine import engine_of
from api.engines.spreading import spread

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


def _works_long(item: int) -> int:
    os.write(sys.stdout.fileno(), f"{os.getpid()}\n".encode())
    time.sleep(600)
    return item


if __name__ == "__main__":  # a parent to be ended while its two workers are at work
    spread(engine_of("processes:2"), _works_long, [0, 1])
