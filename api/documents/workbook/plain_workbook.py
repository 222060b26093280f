"""A workbook whose cells hold no invisible signs that turn or hide what is printed, whoever writes them."""

from __future__ import annotations

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from api.documents.printable import printable

__all__ = ["PlainWorkbook"]


class _PlainWorksheet(Worksheet):
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
