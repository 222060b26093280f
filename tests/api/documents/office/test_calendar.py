"""Interview dates: RFC 5545 to the octet."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from api.documents import DocumentError
from api.documents.calendar.icalendar import interview_dates
from api.documents.calendar.slots import InterviewSlot
from api.documents.kinds import Material
from api.documents.registry import write_document

Make = Callable[..., Material]
MADE = date(2026, 11, 25)
AT = datetime(2026, 12, 5, 13, 30)


def slot(**changes: Any) -> InterviewSlot:
    fields: dict[str, Any] = {"applicant_id": "a1", "posting_id": "p1", "starts_at": AT}
    return InterviewSlot(**(fields | changes))


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_no_line_is_longer_than_75_octets_and_every_line_ends_in_crlf() -> None:
    content = interview_dates([slot(place="会議室" * 60)], made=MADE, title="縁" * 200)

    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert f"LOCATION:{'会議室' * 60}" in unfolded(content)


def test_what_has_a_meaning_in_a_calendar_is_escaped() -> None:
    content = interview_dates([slot(place="役場; 2階, 奥\\右")], made=MADE, title="一行\r\nEND:VEVENT")

    assert "LOCATION:役場\\; 2階\\, 奥\\\\右" in unfolded(content)
    assert "DESCRIPTION:募集: 一行\\nEND:VEVENT" in unfolded(content)
    assert unfolded(content).count("END:VEVENT") == 1


def test_marks_that_nobody_sees_are_left_out_of_a_calendar() -> None:
    content = interview_dates([slot(place="2階\u202e奥\u200bの\u2028間")], made=MADE, title="縁\ufeff結び\u2066")

    assert "LOCATION:2階奥の間" in unfolded(content)
    assert "DESCRIPTION:募集: 縁結び" in unfolded(content)


def test_times_are_japans_with_the_zone_in_the_file() -> None:
    lines = unfolded(interview_dates([slot(minutes=60)], made=MADE, title=""))

    assert "DTSTART;TZID=Asia/Tokyo:20261205T133000" in lines
    assert "DTEND;TZID=Asia/Tokyo:20261205T143000" in lines
    assert {"BEGIN:VTIMEZONE", "TZID:Asia/Tokyo", "TZOFFSETTO:+0900"} <= set(lines)


def test_an_hour_of_another_zone_is_told_in_japans() -> None:
    assert slot(starts_at=datetime(2026, 12, 5, 4, 30, tzinfo=UTC)).starts_at.isoformat() == "2026-12-05T13:30:00+09:00"


def test_a_changed_date_keeps_its_identity_and_counts_the_change() -> None:
    first, later = (
        unfolded(interview_dates([one], made=MADE, title=""))
        for one in (slot(), slot(starts_at=AT.replace(day=6), change=1))
    )
    uid = [line for line in first if line.startswith("UID:")]

    assert uid == [line for line in later if line.startswith("UID:")]
    assert "a1" not in uid[0]
    assert "SEQUENCE:1" in later


def test_the_stamp_is_the_runs_day_and_never_the_clocks() -> None:
    assert "DTSTAMP:20261125T000000Z" in unfolded(interview_dates([slot()], made=MADE, title=""))


def test_no_name_stands_in_a_calendar(material: Make) -> None:
    content = write_document("interview-dates", "ics", material(names={"a3": "見本 花"}))

    assert "見本" not in content.decode()
    assert "SUMMARY:面接　応募者 a4" in content.decode()


def test_the_earliest_comes_first(material: Make) -> None:
    text = write_document("interview-dates", "ics", material()).decode()

    assert text.index("応募者 a4") < text.index("応募者 a3")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"applicant_id": "a9"}, "applicant a9 has an interview and no application to p1"),
        ({"posting_id": "p2"}, "no interview for posting p1 is among the interviews"),
    ],
)
def test_an_interview_of_nobody_is_refused(material: Make, change: dict[str, str], message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        write_document("interview-dates", "ics", material(interviews=(slot(**change),)))


def test_two_interviews_of_one_person_are_refused(material: Make) -> None:
    twice = (slot(applicant_id="a3"), slot(applicant_id="a3", starts_at=AT.replace(day=6)))
    with pytest.raises(DocumentError, match="applicant a3 has two interviews for posting p1"):
        write_document("interview-dates", "ics", material(interviews=twice))


@pytest.mark.parametrize(
    "change", [{"minutes": 0}, {"place": "a\nb"}, {"starts_at": AT.replace(second=5)}, {"note": "x"}]
)
def test_a_slot_out_of_form_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(change))):
        slot(**change)


def test_another_reader_of_calendars_finds_the_same_dates(material: Make) -> None:
    if importlib.util.find_spec("icalendar") is None:
        pytest.skip("icalendar is not installed: no second reader")
    events = (
        importlib.import_module("icalendar")
        .Calendar.from_ical(write_document("interview-dates", "ics", material()))
        .walk("VEVENT")
    )

    assert [str(event["LOCATION"]) for event in events if "LOCATION" in event] == ["下川町役場 3階; 第2会議室, 奥"]
