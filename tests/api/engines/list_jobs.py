"""Lists whose worker dies while it writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from api.engines import list_task
from api.engines.list_task import ListTask, PartitionDone, list_one
from features.partitions.parquet_files import write_whole
from tests.api.engines.jobs import dies

__all__ = ["lists_and_dies_once"]


def lists_and_dies_once(task: ListTask, marker: Path, fatal: str, partition: Path) -> PartitionDone:
    """List a partition; at the fatal one die, the first time, when one of its files is written."""
    if partition.name == fatal and not marker.exists():
        marker.touch()
        setattr(list_task, "write_whole", _write_and_die)  # noqa: B010 - another module's name, in a process that dies
    return list_one(task, partition)


def _write_and_die(*arguments: Any, **options: Any) -> None:
    write_whole(*arguments, **options)
    dies(0)
