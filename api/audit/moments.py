"""Days of Japan and moments of the log: entries tell a moment in UTC, people ask by days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from api.audit.trail import MOMENT
from api.settings import JAPAN

__all__ = ["moment_after", "moment_of", "years_before"]

_FIRST, _LAST = date(1970, 1, 1), date(9998, 12, 31)  # no log is older or younger, and a moment has these years


def years_before(day: date, years: int) -> date:
    """The same day ``years`` ago; the last day of February where there is no 29th.

    Examples
    --------
    >>> years_before(date(2028, 2, 29), 3)
    datetime.date(2025, 2, 28)
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def moment_of(day: date) -> str:
    """The beginning of a day in Japan, as entries tell a moment.

    Examples
    --------
    >>> moment_of(date(2026, 11, 26))
    '2026-11-25T15:00:00.000000Z'
    """
    return datetime.combine(min(max(day, _FIRST), _LAST), time(), JAPAN).astimezone(UTC).strftime(MOMENT)


def moment_after(day: date) -> str:
    """The end of a day in Japan: the beginning of the next.

    Examples
    --------
    >>> moment_after(date(2026, 11, 25)) == moment_of(date(2026, 11, 26))
    True
    """
    return moment_of(min(day, _LAST) + timedelta(days=1))
