"""A workbook whose cells hold no invisible signs that turn or hide what is printed, whoever writes them.

Widths of columns are told in the digits of its standard font. That is the one of Japanese offices, 8 pixels a digit:
programs that lack it take another of nearly the same width, so columns are as wide there and little is shrunk in print.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from io import BytesIO
from typing import Final

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from api.documents.printable import printable

__all__ = ["STANDARD_FONT", "PlainWorkbook"]


STANDARD_FONT: Final = {
    "default_format_properties": {"font_name": "ＭＳ Ｐゴシック", "font_size": 11},
    "default_column_width": 72,  # pixels, by which the writer knows 8 pixels a digit
}
_DIGITS: Final = 7 / 8  # widths in this package are in digits of 7 pixels


class _PlainWorksheet(Worksheet):
    def set_column(self, first_col: int, last_col: int, width: float | None = None) -> int:
        return super().set_column(first_col, last_col, None if width is None else width * _DIGITS)

    def _write_string(self, row: int, col: int, string: str, cell_format: Format | None = None) -> int:
        # every text ends here, those of merged cells too
        return super()._write_string(row, col, printable(string), cell_format)

    def _write_formula(
        self, row: int, col: int, formula: str, cell_format: Format | None = None, value: str | float = 0
    ) -> int:
        plain = printable(value) if isinstance(value, str) else value
        return super()._write_formula(row, col, formula, cell_format, plain)


class PlainWorkbook(Workbook):
    """A workbook of such sheets."""

    worksheet_class = _PlainWorksheet

    def __init__(self, content: BytesIO, options: Mapping[str, object]) -> None:
        # the writer notes in the options what it made of them, which the next workbook would read
        super().__init__(content, deepcopy(dict(options)))
