"""Read a whole workbook from standard input and say nothing: what :mod:`features.intake.trial` starts.

A program of its own that imports nothing of this package, so that it starts in a tenth of a second.
"""

from __future__ import annotations

import io
import sys

from python_calamine import CalamineWorkbook, SheetTypeEnum

__all__: list[str] = []


def _read_all(content: bytes) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for number, about in enumerate(book.sheets_metadata):
        if about.typ is SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_index(number)
            _ = sheet.merged_cell_ranges
            for _row in sheet.iter_rows():
                pass


if __name__ == "__main__":
    _limits = [int(text) for text in sys.argv[1:]]
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_limits[0], _limits[0]))
        resource.setrlimit(resource.RLIMIT_CPU, (_limits[1], _limits[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _read_all(sys.stdin.buffer.read())
