"""Forms as an Excel workbook, one sheet a form, A4 portrait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from api.documents.form.content import Form, Row
from api.documents.text_width import line_count
from api.documents.workbook.book import workbook_of
from api.documents.workbook.sheet import Column, Paper, SheetWriter

__all__ = ["forms_workbook"]

_COLUMNS: Final = (Column("項目", 25, "label"), Column("内容", 86))
_FIELD_POINTS: Final = 24.0
_LINE: Final = 45  # wide characters of a line of the second column
_MOST_LINES: Final = 28


def forms_workbook(forms: Sequence[Form], *, sheet: str, made: date) -> bytes:
    """The file.

    Parameters
    ----------
    forms : sequence of Form
    sheet : str
        Name of the sheets; a number follows it where there are several.
    made : date
    """

    def write(paper: Paper) -> None:
        for number, form in enumerate(forms, start=1):
            _write(paper, form, sheet if len(forms) == 1 else f"{sheet}{number}")

    return workbook_of(forms[0].title, made=made, footer=forms[0].footer, write=write)


def _write(paper: Paper, form: Form, name: str) -> None:
    writer = SheetWriter(paper, name, _COLUMNS, is_portrait=True)
    writer.banner(form.title, "title")
    writer.banner(form.about, "note")
    if form.lead:
        writer.banner(form.lead, "note")
    for section in form.sections:
        writer.banner(section.title, "section")
        for row in section.rows:
            _write_row(writer, row)
    for note in form.notes:
        writer.banner(note, "note")
    writer.banner(form.footer, "note")
    writer.print_all()
    writer.print_on_one_page()


def _write_row(writer: SheetWriter, row: Row) -> None:
    first, *more = _pieces(row.words)
    writer.line((row.label, first or None), at_least=_FIELD_POINTS * row.n_lines if row.is_field else 0.0)
    for piece in more:
        writer.line((f"{row.label}（続き）", piece))


def _pieces(words: str) -> list[str]:
    """The words in rows that Excel shows whole: what goes beyond the tallest row would not be printed."""
    if line_count(words, 2 * _LINE) <= _MOST_LINES:
        return [words]
    lines = [line for paragraph in words.split("\n") for line in _lines_of(paragraph)]
    return ["".join(lines[k : k + _MOST_LINES]).rstrip("\n") for k in range(0, len(lines), _MOST_LINES)]


def _lines_of(paragraph: str) -> list[str]:
    whole = f"{paragraph}\n"
    return [whole[k : k + _LINE] for k in range(0, len(whole), _LINE)]
