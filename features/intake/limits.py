"""How large a file may be that is read."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """Bounds of one file; a file beyond one is refused whole.

    Attributes
    ----------
    size : int
        Bytes of the file.
    unpacked : int
        Bytes of all parts of a workbook unpacked.
    ratio : int
        How many times a part of more than a megabyte may grow when unpacked.
    rows, columns, cells, characters : int
        Of one sheet, blank ones between the first and the last included; characters of all its texts.
    """

    size: int = 64 * 1024**2
    unpacked: int = 768 * 1024**2
    ratio: int = 200
    rows: int = 200_100
    columns: int = 500
    cells: int = 12_000_000
    characters: int = 150_000_000
