"""A sheet that is written from top to bottom, prints on A4 and shows all of its text.

Every text goes in as a string, whatever it begins with, so nothing a person wrote can become a formula or a link. The
only formulas are a :class:`Formula`, which a document makes of places and never of texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from api.documents.text_width import line_count
from api.documents.workbook.footer import print_footer
from api.documents.workbook.styles import StyleName, Styles

__all__ = ["Cell", "Column", "Formula", "Paper", "SheetWriter", "room_across"]

_A4 = 9
_LINE_POINTS = 12.75  # a line of the 9-point font, with room for a substitute font
_PADDING_POINTS = 9.0
_NOTE_PADDING_POINTS = 5.0  # of a line without a frame
_CHARACTERS_PER_WIDTH = 1.08  # 9-point characters in a unit of column width, measured in 11 points, less a margin
_TITLE_POINTS = 26.0  # a line of a heading
_TALLEST_POINTS = 409.0  # Excel's limit
# 7 pixels a character and 5 a column, and a sixth more, as programs without the standard font print them
_POINTS_A_CHARACTER, _POINTS_A_COLUMN = 6.125, 4.375
_LEAST_TYPE = 7.1  # points in print, a little more than the 7 that can be read
_PRINTED_POINTS_DOWN = 842 - (0.4 + 0.75) * 72  # A4 upright, less the margins
_PRINTED_POINTS = 842 - 2 * 0.3 * 72  # A4 across, less the margins


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
    bands : sequence of int, optional
        Places of the columns with which another page beside the first begins, where one page would hold all columns
        in a type too small to read.
    """

    def __init__(
        self,
        paper: Paper,
        name: str,
        columns: Sequence[Column],
        *,
        is_portrait: bool = False,
        bands: Sequence[int] = (),
    ) -> None:
        self.sheet: Worksheet = paper.workbook.add_worksheet(name)
        self.row = 0
        self._points = 0.0
        self._columns = tuple(columns)
        self._spans = tuple(pairwise((0, *bands, len(self._columns))))
        self._styles = paper.styles
        for place, column in enumerate(self._columns):
            self.sheet.set_column(place, place, column.width)
        if is_portrait:
            self.sheet.set_portrait()
        else:
            self.sheet.set_landscape()
        self.sheet.set_paper(_A4)
        if bands:
            self.sheet.set_print_scale(_scale_of([self._columns[first:end] for first, end in self._spans]))
            self.sheet.set_v_pagebreaks(list(bands))
            self.sheet.print_across()
        else:
            self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.75)
        self.sheet.hide_gridlines(2)
        print_footer(self.sheet, paper.footer, is_across=not is_portrait)

    def banner(self, text: str, style: StyleName) -> None:
        """A line across all columns; a title stands on each of the pages beside each other, a note on the first."""
        heights: list[float] = []
        for first, end in self._spans:
            if first and style != "title":
                continue
            words = f"{text}（続き）" if first else text
            self.sheet.merge_range(self.row, first, self.row, end - 1, words, self._styles[style])
            width = sum(column.width for column in self._columns[first:end])
            padding = _NOTE_PADDING_POINTS if style == "note" else _PADDING_POINTS
            heights.append(_title_height(words, width) if style == "title" else _height([words], [width], padding))
        self._set_height(max(heights))
        self.row += 1

    def header(self) -> None:
        """The headings: repeated on every printed page, and frozen with everything above them."""
        for place, column in enumerate(self._columns):
            self.sheet.write_string(self.row, place, column.title, self._styles[column.header])
        titles, widths = zip(*((column.title, column.width) for column in self._columns), strict=True)
        self._set_height(_height(titles, widths) + _PADDING_POINTS)
        self.sheet.repeat_rows(self.row)
        self.row += 1

    def line(self, cells: Sequence[Cell], *, at_least: float = 0.0) -> None:
        """One row, as tall as its longest text needs and at least ``at_least`` points."""
        for place, (cell, column) in enumerate(zip(cells, self._columns, strict=True)):
            self._write(place, cell, column.style)
        texts = [cell if isinstance(cell, str) else "" for cell in cells]
        height = _height(texts, [column.width for column in self._columns])
        self._set_height(min(max(height, at_least), _TALLEST_POINTS))
        self.row += 1

    def finish(self, *, header_row: int, frozen_columns: int) -> None:
        """Freeze the headings, and filter and print what was written."""
        self.sheet.freeze_panes(header_row + 1, frozen_columns)
        self.sheet.autofilter(header_row, 0, max(self.row - 1, header_row), len(self._columns) - 1)
        self.print_all()

    def print_all(self) -> None:
        """Print what was written and nothing beside it."""
        self.sheet.print_area(0, 0, max(self.row - 1, 0), len(self._columns) - 1)

    def print_on_one_page(self) -> None:
        """Shrink an upright sheet that is a little too long for its page, where its type can still be read."""
        if self._points * _LEAST_TYPE / 9 <= _PRINTED_POINTS_DOWN:
            self.sheet.fit_to_pages(1, 1)

    def _set_height(self, points: float) -> None:
        self.sheet.set_row(self.row, points)
        self._points += points

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


def room_across(columns: Sequence[Column], *, n_more: int = 0) -> float:
    """Width that ``columns`` leave to ``n_more`` others on A4 across, so that what is printed can still be read.

    Examples
    --------
    >>> round(room_across([Column("募集", 100.0)], n_more=1))
    64
    """
    taken = sum(column.width for column in columns)
    points = _PRINTED_POINTS * 9 / _LEAST_TYPE - (len(columns) + n_more) * _POINTS_A_COLUMN
    return points / _POINTS_A_CHARACTER - taken


def _scale_of(bands: Sequence[Sequence[Column]]) -> int:
    """Per cent at which the widest band fills the page across, at most 100."""
    widest = max(sum(column.width * _POINTS_A_CHARACTER + _POINTS_A_COLUMN for column in band) for band in bands)
    return min(100, int(98 * _PRINTED_POINTS / widest))


def _title_height(text: str, width: float) -> float:
    return _TITLE_POINTS * line_count(text, int(width * _CHARACTERS_PER_WIDTH * 9 / 14))  # in 14 points


def _height(texts: Sequence[str], widths: Sequence[float], padding: float = _PADDING_POINTS) -> float:
    lines = max(line_count(text, int(width * _CHARACTERS_PER_WIDTH)) for text, width in zip(texts, widths, strict=True))
    return lines * _LINE_POINTS + padding
