"""What is due when, as a list and as days of a calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from api.decisions.schemas import DecisionAnswer
from api.documents.calendar.icalendar import day_events
from api.documents.reminders import (
    RemindersContent,
    content_of_reminders,
    reminder_events,
    reminders_pdf,
    reminders_workbook,
)
from api.outcomes.placements import Placement
from features.records import Application, Posting

Json = dict[str, Any]
Place = Callable[..., Placement]


@pytest.fixture
def content(
    make_call: Callable[..., Posting],
    applications: list[Application],
    decisions: list[DecisionAnswer],
    make_placement: Place,
    provenance: Json,
) -> RemindersContent:
    return content_of_reminders(
        postings=[make_call()],
        applications=applications,
        decisions=decisions,
        placements=[make_placement(1, date(2026, 4, 1), m3={"state": "there"})],
        provenance=provenance,
    )


def test_everything_due_stands_on_its_day_earliest_first(content: RemindersContent) -> None:
    assert [(one.due, one.what) for one in content.reminders] == [
        (date(2026, 10, 1), "着任6か月の確認"),
        (date(2026, 10, 2), "募集の記載の点検"),
        (date(2026, 10, 25), "募集の締切"),
        (date(2026, 10, 25), "未読の応募"),
        (date(2026, 11, 15), "内定の返事"),
    ]


def test_who_left_and_what_is_answered_is_not_asked_again(make_placement: Place, provenance: Json) -> None:
    gone = {"state": "left", "left_on": date(2026, 6, 1), "exit_code": "planned"}
    asked = content_of_reminders(
        postings=(),
        placements=[
            make_placement(1, date(2026, 4, 1), m3=gone),
            make_placement(2, date(2026, 2, 1), m3={"state": "there"}, m6={"state": "there"}),
            make_placement(3, None),
        ],
        provenance=provenance,
    )

    assert [(one.due, one.what) for one in asked.reminders] == [(date(2027, 2, 1), "着任12か月の確認")]


def test_what_lies_further_ahead_than_asked_is_left_out(make_call: Callable[..., Posting], provenance: Json) -> None:
    posting = make_call(as_of=None, start_date=None, deadline="2027-02-21")
    later = make_call(as_of=None, start_date=None, deadline="2027-02-22")

    assert len(content_of_reminders(postings=[posting], provenance=provenance).reminders) == 1
    assert content_of_reminders(postings=[later], provenance=provenance).reminders == ()


def test_a_call_that_is_closed_asks_for_nothing(make_call: Callable[..., Posting], provenance: Json) -> None:
    assert content_of_reminders(postings=[make_call(state="closed")], provenance=provenance).reminders == ()


def test_events_have_stable_ids_and_never_lie_in_the_past(content: RemindersContent) -> None:
    events = reminder_events(content)

    assert len({event.uid for event in events}) == len(events) == len(content.reminders)
    assert events[0].uid == "follow-y1-6@enmusubi"
    assert {event.day for event in events} == {date(2026, 11, 23)}
    assert events[0].description.startswith("期限 2026年10月1日。")


def test_whole_days_go_into_a_calendar_by_ids_that_stay_and_without_a_person_in_them(content: RemindersContent) -> None:
    lines = day_events(reminder_events(content), made=content.on).decode().split("\r\n")

    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert lines.count("BEGIN:VEVENT") == len(content.reminders) == len({one for one in lines if one[:4] == "UID:"})
    assert "DTSTART;VALUE=DATE:20261123" in lines and "DTEND;VALUE=DATE:20261124" in lines
    assert not [one for one in lines if one.startswith("UID:") and ("y1" in one or "p1" in one)]
    assert max(len(one.encode()) for one in lines) <= 75


def test_overdue_and_coming_things_stand_on_sheets_of_their_own(
    content: RemindersContent, rows_of: Callable[[bytes, str], list[list[Any]]]
) -> None:
    late, ahead = (rows_of(reminders_workbook(content), name) for name in ("期限を過ぎたもの", "これから"))

    assert [row[1] for row in late[-5:]] == [one.what for one in content.reminders]
    assert late[-5][0] == date(2026, 10, 1)
    assert ahead[-1][0] == "この期間に期限のあるものはありません。"


def test_the_same_records_give_the_same_bytes(content: RemindersContent) -> None:
    assert reminders_workbook(content) == reminders_workbook(content)
    assert reminders_pdf(content) == reminders_pdf(content)
