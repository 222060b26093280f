"""A document of sections as an Excel file with one sheet a section: sorted, filtered, headings frozen."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

from api.documents.sectioned.one_sheet import DAY
from api.documents.sectioned.sections import Cell, Facts, Section, SectionedDocument, Table, Words
from api.documents.wording import date_ja
from api.documents.workbook.book import workbook_of
from api.documents.workbook.sheet import Column, Paper, SheetWriter
from api.documents.workbook.styles import FONT, StyleName

__all__ = ["sheets"]

_WIDTH: Final = 150.0  # of a sheet, in half-width characters
_STYLE: Final[dict[str, StyleName]] = {"text": "text", "label": "label", "number": "text"}


def sheets(document: SectionedDocument) -> bytes:
    """The document as an ``.xlsx`` file, a sheet for each section; titles of sections are names of sheets."""
    write = partial(_write, document=document)
    return workbook_of(document.title, made=document.made, footer=document.foot, write=write)


def _write(paper: Paper, *, document: SectionedDocument) -> None:
    number, day = (
        paper.workbook.add_format({**_FIGURE, "num_format": form, "align": side, "indent": indent})
        for form, side, indent in (("#,##0", "right", 1), (DAY, "left", 0))
    )
    for section in document.sections:
        writer = SheetWriter(paper, section.title, _columns(section))
        writer.banner(f"{document.title}　{section.title}", "title")
        made_by = (f"作成: {document.foot}",) if section is document.sections[0] else ()
        for line in (*document.lead, *made_by, *_notes(section)):
            writer.banner(line, "note")
        header_row = writer.row
        writer.header()
        for row in _rows(section):
            writer.line([date_ja(cell) if isinstance(cell, date) else cell for cell in row])
            for place, cell in enumerate(row):
                if isinstance(cell, int):
                    writer.sheet.write_number(writer.row - 1, place, cell, number)
                elif isinstance(cell, date):  # a date is sorted as a date
                    writer.sheet.write_datetime(writer.row - 1, place, cell, day)
        if not _rows(section):
            writer.banner(section.nothing if isinstance(section, Table) else "ありません。", "note")
        writer.finish(header_row=header_row, frozen_columns=1)


_FIGURE: Final = {"font_name": FONT, "font_size": 9, "valign": "top", "border": 1, "border_color": "#999999"}


def _columns(section: Section) -> tuple[Column, ...]:
    if isinstance(section, Words):
        return (Column("番号", 7, "order"), Column("内容", _WIDTH - 7))
    if isinstance(section, Facts):
        return (Column("項目", 34, "label"), Column("内容", _WIDTH - 34))
    total = sum(column.share for column in section.columns)
    return tuple(Column(column.title, _WIDTH * column.share / total, _STYLE[column.kind]) for column in section.columns)


def _rows(section: Section) -> tuple[tuple[Cell, ...], ...]:
    if isinstance(section, Words):
        return tuple((number, sentence) for number, sentence in enumerate(section.sentences, start=1))
    if isinstance(section, Facts):
        return tuple((label, words or None) for label, words in section.rows)
    return section.rows


def _notes(section: Section) -> tuple[str, ...]:
    note = "" if isinstance(section, Words) else section.note
    return (note,) if note else ()
