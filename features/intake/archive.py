"""What a workbook unpacks to, measured before anything reads it.

A workbook is a ZIP archive. The reader behind :mod:`features.intake.workbook` unpacks a part whole and allocates every
cell between the first and the last one written: a few kilobytes with one cell at XFD1048576 would ask for half a
terabyte and end the process. So every part is unpacked here once, in pieces, by its own data rather than by the size it
declares, the last cell of each sheet is looked for, and what is read afterwards is made anew of what was measured.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from features.intake.errors import IntakeError
from features.intake.limits import Limits

__all__ = ["is_macro_workbook", "verified_archive"]

_PIECE: Final = 1024 * 1024
_LOCAL_HEADER: Final = 30
_LEFT_OUT: Final = re.compile(
    r"xl/(?:media|embeddings|drawings|charts|activeX|vbaProject|printerSettings|ctrlProps)", re.IGNORECASE
)
# a reference in an attribute; nothing is refused for a word of a text that looks like one below the limits
_REFERENCE: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,4})([0-9]{1,9})["']""")
_OVERLAP: Final = 64
_MEND: Final = "必要な表だけを新しいブックにコピーして保存し直し、もう一度取り込んでください。"


def verified_archive(content: bytes, limits: Limits) -> bytes:
    """The archive made anew of the parts that were unpacked here, without compression, pictures and macros.

    Whoever reads it afterwards reads what was measured, whatever two tables of contents a file may carry.

    Parameters
    ----------
    content : bytes
        An xlsx or xlsm file.
    limits : Limits

    Raises
    ------
    IntakeError
        If it is broken, or unpacks to more than ``limits`` allow.
    """
    file, total = io.BytesIO(), 0
    parts = [part for part in _parts(content) if not part.is_dir()]
    if len({part.filename for part in parts}) < len(parts):
        raise _broken()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as clean:
        for part in parts:
            if _LEFT_OUT.match(part.filename):
                continue
            body = _measured(content, part, total, limits)
            total += len(body)
            clean.writestr(zipfile.ZipInfo(part.filename), body)
    return file.getvalue()


def _measured(content: bytes, part: zipfile.ZipInfo, before: int, limits: Limits) -> bytes:
    pieces: list[bytes] = []
    size, rows, columns, tail = 0, 0, 0, b""
    for piece in _unpacked(content, part):
        size += len(piece)
        _verify_growth(size, before + size, part.compress_size, limits)
        # the book says which part is a sheet, and any may be
        rows, columns = _extent(tail + piece, rows, columns)
        _verify_extent(rows, columns, limits)
        tail = piece[-_OVERLAP:]
        pieces.append(piece)
    return b"".join(pieces)


def is_macro_workbook(content: bytes) -> bool:
    """Whether a workbook carries macros; they are never run."""
    return any(part.filename.lower().endswith("vbaproject.bin") for part in _parts(content))


def _parts(content: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, EOFError):
        raise _broken() from None


def _broken() -> IntakeError:
    return IntakeError(
        "Excel ブックとして読めません。ファイルが壊れているか、途中で切れています。",
        mend="Excel で開けるか確かめ、「名前を付けて保存」で .xlsx に保存し直してください。",
    )


def _unpacked(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The data of a part in pieces, whatever size its header declares."""
    header = content[part.header_offset : part.header_offset + _LOCAL_HEADER]
    if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04" or part.compress_type not in (0, 8):
        raise _broken()
    if part.flag_bits & 1:
        raise IntakeError("パスワード付きの圧縮ファイルです。", mend="パスワードを外して保存し直してください。")
    begin = part.header_offset + _LOCAL_HEADER + int.from_bytes(header[26:28], "little")
    begin += int.from_bytes(header[28:30], "little")
    packed = memoryview(content)[begin : begin + part.compress_size]
    if part.compress_type == 0:
        yield from (bytes(packed[place : place + _PIECE]) for place in range(0, len(packed), _PIECE))
        return
    unpacker = zlib.decompressobj(-15)
    rest: bytes | memoryview = packed
    while rest and not unpacker.eof:
        try:
            piece = unpacker.decompress(rest, _PIECE)
        except zlib.error:
            raise _broken() from None
        rest = unpacker.unconsumed_tail
        yield piece


def _verify_growth(size: int, total: int, packed: int, limits: Limits) -> None:
    too_dense = size > _PIECE and size > limits.ratio * max(packed, 1)
    if too_dense or total > limits.unpacked:
        raise IntakeError(
            "ブックの中身が、ファイルの大きさに比べて極端に大きくふくらみます（圧縮爆弾のおそれ）。", mend=_MEND
        )


def _extent(piece: bytes, rows: int, columns: int) -> tuple[int, int]:
    for letters, digits in set(_REFERENCE.findall(piece)):
        rows = max(rows, int(digits))
        columns = max(columns, _column(letters.upper()))
    return rows, columns


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column


def _verify_extent(rows: int, columns: int, limits: Limits) -> None:
    if rows * max(columns, 1) > limits.cells:
        raise IntakeError(
            f"表の右下の端が遠すぎます（{rows:,}行 × {columns:,}列まで使われています）。",
            mend="表の外に残った書き込みや書式を消すか、" + _MEND,
        )
