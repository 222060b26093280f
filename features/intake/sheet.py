"""A sheet as rows of cells, wherever it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple, TypeAlias

__all__ = ["NO_FACTS", "Cell", "Sheet", "SheetFacts", "column_letters", "is_blank", "text_of"]

Cell: TypeAlias = str | float | int | bool | date | datetime | time | timedelta


class SheetFacts(NamedTuple):
    """What a file tells of a sheet beside its cells, counted from 0 as in the file.

    ``hidden_rows`` is their number, ``hidden_columns`` their places, ``without_value`` the places (row, column) of
    formulas whose value the file does not hold.
    """

    hidden_rows: int = 0
    hidden_columns: tuple[int, ...] = ()
    without_value: frozenset[tuple[int, int]] = frozenset()


# blanks, and marks that nobody sees and that change nothing
_NOTHING: Final = " \t\r\n\u3000\u200b\u200c\u200d\u2060\ufeff\xa0"
NO_FACTS: Final = SheetFacts()


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet.

    Attributes
    ----------
    name : str
    rows : callable
        Gives the rows anew, from the first row and column that hold something; rows may differ in length.
    top, left : int
        How many rows and columns lie before them.
    merged : tuple of (top, left, bottom, right)
        Merged cells, both ends included, counted like ``rows``.
    facts : SheetFacts
        What the file tells of it beside its cells.
    """

    name: str
    rows: Callable[[], Iterator[Sequence[Cell]]]
    top: int = 0
    left: int = 0
    merged: tuple[tuple[int, int, int, int], ...] = ()
    facts: SheetFacts = NO_FACTS


def column_letters(column: int) -> str:
    """The letters Excel shows above a column, counted from 0.

    Examples
    --------
    >>> column_letters(0), column_letters(26), column_letters(701)
    ('A', 'AA', 'ZZ')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def is_blank(cell: Cell) -> bool:
    """Whether nothing but blanks stands in a cell."""
    return isinstance(cell, str) and not cell.strip(_NOTHING)


def text_of(cell: Cell) -> str:
    """What a cell shows, as text without blanks at its ends.

    Examples
    --------
    >>> text_of(3.0), text_of("　下川町 "), text_of(True), text_of(date(2026, 4, 1))
    ('3', '下川町', 'TRUE', '2026-04-01')
    """
    if isinstance(cell, str):
        return cell.strip(_NOTHING)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
