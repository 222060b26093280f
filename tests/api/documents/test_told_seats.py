"""Seats left: those the call tells, else those that acceptances leave, else nothing is said."""

from __future__ import annotations

from typing import Any

import pytest

from api.documents.told_seats import with_told_seats
from api.documents.wording import posting_facts
from features.records import Application, Posting


def call(**changes: Any) -> Posting:
    fields: dict[str, Any] = {
        "posting_id": "p1",
        "program": "kyoryokutai",
        "municipality_code": "01468",
        "headcount": 3,
    }
    return Posting.model_validate(fields | changes)


def applied(*statuses: str, to: str = "p1") -> list[Application]:
    return [
        Application.model_validate(
            {"application_id": f"x{k}", "applicant_id": f"a{k}", "posting_id": to, "status": status}
        )
        for k, status in enumerate(statuses)
    ]


@pytest.mark.parametrize(
    ("changes", "statuses", "words"),
    [
        ({}, (), "3人"),
        ({}, ("received", "closed"), "3人（残り3人）"),
        ({}, ("accepted", "offered", "accepted"), "3人（残り1人）"),
        ({"headcount": 1}, ("accepted", "accepted"), "1人（残り0人）"),
        ({"seats_left": 2}, ("accepted", "accepted"), "3人（残り2人）"),
        ({"seats_left": 0}, (), "3人（残り0人）"),
    ],
)
def test_seats_never_contradict_acceptances(changes: dict[str, int], statuses: tuple[str, ...], words: str) -> None:
    told = with_told_seats(call(**changes), applied(*statuses))

    assert dict(posting_facts(told))["募集人数"] == words


def test_acceptances_of_another_call_take_no_seat_and_tell_none() -> None:
    assert with_told_seats(call(), applied("accepted", to="p2")) == call()
