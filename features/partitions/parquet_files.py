"""Parquet files that are written whole or not at all, and carry the digest of what they were made from."""

from __future__ import annotations

import io
import os
import uuid
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

__all__ = ["PARTIAL", "is_made_from", "write_whole"]

PARTIAL: Final = ".partial"
"""Ends the name of a file that is being written; one that is left belongs to a process that was stopped."""

_MADE_FROM: Final = "made_from"
_ROWS: Final = 262_144  # of a row group: a fixed number, so that a file's bytes depend on its rows alone


def write_whole(frame: pl.DataFrame, path: Path, *, made_from: str) -> None:
    """Write a frame by way of a neighbour, readable for its owner alone.

    A process that is killed leaves the neighbour, never half a file; two that write the same file write the same bytes,
    and the later one replaces the earlier.

    Parameters
    ----------
    frame : DataFrame
    path : Path
    made_from : str
        Digest of everything that decided the content.

    Raises
    ------
    OSError
        Naming ``path``.
    """
    # several machines may write into one folder, so a process number would not tell their files apart
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}{PARTIAL}")
    content = io.BytesIO()  # polars would tell a full disk as a fault of the file's format
    frame.write_parquet(content, row_group_size=_ROWS, metadata={_MADE_FROM: made_from})
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from None


def is_made_from(path: Path, made_from: str) -> bool:
    """Whether a whole file is there that was made from exactly this."""
    if not path.is_file():
        return False
    try:
        return pl.read_parquet_metadata(path).get(_MADE_FROM) == made_from
    except PolarsError:  # a file that was cut short or damaged is made again
        return False
