"""Numbers as cells spell them, and which cells are too long to be read as a value."""

from __future__ import annotations

import re
from typing import Final

from features.intake.sheet import Cell
from features.intake.values.reading import About, Reader, Reading, Unreadable
from features.intake.values.spelling import folded

__all__ = ["NEGATIVE", "NUMBER", "bounded", "number_of", "unsigned"]

NEGATIVE: Final = Unreadable("number_negative", "0より小さい数です。", "数を確かめて、符号を付けずに書いてください。")
NUMBER: Final = r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?"

_LONGEST: Final = 2_000  # characters; a list of licences that fills a page has fewer
_MOST_DIGITS: Final = 30  # of one number; money of a nation has fewer
_MINUS: Final = re.compile(r"(?:[-▲△]|マイナス)[0-9]")
# dots alone are no number: … is three of them once its width is folded
_ROW_OF_DIGITS: Final = re.compile(rf"(?:[0-9〇一二三四五六七八九][.,]?){{{_MOST_DIGITS + 1}}}")


def number_of(text: str) -> float:
    """The number that a match of :data:`NUMBER` spells.

    Examples
    --------
    >>> number_of("1,234.5")
    1234.5
    """
    return float(text.replace(",", ""))


def bounded(reader: Reader) -> Reader:
    """The reader, which refuses a cell longer than a value and a number that no double holds.

    What a reader asks of a cell may take four times as long where the cell is twice as long: one cell of 32,000 digits
    would keep an import for a minute.
    """

    def read(cell: Cell, about: About) -> Reading:
        if isinstance(cell, str) and len(cell) > _LONGEST:
            return Unreadable(
                "value_too_long",
                f"この項目としては長すぎます（{_LONGEST:,}字まで）。",
                "この項目に当たる部分だけを書いてください。",
            )
        if _may_be_too_large(cell) and _ROW_OF_DIGITS.search(folded(cell)):
            return Unreadable("number_too_long", "数字のけたが多すぎます。", "数字を確かめて書き直してください。")
        return reader(cell, about)

    return read


def unsigned(reader: Reader) -> Reader:
    """The reader of a length or of hours or days, which refuses a cell that begins with a minus (▲3年)."""

    def read(cell: Cell, about: About) -> Reading:
        if _MINUS.match(folded(cell)):
            return NEGATIVE
        return reader(cell, about)

    return read


def _may_be_too_large(cell: Cell) -> bool:
    return (
        len(cell) > _MOST_DIGITS if isinstance(cell, str) else isinstance(cell, int) and abs(cell) >= 10**_MOST_DIGITS
    )
