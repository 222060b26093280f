"""Templates of pages: everything that comes in is escaped, an unknown name is an error, nothing is fetched."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.documents.bars import bar
from api.documents.wording import date_ja, moment_ja
from api.pages.applicant.said_to_the_person import said_to_the_person
from api.pages.job_progress import job_progress
from api.pages.passages import lang_of, marked
from api.pages.static_files import static_address
from api.pages.words import Language
from api.settings import JAPAN
from features.municipalities import find

__all__ = ["day_words", "environment", "moment_words", "place_name", "segment"]

_MONTHS: Final = (
    *("", "January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day_words(day: date, language: Language) -> str:
    """A date as people write it in their language.

    Examples
    --------
    >>> day_words(date(2026, 11, 3), "ja"), day_words(date(2026, 11, 3), "en")
    ('2026年11月3日', '3 November 2026')
    """
    return date_ja(day) if language == "ja" else f"{day.day} {_MONTHS[day.month]} {day.year}"


def moment_words(moment: datetime, language: Language) -> str:
    """A day and a time of the clock in Japan.

    Examples
    --------
    >>> moment_words(datetime.fromisoformat("2026-11-03T00:05:00+00:00"), "ja")
    '2026年11月3日 9時05分'
    """
    if language == "ja":
        return moment_ja(moment)
    local = moment.astimezone(JAPAN)
    return f"{day_words(local.date(), language)} {local:%H:%M}"


def place_name(code: str) -> str:
    """The name of a municipality with its prefecture."""
    return find(code).full_name


def segment(an_id: str) -> str:
    """An id as one segment of a path, whatever stands in it.

    Examples
    --------
    >>> segment("R8/森の1号")
    'R8%2F%E6%A3%AE%E3%81%AE1%E5%8F%B7'
    """
    return quote(an_id, safe="")


@cache
def environment() -> Environment:
    """The environment that all pages are drawn in."""
    made = Environment(
        loader=PackageLoader("api.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    called: dict[str, Any] = {
        "bar": bar,
        "static": static_address,
        "day_words": day_words,
        "moment_words": moment_words,
        "place_name": place_name,
        "job_progress": job_progress,
    }
    made.globals.update(called)
    filters: tuple[Any, ...] = (segment, marked, lang_of, said_to_the_person)
    made.filters.update({one.__name__: one for one in filters})
    return made
