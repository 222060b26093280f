"""What stands at the foot of every printed page of a workbook: what made it, whole, and the number of the page."""

from __future__ import annotations

from typing import Final

from xlsxwriter.worksheet import Worksheet

from api.documents.printable import printable
from api.documents.text_width import clip, display_width
from api.documents.workbook.styles import FONT

__all__ = ["footer_code", "print_footer"]

_LINE: Final = 105  # half-width characters of 7 points beside the number of the page on A4 upright
_MOST_LINES: Final = 3
_LINE_ACROSS: Final = 150  # of A4 across
_MOST: Final = 228  # a footer holds 255 characters, codes included


def print_footer(sheet: Worksheet, words: str, *, is_across: bool = False) -> None:
    """Print ``words`` and the number of the page below ``sheet``, in the same size whatever the sheet is scaled to."""
    sheet.set_footer(footer_code(words, is_across=is_across), {"scale_with_doc": False})


def footer_code(words: str, *, is_across: bool = False) -> str:
    """The footer in Excel's codes; parts that an ideographic space divides stay whole, on up to three lines.

    Examples
    --------
    >>> footer_code("基準日 2026年11月26日　R&D")
    '&L&"Meiryo UI"&7基準日 2026年11月26日　R&&D&R&8&P / &N'
    """
    width = _LINE_ACROSS if is_across else _LINE
    lines = [""]
    for part in printable(words).split("　"):
        joined = f"{lines[-1]}　{part}" if lines[-1] else part
        if display_width(joined) <= width or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(part)
    whole = (line if display_width(line) <= width else clip(line, width) for line in lines[:_MOST_LINES])
    shown = "\n".join(whole).replace("&", "&&")
    if len(shown) > _MOST:
        kept = shown[: _MOST - 1]
        shown = kept.rstrip("&") + "…"
    if shown[:1].isdigit():  # it would be read as part of the size before it
        shown = f" {shown}"
    return f'&L&"{FONT}"&7{shown}&R&8&P / &N'
