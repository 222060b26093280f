"""Words and small pictures that commands print."""

from __future__ import annotations

from typing import Final

__all__ = ["GROUPS_JA", "bar"]

GROUPS_JA: Final = {
    "fits_you": "あなたに合うところ",
    "they_would_want_you": "先方があなたに期待しそうなところ",
    "may_go_wrong": "ここで行き違いになりやすいところ",
}


def bar(share: float, *, width: int = 12) -> str:
    """A share of 1 as a bar of blocks.

    Examples
    --------
    >>> bar(0.5, width=4)
    '██░░'
    """
    full = round(min(max(share, 0.0), 1.0) * width)
    return "█" * full + "░" * (width - full)
