"""Memory that a process holds and does not use, given back to the machine while nobody waits.

Two things grow beside what is kept. The C library keeps what was freed, between what is not: fifty megabytes after
everybody's texts were read. And every page of a mapped file that was ever looked at counts as the process's own, most
of the analyser's dictionary among them, although the machine keeps it in its own memory of files as well.
"""

from __future__ import annotations

import ctypes
import mmap
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = ["give_back_memory"]

_MAPS: Final = Path("/proc/self/maps")
_READ_TOGETHER: Final = "r--s"  # nobody can have changed a page, so none is lost; a program's own parts are private


def give_back_memory() -> None:
    """Give back what was freed, and let go of pages of files that are only read; nothing where the system has no way.

    Takes some hundredths of a second; what is looked at again comes back piece by piece, from the machine's memory.

    Examples
    --------
    >>> give_back_memory()
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    trim = getattr(libc, "malloc_trim", None)  # glibc's; others give back by themselves
    if trim is not None:
        trim(0)
    for begin, size in _files_read():
        libc.madvise(ctypes.c_void_p(begin), ctypes.c_size_t(size), mmap.MADV_DONTNEED)


def _files_read() -> Iterator[tuple[int, int]]:
    """Begin and size of every mapping of a file that this process can only read and shares."""
    for line in _MAPS.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        place, rights, _, _, inode, *name = line.split(maxsplit=5)
        if rights == _READ_TOGETHER and inode != "0" and name:
            begin, end = (int(number, 16) for number in place.split("-"))
            yield begin, end - begin
