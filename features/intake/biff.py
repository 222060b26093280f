"""Workbooks of Excel 97 and 95, measured before anything reads them.

The reader behind :mod:`features.intake.workbook` allocates every cell between the first and the last one a sheet tells
of, and a few bytes can tell of cells no Excel has. So the records of each sheet are walked here once, and what is read
afterwards is a file made anew of the very stream that was walked.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from features.intake.compound import CompoundError, packed_stream, stream_names, stream_of
from features.intake.errors import IntakeError
from features.intake.limits import Limits
from features.intake.sheet import NO_FACTS, SheetFacts
from features.intake.sheet_facts import places_of

__all__ = ["counts_from_1904", "facts_of_book", "has_macros", "is_locked", "verified_book"]

_STREAMS: Final = ("Workbook", "Book", "WORKBOOK", "BOOK")
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _DIMENSIONS = (0x0009, 0x0209, 0x0409, 0x0809), 0x000A, 0x002F, 0x0085, 0x0200
# NUMBER, LABEL, BOOLERR, FORMULA, BLANK, LABELSST, RK, RSTRING: row and column stand first
_CELLS: Final = frozenset({0x0203, 0x0204, 0x0205, 0x0006, 0x0201, 0x00FD, 0x027E, 0x00D6, 0x0206, 0x0406})
_SPANS: Final = frozenset({0x00BD, 0x00BE})  # MULRK, MULBLANK: the last column stands last
_DATEMODE: Final = 0x0022
_ROWS: Final = frozenset({0x0208, 0x0008})
_IS_HIDDEN: Final = 0x20  # in the thirteenth byte of a row's record (MS-XLS 2.4.221: fDyZero)
_COLUMN_WIDTHS: Final = 0x007D  # ColInfo (MS-XLS 2.4.53): first and last column, and whether they are hidden
_COLUMNS: Final = 256
_MEND: Final = "Excel で開き、「名前を付けて保存」で「Excel ブック (*.xlsx)」を選んで保存し直してください。"


def is_locked(content: bytes) -> bool:
    """Whether a compound file is an encrypted workbook, of Excel 97 or of today."""
    names = _names(content)
    return "EncryptedPackage" in names or _is_locked_stream(content, names)


def has_macros(content: bytes) -> bool:
    """Whether a workbook carries macros; they are never run."""
    return any(name.startswith("_VBA_PROJECT") for name in _names(content))


def counts_from_1904(content: bytes) -> bool:
    """Whether the numbers of days count from 1904, as they do on old Macintoshes."""
    try:
        records = list(_records(_book(content)[1], 0))
    except (CompoundError, struct.error):
        return False
    return any(kind == _DATEMODE and record[:2] == b"\x01\x00" for kind, record in records)


def facts_of_book(content: bytes) -> Mapping[str, SheetFacts]:
    """Hidden rows, a filter's among them, and hidden columns of each sheet; what cannot be read tells nothing."""
    try:
        stream = _book(content)[1]
        names = [_sheet_name(record) for record in _sheet_records(stream)]
        found = dict(zip(names, map(_hidden, _parts(stream, _sheet_begins(stream))), strict=True))
    except (CompoundError, struct.error):
        return {}
    return {name: facts for name, facts in found.items() if facts != NO_FACTS}


def verified_book(content: bytes, limits: Limits) -> bytes:
    """A workbook of nothing but the stream of cells, where each sheet keeps to ``limits``.

    Raises
    ------
    IntakeError
        If the file is no whole workbook, or a sheet is too wide.
    """
    try:
        name, stream = _book(content)
        for records in _parts(stream, [0, *_sheet_begins(stream)]):
            _verify_sheet(records, limits)
        return packed_stream(name, stream)
    except (CompoundError, struct.error):
        raise IntakeError("Excel ブックとして読めません。ファイルが壊れています。", mend=_MEND) from None


def _names(content: bytes) -> frozenset[str]:
    try:
        return stream_names(content)
    except CompoundError:
        return frozenset()


def _is_locked_stream(content: bytes, names: frozenset[str]) -> bool:
    if not names & set(_STREAMS):
        return False
    try:
        return any(kind == _FILEPASS for kind, _ in _records(_book(content)[1], 0))
    except (CompoundError, struct.error):
        return False


def _book(content: bytes) -> tuple[str, bytes]:
    names = stream_names(content)
    name = next((name for name in _STREAMS if name in names), None)
    if name is None:
        raise CompoundError
    return name, stream_of(content, name)


def _records(stream: bytes, begin: int) -> Iterator[tuple[int, bytes]]:
    """Records from a place to the end of their part."""
    while begin + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, begin)
        yield kind, stream[begin + 4 : begin + 4 + length]
        if kind == _EOF:
            return
        begin += 4 + length


def _sheet_records(stream: bytes) -> list[bytes]:
    return [record for kind, record in _records(stream, 0) if kind == _BOUNDSHEET and record]


def _sheet_begins(stream: bytes) -> list[int]:
    return [struct.unpack_from("<I", record)[0] for record in _sheet_records(stream)]


def _sheet_name(record: bytes) -> str:
    length, is_wide = struct.unpack_from("<BB", record, 6)
    return record[8:].decode("utf-16-le" if is_wide & 1 else "latin-1", "replace")[:length]


def _hidden(records: Iterable[tuple[int, bytes]]) -> SheetFacts:
    rows = 0
    spans: list[range] = []
    for kind, record in records:
        if kind in _ROWS and len(record) >= 14:
            rows += bool(record[12] & _IS_HIDDEN)
        elif kind == _COLUMN_WIDTHS and len(record) >= 10 and record[8] & 1:
            first, last = struct.unpack_from("<HH", record)
            # what is hidden to the end of the sheet holds nothing
            spans.append(range(first, last + 1 if last < _COLUMNS - 1 else first))
    return SheetFacts(hidden_rows=rows, hidden_columns=places_of(spans))


def _parts(stream: bytes, begins: Sequence[int]) -> Iterator[Iterator[tuple[int, bytes]]]:
    """The records of each part, to be read in turn; parts share none, so there is room for so many and no more.

    Raises
    ------
    CompoundError
        If they do share some: a thousand sheets in one place would be walked a thousand times.
    """
    left = len(stream) // 4 + len(begins)

    def counted(begin: int) -> Iterator[tuple[int, bytes]]:
        nonlocal left
        for record in _records(stream, begin):
            left -= 1
            if left < 0:
                raise CompoundError
            yield record

    return map(counted, begins)


def _verify_sheet(records: Iterable[tuple[int, bytes]], limits: Limits) -> None:
    rows, columns = 0, 0
    for kind, record in records:
        if kind in _CELLS and len(record) >= 4:
            row, column = struct.unpack_from("<HH", record)
        elif kind in _SPANS and len(record) >= 6:
            row, column = max(struct.unpack_from("<HH", record), struct.unpack("<HH", record[:2] + record[-2:]))
        elif kind == _DIMENSIONS:
            row, column = _dimensions(record)
        else:
            continue
        rows, columns = max(rows, row + 1), max(columns, column + 1)
        if columns > _COLUMNS or rows * columns > limits.cells:
            raise IntakeError(
                f"表の右下の端が遠すぎます（{rows:,}行 × {columns:,}列まで使われています）。",
                mend="必要な表だけを新しいブックにコピーし、.xlsx に保存し直してください。",
            )


def _dimensions(record: bytes) -> tuple[int, int]:
    """The last row and column a sheet tells of: four-byte rows in Excel 97, two-byte ones before."""
    if len(record) >= 14:
        _, last, _, column = struct.unpack_from("<IIHH", record)
    elif len(record) >= 8:
        _, last, _, column = struct.unpack_from("<HHHH", record)
    else:
        return 0, 0
    return max(last - 1, 0), max(column - 1, 0)
