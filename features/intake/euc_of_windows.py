"""EUC-JP as Windows and its programs write it (eucJP-ms, CP51932): ① ㈱ 髙, which the standard's own set does not hold.

Python knows no such codec. The two bytes of a character are the same row and cell in CP932, which it knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

__all__ = ["euc_of_windows"]

_PIECE: Final = re.compile(rb"[\x00-\x7f]+|(?:[\xa1-\xfe]{2})+|(?:\x8e[\xa1-\xdf])+|(?:\x8f[\xa1-\xfe]{2})+")


def euc_of_windows(content: bytes) -> str | None:
    r"""The text of bytes in EUC-JP with the characters of Windows; ``None`` where they are not in it.

    Examples
    --------
    >>> euc_of_windows(b"\xad\xa1 \xad\xea"), euc_of_windows(b"\xad")
    ('① ㈱', None)
    """
    parts: list[str] = []
    done = 0
    for piece in _PIECE.finditer(content):
        if piece.start() != done:
            return None
        done = piece.end()
        try:
            parts.append(_text(piece[0]))
        except UnicodeDecodeError:
            return None
    return "".join(parts) if done == len(content) else None


def _text(piece: bytes) -> str:
    # of half-width kana and of JIS X 0212 the standard's own codec knows all
    return bytes(_shifted(piece)).decode("cp932") if piece[0] >= 0xA1 else piece.decode("euc_jp")


def _shifted(piece: bytes) -> Iterator[int]:
    """Rows and cells as Shift_JIS counts them: two rows share a first byte (JIS X 0208:1997, annex 1)."""
    for first, second in zip(piece[::2], piece[1::2], strict=True):
        row, cell = first - 0xA1, second - 0xA1
        head = row // 2 + 0x81
        yield head if head < 0xA0 else head + 0x40
        tail = cell + (0x40 if row % 2 == 0 else 0x9F)
        yield tail + 1 if row % 2 == 0 and tail >= 0x7F else tail
