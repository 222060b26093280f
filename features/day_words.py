"""Days as Japanese sentences tell them; files and interfaces write 2026-11-03."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

__all__ = ["date_ja", "part_of_date_ja"]

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MONTH: Final = re.compile(r"(\d{4})-(\d\d)")
_YEAR: Final = re.compile(r"\d{4}")


def date_ja(day: date) -> str:
    """A date as people write it.

    Examples
    --------
    >>> date_ja(date(2026, 11, 3))
    '2026年11月3日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def part_of_date_ja(day: date | str) -> str:
    """A day, or a year or a month where no more is known; any other text as it stands.

    Examples
    --------
    >>> [part_of_date_ja(day) for day in (date(2022, 4, 1), "2022-04-01", "2026-08", "2025", "令和7年度")]
    ['2022年4月1日', '2022年4月1日', '2026年8月', '2025年', '令和7年度']
    """
    if isinstance(day, date):
        return date_ja(day)
    if _DAY.fullmatch(day):
        return date_ja(date.fromisoformat(day))
    month = _MONTH.fullmatch(day)
    if month is not None:
        return f"{month[1]}年{int(month[2])}月"
    return f"{day}年" if _YEAR.fullmatch(day) else day
