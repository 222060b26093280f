"""Texts in one spelling and one style, whatever widths, marks and polite endings were used."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["in_one_style", "spelt"]

_POINT: Final = re.compile(r"(?<![0-9a-z])[.!]+|[.!]+(?![0-9a-z])", re.IGNORECASE)
_COMMA: Final = re.compile(r"(?<![0-9]),|,(?![0-9])")
_ENDINGS: Final = tuple(
    (re.compile(ending), plain)
    for ending, plain in (
        (r"(?<=[るたい])(?:次第|ところ)で(?:す|あります|ございます)", ""),
        (r"(?<=たい)と(?:考え|思っ|存じ)(?:て(?:い|おり)(?:ます|る)|ている|ます)", ""),
        (r"たく(?:存じ|思い)ます|たい(?:です|のです|と存じます|と思います)", "たい"),
        (r"て(?:まい|参)りました|てきました", "てきた"),
        (r"ております|ています|ておる", "ている"),
        (r"でおります|でいます", "でいる"),
        (r"いたしました|致しました|しました", "した"),
        (r"いたします|致します|します", "する"),
        (r"でした", "だった"),
    )
)


def spelt(text: str) -> str:
    """A text in one spelling: NFKC, and Japanese marks for full stops, exclamation marks and commas.

    Examples
    --------
    >>> spelt("ﾜｲﾝ，チーズ．3.5年！")
    'ワイン、チーズ。3.5年。'
    """
    return _COMMA.sub("、", _POINT.sub("。", unicodedata.normalize("NFKC", text)))


def in_one_style(text: str) -> str:
    """A text with its polite endings made plain, so that whoever writes more politely is read alike.

    Examples
    --------
    >>> in_one_style("林業をしたいと考えているところでございます。木を伐ってまいりました。")
    '林業をしたい。木を伐ってきた。'
    """
    for ending, plain in _ENDINGS:
        text = ending.sub(plain, text)
    return text
