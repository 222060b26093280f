"""Words and small pictures that commands print."""

from __future__ import annotations

from typing import Final

from features.rules import wording

__all__ = ["GROUPS_JA", "bar", "verdict_ja"]

GROUPS_JA: Final = {
    "fits_you": "あなたに合うところ",
    "they_would_want_you": "先方があなたに期待しそうなところ",
    "may_go_wrong": "ここで行き違いになりやすいところ",
}


def verdict_ja(verdict: str, rule_id: str) -> str:
    """A verdict in words: a programme rule speaks of tax, a must-have of a condition, a wish of a wish.

    Examples
    --------
    >>> verdict_ja("not_covered", "must-licence"), verdict_ja("not_covered", "wish-region-refused")
    ('募集の条件を満たさない', 'ご本人の希望')
    """
    if rule_id.startswith("wish-"):
        return "ご本人の希望"
    return wording(verdict, rule_id)


def bar(share: float, *, width: int = 12) -> str:
    """A share of 1 as a bar of blocks.

    Examples
    --------
    >>> bar(0.5, width=4)
    '██░░'
    """
    full = round(min(max(share, 0.0), 1.0) * width)
    return "█" * full + "░" * (width - full)
