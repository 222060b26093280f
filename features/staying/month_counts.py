"""Whole months between two days, as offices count them: a month is full on the same day of a later one."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

__all__ = ["fiscal_year", "whole_months"]


def whole_months(start: date, day: date) -> int:
    """Whole months from ``start`` to ``day``; below 0 where the day lies before the start.

    Where a month has no such day its last one counts.

    Examples
    --------
    >>> whole_months(date(2026, 11, 30), date(2027, 2, 28)), whole_months(date(2026, 4, 1), date(2027, 3, 31))
    (3, 11)
    """
    months = 12 * (day.year - start.year) + day.month - start.month
    return months - (day.day < min(start.day, monthrange(day.year, day.month)[1]))


def fiscal_year(day: date) -> int:
    """The Japanese fiscal year of a day: it begins in April.

    Examples
    --------
    >>> fiscal_year(date(2026, 3, 31)), fiscal_year(date(2026, 4, 1))
    (2025, 2026)
    """
    return day.year - (day.month < 4)
