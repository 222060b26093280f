"""Interviews and whole days as iCalendar files: RFC 5545, and RFC 7986 for the identifiers, which tell of no person."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final, Protocol

from api.documents.calendar.slots import InterviewSlot

__all__ = ["DayEvent", "day_events", "interview_dates"]

_OCTETS: Final = 75  # of a line without its end (RFC 5545, 3.1)
# Japan has had no daylight saving time since 1951 (RFC 5545, 3.6.5 asks for the zone whole)
_TOKYO: Final = (
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Tokyo",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0900",
    "TZOFFSETTO:+0900",
    "TZNAME:JST",
    "END:STANDARD",
    "END:VTIMEZONE",
)
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})
_ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


class DayEvent(Protocol):
    """A whole day of a calendar."""

    @property
    def uid(self) -> str:
        """The same for the same thing, so that a calendar replaces what it has."""
        ...

    @property
    def day(self) -> date:
        """The day."""
        ...

    @property
    def summary(self) -> str:
        """What, in a line."""
        ...

    @property
    def description(self) -> str:
        """What to do."""
        ...


def interview_dates(slots: Sequence[InterviewSlot], *, made: date, title: str) -> bytes:
    r"""The file, one event an interview, earliest first.

    Parameters
    ----------
    slots : sequence of InterviewSlot
    made : date
        The day of the run: every event is stamped with it, so the same dates give the same bytes.
    title : str
        Of the posting; applicants stand in the file by their ids alone.

    Examples
    --------
    >>> interview_dates([], made=date(2026, 12, 1), title="").decode().split("\r\n")[:3]
    ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//enmusubi//interviews//JA']
    """
    ordered = sorted(slots, key=lambda slot: (slot.starts_at, slot.applicant_id))
    return _file("interviews", [*_TOKYO, *(line for slot in ordered for line in _event(slot, made, title))])


def day_events(events: Sequence[DayEvent], *, made: date) -> bytes:
    r"""The file, one event of a whole day each, earliest first.

    Parameters
    ----------
    events : sequence of DayEvent
    made : date
        The day of the run: every event is stamped with it, so the same events give the same bytes.

    Examples
    --------
    >>> day_events([], made=date(2026, 12, 1)).decode().split("\r\n")[2:4]
    ['PRODID:-//enmusubi//days//JA', 'CALSCALE:GREGORIAN']
    """
    ordered = sorted(events, key=lambda event: (event.day, event.uid))
    return _file("days", (line for event in ordered for line in _whole_day(event, made)))


def _file(product: str, lines: Iterable[str]) -> bytes:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//enmusubi//{product}//JA", "CALSCALE:GREGORIAN")
    whole = (*head, *lines, "END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in whole for part in _folded(line)).encode()


def _whole_day(event: DayEvent, made: date) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{uuid.uuid5(uuid.NAMESPACE_URL, f'enmusubi:day:{event.uid}')}",
        f"DTSTAMP:{made:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(event.summary)}",
        f"DESCRIPTION:{_text(event.description)}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _event(slot: InterviewSlot, made: date, title: str) -> list[str]:
    uid = uuid.uuid5(uuid.NAMESPACE_URL, f"enmusubi:interview:{slot.posting_id}\n{slot.applicant_id}")
    end = slot.starts_at + timedelta(minutes=slot.minutes)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{made:%Y%m%d}T000000Z",
        f"SEQUENCE:{slot.change}",
        f"DTSTART;TZID=Asia/Tokyo:{slot.starts_at:%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Asia/Tokyo:{end:%Y%m%dT%H%M%S}",
        f"SUMMARY:{_text(f'面接　応募者 {slot.applicant_id}')}",
        f"DESCRIPTION:{_text(f'募集: {title}')}",
        "CLASS:PRIVATE",
    ]
    if slot.place:
        lines.append(f"LOCATION:{_text(slot.place)}")
    return [*lines, "END:VEVENT"]


def _text(words: str) -> str:
    """A text value (RFC 5545, 3.3.11) without control characters and marks that nobody sees: a calendar obeys those."""
    kept = (one for one in words if one == "\n" or unicodedata.category(one) not in _UNSEEN)
    return "".join(kept).translate(_ESCAPED)


def _folded(line: str) -> Iterator[str]:
    """A long line in pieces that begin with a space; no character is cut in two."""
    piece, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > _OCTETS:
            yield piece
            piece, size = " ", 1
        piece, size = piece + character, size + width
    yield piece
