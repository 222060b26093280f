"""A text cut into sentences, in one width of letters, without moving a character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

__all__ = ["sentences", "width_folded"]

_SENTENCE: Final = re.compile(r"[^。!?\n\r]+[。!?\n\r]?|[。!?\n\r]+")
_FOLDS: Final = {
    code: folded
    for code in (*range(0xFF01, 0xFF5F), *range(0xFF65, 0xFFA0), 0x3000)
    if len(folded := unicodedata.normalize("NFKC", chr(code))) == 1
} | str.maketrans("，､｡", "、、。")


def width_folded(text: str) -> str:
    """The text with full-width Latin letters, digits and signs and half-width kana in one width, same length.

    Examples
    --------
    >>> width_folded("３２歳：ﾄﾗｯｸ")
    '32歳:トラック'
    """
    return text.translate(_FOLDS)


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Offset and text of every sentence, its closing mark included."""
    return ((match.start(), match[0]) for match in _SENTENCE.finditer(text))
