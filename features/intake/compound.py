"""Compound files (MS-CFB), in which Excel 97 keeps a workbook: their streams, and one stream as a file of its own.

Reading is bounded by the bytes at hand: every chain of sectors ends after as many steps as there are sectors.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["CompoundError", "packed_stream", "stream_names", "stream_of"]

_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SECTOR, _ENTRY, _HEADER_FAT = 512, 128, 109
_STREAM, _ROOT = 2, 5


class CompoundError(ValueError):
    """Bytes that are no whole compound file."""


class _Entry(NamedTuple):
    kind: int
    start: int
    size: int


class _File(NamedTuple):
    content: bytes
    sector: int
    mini_sector: int
    mini_limit: int
    fat: tuple[int, ...]
    mini_fat: tuple[int, ...]
    entries: Mapping[str, _Entry]


def stream_names(content: bytes) -> frozenset[str]:
    """Names of the streams and storages.

    Raises
    ------
    CompoundError
        If the bytes are no compound file.
    """
    return frozenset(_read(content).entries)


def stream_of(content: bytes, name: str) -> bytes:
    """The bytes of a stream.

    Raises
    ------
    CompoundError
        If there is none of that name, or it is not whole.
    """
    file = _read(content)
    entry = file.entries.get(name)
    if entry is None or entry.kind != _STREAM:
        raise CompoundError
    if entry.size >= file.mini_limit:
        return _chain(file.content, file.fat, entry.start, file.sector, offset=file.sector)[: entry.size]
    root = next((found for found in file.entries.values() if found.kind == _ROOT), None)
    if root is None:
        raise CompoundError
    small = _chain(file.content, file.fat, root.start, file.sector, offset=file.sector)
    return _chain(small, file.mini_fat, entry.start, file.mini_sector, offset=0)[: entry.size]


def packed_stream(name: str, content: bytes) -> bytes:
    """A compound file (version 3) with one stream and nothing else.

    Examples
    --------
    >>> stream_of(packed_stream("Workbook", b"x" * 5000), "Workbook")[:5000] == b"x" * 5000
    True
    """
    padded = content.ljust(max(4096, -(-len(content) // _SECTOR) * _SECTOR), b"\0")
    n_data = len(padded) // _SECTOR
    # a sector of the table tells of 128 sectors, its own among them; the directory takes one
    n_fat = -(-(n_data + 1) // 127)
    if n_fat > _HEADER_FAT:
        raise CompoundError
    fat = [*range(1, n_data), _END, _END, *[_FAT] * n_fat]
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(n_fat * _SECTOR, b"\xff")
    places = [*range(n_data + 1, n_data + 1 + n_fat), *[_FREE] * (_HEADER_FAT - n_fat)]
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6),
        *(0, n_fat, n_data, 0, 4096, _END, 0, _END, 0),
    )
    directory = _entry("Root Entry", _ROOT, _END, 0, child=1) + _entry(name, _STREAM, 0, len(padded))
    return header + struct.pack(f"<{_HEADER_FAT}I", *places) + padded + directory.ljust(_SECTOR, b"\0") + table


def _entry(name: str, kind: int, start: int, size: int, *, child: int = _FREE) -> bytes:
    title = (name + "\0").encode("utf-16-le")
    head = title.ljust(64, b"\0") + struct.pack("<HBBIII", len(title), kind, 1, _FREE, _FREE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def _read(content: bytes) -> _File:
    try:
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        directory, mini_limit, mini_start, _, further, _ = struct.unpack_from("<I4xIIIII", content, 48)
        heads = struct.unpack_from(f"<{_HEADER_FAT}I", content, 76)
    except struct.error:
        raise CompoundError from None
    if shift not in (9, 12) or mini_shift != 6 or not content.startswith(b"\xd0\xcf\x11\xe0"):
        raise CompoundError
    sector = 1 << shift
    fat = _table(content, [*heads, *_further(content, further, sector)], sector)
    mini_fat = _numbers(_chain(content, fat, mini_start, sector, offset=sector)) if mini_start < _FAT else ()
    entries = _entries(_chain(content, fat, directory, sector, offset=sector))
    return _File(content, sector, 1 << mini_shift, mini_limit, fat, mini_fat, entries)


def _further(content: bytes, start: int, sector: int) -> list[int]:
    found: list[int] = []
    for _ in range(len(content) // sector):
        if start >= _FAT:
            break
        numbers = _numbers(_sector_of(content, start, sector, sector))
        found += numbers[:-1]
        start = numbers[-1]
    return found


def _table(content: bytes, places: list[int], sector: int) -> tuple[int, ...]:
    return tuple(
        number for place in places if place < _FAT for number in _numbers(_sector_of(content, place, sector, sector))
    )


def _chain(content: bytes, fat: tuple[int, ...], start: int, sector: int, *, offset: int) -> bytes:
    parts: list[bytes] = []
    for _ in range(len(fat)):
        if start >= _FAT:
            break
        parts.append(_sector_of(content, start, sector, offset))
        if start >= len(fat):
            raise CompoundError
        start = fat[start]
    return b"".join(parts)


def _sector_of(content: bytes, number: int, sector: int, offset: int) -> bytes:
    begin = offset + number * sector
    if begin >= len(content):
        raise CompoundError
    return content[begin : begin + sector].ljust(sector, b"\0")


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content)


def _entries(directory: bytes) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    for begin in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        length, kind = struct.unpack_from("<HB", directory, begin + 64)
        start, size = struct.unpack_from("<II", directory, begin + 116)
        if kind and 2 <= length <= 64:
            name = directory[begin : begin + length - 2].decode("utf-16-le", "replace")
            found.setdefault(name, _Entry(kind, start, size))
    return found
