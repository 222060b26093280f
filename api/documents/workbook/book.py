"""A workbook as bytes: the same sheets give the same bytes, dated by what made them and never by a clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Final

from api.documents.workbook.plain_workbook import STANDARD_FONT, PlainWorkbook
from api.documents.workbook.sheet import Paper
from api.documents.workbook.styles import cell_styles

__all__ = ["workbook_of"]

_OPTIONS: Final[dict[str, object]] = {
    **STANDARD_FONT,
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def workbook_of(title: str, *, made: date, footer: str, write: Callable[[Paper], None]) -> bytes:
    """The file that ``write`` fills.

    Parameters
    ----------
    title : str
        Of the file's properties.
    made : date
        The day of the run or the decision.
    footer : str
        At the foot of every printed page.
    write : callable
        Adds the sheets.
    """
    content = BytesIO()
    workbook = PlainWorkbook(content, _OPTIONS)
    workbook.set_properties({"title": title, "created": datetime.combine(made, time(), UTC)})
    workbook.set_size(1600, 1000)
    write(Paper(workbook, cell_styles(workbook), footer=footer))
    workbook.close()
    return content.getvalue()
