"""A document of sections on one Excel sheet that prints as it stands: cells merged over a fine grid.

For papers that are read and amended; what is sorted and filtered goes to :mod:`api.documents.sectioned.sheets`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import accumulate, pairwise
from typing import Final

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from api.documents.sectioned.sections import Cell, Facts, Section, SectionedDocument, Table, Words
from api.documents.text_width import clip, line_count
from api.documents.workbook.book import workbook_of
from api.documents.workbook.footer import print_footer
from api.documents.workbook.sheet import Paper
from api.documents.workbook.styles import FONT

__all__ = ["DAY", "one_sheet"]

_UNITS: Final = 24  # columns of the grid
_PORTRAIT, _LANDSCAPE = 3.5, 5.6  # width of one, so that all of them fill A4
_CELL_PADDING = 0.7  # what a column has beside its width, in characters
_LINE_POINTS = 12.75
_PADDING_POINTS = 6.0
_CHARACTERS_PER_WIDTH = 1.08
_SCALES: Final = {"title": 14 / 9, "heading": 11 / 9}  # of their type to that of the text
_TALLEST_POINTS = 409.0
# rows on a page upright and across, a little fewer than any program prints: every page ends where this module says
_PAGE_POINTS: Final = {False: 735.0, True: 485.0}
_BEGINS_WITH: Final = 2  # lines that stay below a heading: the head of a table and a row
_LABEL_SHARES: Final = (5, 19)
DAY: Final = 'yyyy"年"m"月"d"日"'
_LINE = {"border": 1, "border_color": "#999999"}
_TEXT = {"font_name": FONT, "font_size": 9, "valign": "top", "text_wrap": True}


def one_sheet(document: SectionedDocument) -> bytes:
    """The document as an ``.xlsx`` file of one sheet."""
    write = partial(_write, document=document)
    return workbook_of(document.title, made=document.made, footer=document.foot, write=write)


def _write(paper: Paper, *, document: SectionedDocument) -> None:
    sheet = _Grid(paper.workbook, document)
    sheet.across(document.title, "title")
    for line in document.lead:
        sheet.across(line, "plain")
    for section in document.sections:
        lines = tuple(_lines(section))
        sheet.begin(section.title, lines, is_kept_whole=isinstance(section, Facts))
        for below in lines:
            sheet.write(below)
    sheet.foot(f"作成: {document.foot}")
    sheet.finish()


@dataclass(frozen=True)
class _Line:
    """One row of the sheet: cells, the columns each stands in, how each is written, and the least height in points.

    ``head`` is the head of the table it stands in, which stands above it on every page.
    """

    cells: Sequence[Cell]
    spans: Sequence[tuple[int, int]]
    styles: Sequence[str]
    at_least: float = 0.0
    head: _Line | None = None


def _across(text: str, style: str = "plain") -> _Line:
    return _Line((text,), ((0, _UNITS),), (style,), {"title": 26.0, "heading": 24.0}.get(style, 0.0))


def _lines(section: Section) -> Iterator[_Line]:
    """What stands below the heading of a section."""
    if isinstance(section, Words):
        for number, sentence in enumerate(section.sentences, start=1):
            yield _across(f"{number}. {sentence}" if section.numbered else f"・{sentence}")
        return
    yield from _facts(section) if isinstance(section, Facts) else _table(section)
    if section.note:
        yield _across(section.note)


def _facts(section: Facts) -> Iterator[_Line]:
    for label, words in section.rows:
        yield _Line((label, words or None), _spans(_LABEL_SHARES), ("label", "text"), 0.0 if words else 34.0)


def _table(section: Table) -> Iterator[_Line]:
    if not section.rows:
        yield _across(section.nothing)
        return
    spans = _spans([column.share for column in section.columns])
    head = _Line([column.title for column in section.columns], spans, ["head"] * len(spans))
    yield head
    for row in section.rows:
        yield _Line(row, spans, [column.kind for column in section.columns], head=head)


class _Grid:
    def __init__(self, workbook: Workbook, document: SectionedDocument) -> None:
        self._sheet: Worksheet = workbook.add_worksheet(clip(document.title, 28).translate(_NOT_IN_NAMES))
        self._row = 0
        self._used = 0.0  # of the page
        self._breaks: list[int] = []
        self._room = float("inf") if document.is_one_page else _PAGE_POINTS[document.is_landscape]
        self._unit = _LANDSCAPE if document.is_landscape else _PORTRAIT
        self._formats: dict[str, Format] = {
            "title": workbook.add_format({**_TEXT, "font_size": 14, "font_color": "#000060", "valign": "vcenter"}),
            "heading": workbook.add_format({**_TEXT, "font_size": 11, "font_color": "#000060", "valign": "bottom"}),
            "plain": workbook.add_format(_TEXT),
            "head": workbook.add_format(
                {**_TEXT, **_LINE, "align": "center", "valign": "vcenter", "bg_color": "#F2F2F2"}
            ),
            "label": workbook.add_format({**_TEXT, **_LINE, "bg_color": "#F2F2F2"}),
            "text": workbook.add_format({**_TEXT, **_LINE}),
            "day": workbook.add_format({**_TEXT, **_LINE, "align": "left", "num_format": DAY}),
            "number": workbook.add_format({**_TEXT, **_LINE, "align": "right", "indent": 1, "num_format": "#,##0"}),
            "unknown": workbook.add_format({**_TEXT, **_LINE, "align": "center"}),  # words where a figure is meant
        }
        self._set_paper(document)

    def begin(self, title: str, lines: Sequence[_Line], *, is_kept_whole: bool) -> None:
        """The heading of a section, on the next page where its first lines would not stand below it.

        Facts about one thing are kept whole, unless that would leave more of this page blank than is written on.
        """
        heading = _across(title, "heading")
        first, whole = (sum(map(self._height, (heading, *some))) for some in (lines[:_BEGINS_WITH], lines))
        is_whole = is_kept_whole and whole <= self._room and self._used > self._room / 2
        if self._used + (whole if is_whole else first) > self._room:
            self._turn()
        self.write(heading)

    def across(self, text: str, style: str) -> None:
        self.write(_across(text, style))

    def foot(self, text: str) -> None:
        """What made the document, for which there is no page of its own."""
        self._room = float("inf")
        self.across(text, "plain")

    def write(self, line: _Line) -> None:
        height = self._height(line)
        if self._used + height > self._room and self._used:
            self._turn()
            if line.head is not None:
                self.write(line.head)
        for cell, (first, end), style in zip(line.cells, line.spans, line.styles, strict=True):
            is_said = style == "number" and isinstance(cell, str)
            self._write(cell, first, end, self._formats["unknown" if is_said else style])
        self._sheet.set_row(self._row, height)
        self._used += height
        self._row += 1

    def _turn(self) -> None:
        self._breaks.append(self._row)
        self._used = 0.0

    def finish(self) -> None:
        self._sheet.set_h_pagebreaks(self._breaks)
        self._sheet.print_area(0, 0, self._row - 1, _UNITS - 1)

    def _set_paper(self, document: SectionedDocument) -> None:
        self._sheet.set_column(0, _UNITS - 1, self._unit)
        if document.is_landscape:
            self._sheet.set_landscape()
        self._sheet.set_paper(9)  # A4
        self._sheet.fit_to_pages(1, 1 if document.is_one_page else 0)
        self._sheet.set_margins(left=0.6, right=0.6, top=0.5, bottom=0.75)
        self._sheet.hide_gridlines(2)
        self._sheet.freeze_panes(1, 0)
        print_footer(self._sheet, document.foot, is_across=document.is_landscape)

    def _height(self, line: _Line) -> float:
        """Points of a row that shows all of its words."""
        lines = 1
        for cell, (first, end), style in zip(line.cells, line.spans, line.styles, strict=True):
            if isinstance(cell, str):
                width = (end - first) * (self._unit + _CELL_PADDING) * _CHARACTERS_PER_WIDTH
                lines = max(lines, line_count(cell, int(width / _SCALES.get(style, 1.0))))
        tallest = max(_SCALES.get(style, 1.0) for style in line.styles)
        return min(max(lines * _LINE_POINTS * tallest + _PADDING_POINTS, line.at_least), _TALLEST_POINTS)

    def _write(self, cell: Cell, first: int, end: int, form: Format) -> None:
        if end - first > 1:
            self._sheet.merge_range(self._row, first, self._row, end - 1, "", form)
        if isinstance(cell, str):
            self._sheet.write_string(self._row, first, cell, form)
        elif cell is None:
            self._sheet.write_blank(self._row, first, None, form)
        elif isinstance(cell, date):
            self._sheet.write_datetime(self._row, first, cell, self._formats["day"])
        else:
            self._sheet.write_number(self._row, first, cell, form)


_NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", "　"))


def _spans(shares: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Columns of the grid for each share, at least one each.

    >>> _spans((1, 1, 2))
    ((0, 6), (6, 12), (12, 24))
    """
    total, n = sum(shares), len(shares)
    ends = [round(part * (_UNITS - n) / total) + k for k, part in enumerate(accumulate(shares), start=1)]
    return tuple(pairwise((0, *ends)))
