"""When and where an applicant is interviewed, as an office writes it into a file."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

from api.documents.wording import letter_date_ja
from api.settings import JAPAN
from features.records import Identifier, Record

__all__ = ["InterviewSlot", "Interviews", "slot_words"]


def _in_japan(moment: datetime) -> datetime:
    """A time without a zone is Japan's; an interview takes place at a full minute."""
    local = moment.replace(tzinfo=JAPAN) if moment.tzinfo is None else moment.astimezone(JAPAN)
    if local.second or local.microsecond:
        raise ValueError("expected a full minute such as 2026-12-05T13:30")
    return local


_Line: TypeAlias = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class InterviewSlot(Record):
    """One interview; ``change`` counts its changes, so that a calendar replaces the date it has.

    Examples
    --------
    >>> slot = InterviewSlot(applicant_id="a1", posting_id="p1", starts_at=datetime(2026, 12, 5, 13, 30))
    >>> slot.starts_at.isoformat(), slot.minutes
    ('2026-12-05T13:30:00+09:00', 45)
    """

    applicant_id: Identifier
    posting_id: Identifier
    starts_at: Annotated[datetime, AfterValidator(_in_japan)]
    minutes: Annotated[int, Field(ge=5, le=600)] = 45
    place: _Line = ""
    change: Annotated[int, Field(ge=0, le=1000)] = 0


class Interviews(Record):
    """The content of a file of interviews."""

    interviews: Annotated[tuple[InterviewSlot, ...], Field(max_length=1000)]


_DAYS = "月火水木金土日"


def slot_words(slot: InterviewSlot) -> str:
    """Day and hours as a letter tells them.

    Examples
    --------
    >>> slot_words(InterviewSlot(applicant_id="a1", posting_id="p1", starts_at=datetime(2026, 12, 5, 13, 30)))
    '令和8年（2026年）12月5日（土）13時30分から（45分ほど）'
    """
    at = slot.starts_at
    day = f"{letter_date_ja(at.date())}（{_DAYS[at.weekday()]}）"
    return f"{day}{at.hour}時{at.minute:02}分から（{slot.minutes}分ほど）"
