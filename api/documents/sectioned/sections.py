"""What a document of sections is made of: sentences, facts and tables, under a title and over a foot.

Nothing here knows of Excel or of paper; both writers show every word of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

__all__ = [
    "UNCONFIRMED",
    "Cell",
    "Facts",
    "Section",
    "SectionedDocument",
    "Table",
    "TableColumn",
    "Words",
    "yen_cell",
]

Cell: TypeAlias = str | int | date | None
"""``None`` is left blank, for a hand to fill in."""

UNCONFIRMED: Final = "未確認"
"""What stands where nobody has confirmed a figure."""


@dataclass(frozen=True)
class Words:
    """Sentences, one a line; numbered where they are to be referred to."""

    title: str
    sentences: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Facts:
    """Pairs of a label and its words; blank words are for a hand."""

    title: str
    rows: tuple[tuple[str, str], ...]
    note: str = ""


@dataclass(frozen=True)
class TableColumn:
    """A column of a table: its heading, its share of the width, and whether it holds words or figures."""

    title: str
    share: int
    kind: Literal["text", "label", "number"] = "text"


@dataclass(frozen=True)
class Table:
    """Rows of cells; without a row ``nothing`` says so in words."""

    title: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    nothing: str = "ありません。"


Section: TypeAlias = Words | Facts | Table


@dataclass(frozen=True)
class SectionedDocument:
    """A whole document.

    Attributes
    ----------
    title : str
    lead : tuple of str
        Lines under the title: whom it concerns, on which day.
    sections : tuple of Section
    foot : str
        What made it, at the foot of every page.
    made : date
        The day of the run or the decision; the file carries it, so the same content gives the same bytes.
    is_landscape : bool
    is_dense : bool
        Smaller type.
    is_one_page : bool
        The Excel sheet is scaled onto one page.
    """

    title: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    foot: str
    made: date
    is_landscape: bool = False
    is_dense: bool = False
    is_one_page: bool = False


def yen_cell(amount: int | None) -> Cell:
    """An amount, or the word for one that nobody has confirmed.

    Examples
    --------
    >>> yen_cell(3_500_000), yen_cell(None)
    (3500000, '未確認')
    """
    return UNCONFIRMED if amount is None else amount
