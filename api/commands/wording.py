"""Words and small pictures that commands print."""

from __future__ import annotations

__all__ = ["bar", "verdict_ja"]

_PROGRAMME_VERDICT = {
    "covered": "特別交付税措置の対象になる見込み",
    "not_covered": "特別交付税措置の対象外（任用を禁じるものではありません）",
    "needs_district": "地区の確認が必要",
    "needs_review": "受入自治体への確認が必要",
}
_MUST_HAVE_VERDICT = {
    "covered": "応募条件を満たす",
    "not_covered": "応募条件を満たさない",
    "needs_district": "地区の確認が必要",
    "needs_review": "本人への確認が必要",
}
_MUST_HAVE_KINDS = frozenset({"licence", "language", "program", "subtype"})


def verdict_ja(verdict: str, kind: str) -> str:
    """A verdict in words: a programme rule speaks of tax, a must-have of a condition.

    Examples
    --------
    >>> verdict_ja("not_covered", "licence")
    '応募条件を満たさない'
    """
    return (_MUST_HAVE_VERDICT if kind in _MUST_HAVE_KINDS else _PROGRAMME_VERDICT)[verdict]


def bar(share: float, *, width: int = 12) -> str:
    """A share of 1 as a bar of blocks.

    Examples
    --------
    >>> bar(0.5, width=4)
    '██░░'
    """
    full = round(min(max(share, 0.0), 1.0) * width)
    return "█" * full + "░" * (width - full)
