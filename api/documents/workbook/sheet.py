"""A sheet that is written from top to bottom, prints on A4 and shows all of its text.

Every text goes in as a string, whatever it begins with, so nothing a person wrote can become a formula or a link. The
only formulas are a :class:`Formula`, which a document makes of places and never of texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from api.documents.text_width import clip, line_count
from api.documents.workbook.styles import FONT, StyleName, Styles

__all__ = ["Cell", "Column", "Formula", "Paper", "SheetWriter"]

_A4 = 9
_LINE_POINTS = 12.75  # a line of the 9-point font, with room for a substitute font
_PADDING_POINTS = 9.0
_CHARACTERS_PER_WIDTH = 1.08  # 9-point characters in a unit of column width, measured in 11 points, less a margin
_TALLEST_POINTS = 409.0  # Excel's limit
_FOOTER_WIDTH = 90  # a footer holds 255 characters, codes included


@dataclass(frozen=True)
class Formula:
    """A formula over other cells, and the value it has when the file is written.

    Examples
    --------
    >>> Formula("=AVERAGE(B2:D2)").value
    ''
    """

    text: str
    value: str | float = ""


Cell: TypeAlias = str | float | Formula | None


@dataclass(frozen=True)
class Column:
    """A column: its heading, its width in half-width characters, and the formats of its cells and heading."""

    title: str
    width: float
    style: StyleName = "text"
    header: StyleName = "header"


@dataclass(frozen=True)
class Paper:
    """What all sheets of a workbook share: the workbook, its formats, and the words at the foot of each page."""

    workbook: Workbook
    styles: Styles
    footer: str


class SheetWriter:
    """Writes one sheet; ``row`` is the next free row.

    Parameters
    ----------
    paper : Paper
    name : str
        Name of the sheet.
    columns : sequence of Column
    is_portrait : bool, default False
    """

    def __init__(self, paper: Paper, name: str, columns: Sequence[Column], *, is_portrait: bool = False) -> None:
        self.sheet: Worksheet = paper.workbook.add_worksheet(name)
        self.row = 0
        self._columns = tuple(columns)
        self._styles = paper.styles
        for place, column in enumerate(self._columns):
            self.sheet.set_column(place, place, column.width)
        if is_portrait:
            self.sheet.set_portrait()
        else:
            self.sheet.set_landscape()
        self.sheet.set_paper(_A4)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.55)
        self.sheet.hide_gridlines(2)
        shown = clip(paper.footer, _FOOTER_WIDTH).replace("&", "&&")
        self.sheet.set_footer(f'&L&"{FONT}"&8{shown}&R&"{FONT}"&8&P / &N')

    def banner(self, text: str, style: StyleName) -> None:
        """A line across all columns."""
        last = len(self._columns) - 1
        self.sheet.merge_range(self.row, 0, self.row, last, text, self._styles[style])
        height = 26.0 if style == "title" else _height([text], [sum(column.width for column in self._columns)])
        self.sheet.set_row(self.row, height)
        self.row += 1

    def header(self) -> None:
        """The headings: repeated on every printed page, and frozen with everything above them."""
        for place, column in enumerate(self._columns):
            self.sheet.write_string(self.row, place, column.title, self._styles[column.header])
        titles, widths = zip(*((column.title, column.width) for column in self._columns), strict=True)
        self.sheet.set_row(self.row, _height(titles, widths) + _PADDING_POINTS)
        self.sheet.repeat_rows(self.row)
        self.row += 1

    def line(self, cells: Sequence[Cell], *, at_least: float = 0.0) -> None:
        """One row, as tall as its longest text needs and at least ``at_least`` points."""
        for place, (cell, column) in enumerate(zip(cells, self._columns, strict=True)):
            self._write(place, cell, column.style)
        texts = [cell if isinstance(cell, str) else "" for cell in cells]
        height = _height(texts, [column.width for column in self._columns])
        self.sheet.set_row(self.row, min(max(height, at_least), _TALLEST_POINTS))
        self.row += 1

    def finish(self, *, header_row: int, frozen_columns: int) -> None:
        """Freeze the headings, and filter and print what was written."""
        self.sheet.freeze_panes(header_row + 1, frozen_columns)
        self.sheet.autofilter(header_row, 0, max(self.row - 1, header_row), len(self._columns) - 1)
        self.print_all()

    def print_all(self) -> None:
        """Print what was written and nothing beside it."""
        self.sheet.print_area(0, 0, max(self.row - 1, 0), len(self._columns) - 1)

    def _write(self, place: int, cell: Cell, style: StyleName) -> None:
        form = self._styles[style]
        if cell is None:
            self.sheet.write_blank(self.row, place, None, form)
        elif isinstance(cell, str):
            self.sheet.write_string(self.row, place, cell, form)
        elif isinstance(cell, Formula):
            self.sheet.write_formula(self.row, place, cell.text, form, cell.value)
        else:
            self.sheet.write_number(self.row, place, cell, form)


def _height(texts: Sequence[str], widths: Sequence[float]) -> float:
    lines = max(line_count(text, int(width * _CHARACTERS_PER_WIDTH)) for text, width in zip(texts, widths, strict=True))
    return lines * _LINE_POINTS + _PADDING_POINTS
