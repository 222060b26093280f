"""The year of a season: fiscal years from 1 April, times in days of Japan from its first midnight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Final

__all__ = ["SeasonCalendar"]

_JAPAN: Final = timezone(timedelta(hours=9))


@dataclass(frozen=True, order=True)
class SeasonCalendar:
    """One fiscal year.

    Attributes
    ----------
    begins : date
        Its 1 April.

    Examples
    --------
    >>> year = SeasonCalendar.of(date(2026, 11, 25))
    >>> year.begins, year.day_of(date(2026, 4, 3)), year.date_of(238.6)
    (datetime.date(2026, 4, 1), 2.0, datetime.date(2026, 11, 25))
    """

    begins: date

    @classmethod
    def of(cls, when: datetime | date) -> SeasonCalendar:
        """The fiscal year in which a day or a moment lies."""
        day = _day(when)
        return cls(date(day.year if day.month >= 4 else day.year - 1, 4, 1))

    def day_of(self, when: datetime | date) -> float:
        """Days from the first midnight of the year: a date is its midnight, a moment is read in Japanese time."""
        midnight = float((_day(when) - self.begins).days)
        if not isinstance(when, datetime):
            return midnight
        local = when.astimezone(_JAPAN)
        return midnight + (local.hour * 3600 + local.minute * 60 + local.second) / 86400

    def date_of(self, day: float) -> date:
        """The date on which a time lies."""
        return self.begins + timedelta(days=int(day // 1))


def _day(when: datetime | date) -> date:
    return when.astimezone(_JAPAN).date() if isinstance(when, datetime) else when
