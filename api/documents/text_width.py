"""How wide a Japanese text stands and how many lines it takes in a column (Unicode Standard Annex 11).

Spreadsheets do not grow a row around wrapped text that a program wrote, so a row's height is set from this estimate.
"""

from __future__ import annotations

import unicodedata

__all__ = ["clip", "display_width", "line_count"]

_WIDE = frozenset("WFA")  # ambiguous characters (○, →, …) stand wide in Japanese fonts


def display_width(text: str) -> int:
    """Width in half-width characters: wide and full-width characters count two, combining marks none.

    Examples
    --------
    >>> display_width("縁結びABC"), display_width("が"), display_width("𠮷")
    (9, 2, 2)
    """
    return sum(_width(character) for character in text)


def line_count(text: str, columns: int) -> int:
    r"""Lines that ``text`` takes when it is wrapped at ``columns`` half-width characters; at least one.

    A wide character never hangs over the edge, and an unbroken Latin word is cut as Excel cuts it.

    Examples
    --------
    >>> line_count("読む順", 4), line_count("一行目\n二行目", 20), line_count("", 10)
    (2, 2, 1)
    """
    return sum(_lines_of(paragraph, max(columns, 2)) for paragraph in text.split("\n"))


def clip(text: str, width: int) -> str:
    """``text`` on one line, cut to ``width`` with an ellipsis where it is longer.

    Examples
    --------
    >>> clip("地域おこし協力隊", 9), clip("協力隊", 9)
    ('地域お…', '協力隊')
    """
    flat = " ".join(text.split())
    if display_width(flat) <= width:
        return flat
    kept, room = "", width - 2
    for character in flat:
        room -= _width(character)
        if room < 0:
            break
        kept += character
    return kept + "…"


def _width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf", "Cc"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def _lines_of(paragraph: str, columns: int) -> int:
    lines, used = 1, 0
    for character in paragraph:
        width = _width(character)
        if used + width > columns:
            lines, used = lines + 1, 0
        used += width
    return lines
