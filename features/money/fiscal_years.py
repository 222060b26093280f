"""Fiscal years of Japan, 1 April to 31 March, and how many months of a term fall into each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from features.errors import RecordError

__all__ = ["EARLIEST", "FiscalYear", "fiscal_years"]

_REIWA_BEFORE = 2018  # 令和1年 is 2019
_APRIL = 4
EARLIEST = date(2020, _APRIL, 1)
"""The first day whose fiscal year is told."""


@dataclass(frozen=True)
class FiscalYear:
    """One fiscal year of a term.

    Attributes
    ----------
    year : int
        The year in which it begins.
    months : int
        Months of the term that begin in it, 1 to 12.
    first : date
        The first day of the term in this year.
    """

    year: int
    months: int
    first: date

    @property
    def label(self) -> str:
        """As a town hall writes it.

        Examples
        --------
        >>> FiscalYear(2026, 12, date(2026, 4, 1)).label
        '令和8年度'
        """
        return f"令和{self.year - _REIWA_BEFORE}年度"


def fiscal_years(start: date, term_months: int) -> tuple[FiscalYear, ...]:
    """The fiscal years a term touches.

    Parameters
    ----------
    start : date
        From 令和2年度 on.
    term_months : int
        At least 1; a month counts for the fiscal year in which it begins.

    Raises
    ------
    RecordError
        If the term is empty or begins before 1 April 2020.

    Examples
    --------
    >>> [(one.label, one.months) for one in fiscal_years(date(2026, 10, 1), 24)]
    [('令和8年度', 6), ('令和9年度', 12), ('令和10年度', 6)]
    """
    if term_months < 1:
        raise RecordError(f"term_months is {term_months}, expected at least 1")
    if start < EARLIEST:
        raise RecordError(f"start_date is {start}, expected {EARLIEST} or later")
    months: dict[int, int] = {}
    firsts: dict[int, date] = {}
    for number in range(term_months):
        month = start.month - 1 + number
        calendar_year, calendar_month = start.year + month // 12, month % 12 + 1
        year = calendar_year if calendar_month >= _APRIL else calendar_year - 1
        firsts.setdefault(year, start if number == 0 else date(calendar_year, calendar_month, 1))
        months[year] = months.get(year, 0) + 1
    return tuple(FiscalYear(year, count, firsts[year]) for year, count in months.items())
