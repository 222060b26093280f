"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

__all__ = ["whole_file", "write_bytes", "write_text"]

_THERE: Final = "同じ名前のファイルがもうあります。別の名前にしてください (is there already, expected a new name)"


@contextmanager
def whole_file(path: Path) -> Generator[Path]:
    """An empty neighbour of ``path``, its owner's alone, that becomes the file once all is written and on disk.

    Raises
    ------
    FileExistsError
        If ``path`` is there already; it is left as it is.
    """
    if path.exists():
        raise FileExistsError(errno.EEXIST, _THERE, str(path))
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    try:
        yield partial
        with partial.open("r+b") as written:  # Windows brings to disk only what may be written to
            os.fsync(written.fileno())
        _name_without_replacing(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _name_without_replacing(partial: Path, path: Path) -> None:
    try:
        os.link(partial, path)  # unlike a move it refuses a file that came meanwhile
    except FileExistsError:
        raise
    except OSError:  # a memory stick (FAT, exFAT) has no links
        if path.exists():
            raise FileExistsError(errno.EEXIST, _THERE, str(path)) from None
        partial.rename(path)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file by way of a neighbour, so that nobody ever reads half of it.

    Raises
    ------
    OSError
        Naming ``path``; the neighbour is gone then.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder, expected the name of a file", str(path))
    if path.exists() and not path.is_file():
        path.write_bytes(content)  # a pipe or a device is written to, never replaced
        return
    target = path.resolve()  # a link stays a link
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from None


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8."""
    write_bytes(path, text.encode())
