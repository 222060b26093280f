"""Cells whose content tells an item, whatever stands above them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from features.guard.headings import blanks_dropped

__all__ = ["sensitive_cells"]

_FORMS: Final = (
    ("sex", re.compile(r"男|女|男性|女性|男子|女子")),
    ("age", re.compile(r"満?[0-9]{1,2}(?:歳|才)|[2-7]0代")),
    ("age", re.compile(r"(?:昭和|大正|s|t)[0-9元]{1,2}[年./-].*")),
    ("marriage", re.compile(r"既婚|未婚|独身|離別|死別")),
    ("health", re.compile(r"(?:a|b|o|ab)型")),
    ("family", re.compile(r"(?:本人|妻|夫|長男|長女|次男|次女|父|母|祖父|祖母)")),
)
_MY_NUMBER: Final = re.compile(r"[0-9]{4}-?[0-9]{4}-?[0-9]{4}")
_ENOUGH: Final = 2


def sensitive_cells(cells: Sequence[str]) -> str | None:
    """The item that every one of some cells tells, a key of :data:`features.guard.headings.HEADING_ITEM_JA`.

    Examples
    --------
    >>> sensitive_cells(["男", "女", "男性"]), sensitive_cells(["可", "不可"])
    ('sex', None)
    """
    texts = [blanks_dropped(cell) for cell in cells]
    if len(texts) < _ENOUGH:
        return None
    if all(_is_my_number(text) for text in texts):
        return "my_number"
    return next((item for item, form in _FORMS if all(form.fullmatch(text) for text in texts)), None)


def _is_my_number(text: str) -> bool:
    """12 digits whose last is the check digit of 番号法施行令8条."""
    if not _MY_NUMBER.fullmatch(text):
        return False
    digits = [int(digit) for digit in text if digit != "-"]
    total = sum(digit * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(reversed(digits[:11]), 1))
    return digits[11] == (0 if total % 11 <= 1 else 11 - total % 11)
