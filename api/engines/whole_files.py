"""Files of people are read once in a process of their own before anybody is listed.

polars takes memory by the lengths that it finds in a file. Where damage has made a length of anything, the process that
believes it is ended by the system, and that shall be none in which lists are made.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from api.engines.engine import engine_of
from features.partitions.partition import not_whole, open_partition

__all__ = ["verify_whole"]

_STDERR: Final = 2


def verify_whole(paths: Sequence[Path]) -> None:
    """Read partitions, one at a time.

    Raises
    ------
    PartitionError
        Naming the first that is none, or that no process outlives.
    """
    engine = engine_of("processes:1")
    with engine.open() as executor:
        for path in paths:
            try:
                executor.submit(_read, path).result()
            except engine.lost:
                raise not_whole(path.name) from None


def _read(path: Path) -> None:
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, _STDERR)  # what polars says of a length that cannot be is told by the name of the file
    os.close(silent)
    open_partition(path)
