"""Parquet files that are written whole or not at all, say what they were made from, and show any later change.

The seal of a file is the digest of all its bytes, taken with zeros where it stands itself. It lies in the footer, so
that a file and its digest are never apart, on whatever machine a file is written.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import uuid
from pathlib import Path
from typing import IO, Final

import polars as pl

__all__ = ["PARTIAL", "digest_if_made_from", "write_whole"]

PARTIAL: Final = ".partial"
"""Ends the name of a file that is being written; one that is left belongs to a process that was stopped."""

_MADE_FROM: Final = "made_from"
_SEAL: Final = "seal"
_UNSEALED: Final = "0" * 64
_SEALED: Final = re.compile(rb"seal..([0-9a-f]{64})", re.DOTALL)  # between name and value: a type and a length
_END: Final = 8  # bytes behind the footer: its length and the format's name
_AT_ONCE: Final = 1 << 20
_ROWS: Final = 262_144  # of a row group: a fixed number, so that a file's bytes depend on its rows alone


def write_whole(frame: pl.DataFrame, path: Path, *, made_from: str) -> str:
    """Write a frame by way of a neighbour, readable for its owner alone.

    A process that is killed leaves the neighbour, never half a file; two that write the same file write the same bytes,
    and the later one replaces the earlier.

    Parameters
    ----------
    frame : DataFrame
    path : Path
    made_from : str
        Digest of everything that decided the content.

    Returns
    -------
    str
        SHA-256 of the file's bytes.

    Raises
    ------
    OSError
        Naming ``path``.
    """
    # several machines may write into one folder, so a process number would not tell their files apart
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}{PARTIAL}")
    content = io.BytesIO()  # polars would tell a full disk as a fault of the file's format
    frame.write_parquet(content, row_group_size=_ROWS, metadata={_MADE_FROM: made_from, _SEAL: _UNSEALED})
    _seal(content)
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from None
    return hashlib.sha256(content.getbuffer()).hexdigest()


def digest_if_made_from(path: Path, made_from: str) -> str | None:
    """SHA-256 of a file's bytes, if they are those that :func:`write_whole` wrote and were made from exactly this.

    A file that is not there, was cut short, or differs in a single bit is to be made again.
    """
    if not path.is_file():
        return None
    with path.open("rb") as file:
        digest = _digest_if_whole(file)
    # its seal first: of a damaged file polars may believe anything
    if digest is None or pl.read_parquet_metadata(path).get(_MADE_FROM) != made_from:
        return None
    return digest


def _seal(content: io.BytesIO) -> None:
    at = _start_of_footer(content)
    content.seek(at)
    start, _ = _place_of_seal(content.read())
    seal = hashlib.sha256(content.getbuffer()).hexdigest()
    content.seek(at + start)
    content.write(seal.encode())


def _digest_if_whole(file: IO[bytes]) -> str | None:
    found, left = hashlib.sha256(), _start_of_footer(file)
    file.seek(0)
    while left > 0 and (some := file.read(min(left, _AT_ONCE))):
        found.update(some)
        left -= len(some)
    footer, unsealed = file.read(), found.copy()
    start, end = _place_of_seal(footer)
    unsealed.update(footer[:start] + _UNSEALED.encode() + footer[end:])
    found.update(footer)
    return found.hexdigest() if footer[start:end] == unsealed.hexdigest().encode() else None


def _start_of_footer(file: IO[bytes]) -> int:
    """Where the footer begins by what the end of the file says; 0 where that cannot be."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _END, 0))
    return max(size - _END - int.from_bytes(file.read(4), "little"), 0)


def _place_of_seal(footer: bytes) -> tuple[int, int]:
    """The last one in the footer; nothing at all where there is none."""
    places = [found.span(1) for found in _SEALED.finditer(footer)]
    return places[-1] if places else (0, 0)
