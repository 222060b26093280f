"""Calls: moves of their state, their seats, and until when they take applications; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.api.accounts.conftest import Headers, Json
from tests.api.decisions.conftest import Step

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
P3: Json = {"posting_id": "p3", "program": "kyoryokutai", "municipality_code": "01468", "headcount": 2}


def _put(service: TestClient, headers: dict[str, str], **changes: object) -> Json:
    answer = service.put("/api/v1/postings/p3", json=P3 | changes, headers=headers)
    found: Json = answer.json() | {"code": answer.status_code}
    return found


@ON_SQLITE
@pytest.mark.parametrize(
    ("begin", "end", "status"),
    [
        ("draft", "open", 200),
        ("draft", "closed", 200),
        ("open", "closed", 200),
        ("closed", "open", 200),
        ("open", "draft", 409),
        ("closed", "draft", 409),
    ],
)
def test_a_call_that_was_published_is_not_hidden_again(
    begin: str, end: str, status: int, service: TestClient, town: Headers
) -> None:
    headers = town("coordinator")
    assert service.post("/api/v1/postings", json=P3 | {"state": begin}, headers=headers).status_code == 201
    answer = _put(service, headers, state=end)
    assert answer["code"] == status
    if status == 409:
        assert answer["detail"].startswith(f"posting p3: state is draft, the stored posting is {begin}, after which")


def test_a_change_of_a_call_does_not_give_taken_seats_away(service: TestClient, town: Headers, decide: Step) -> None:
    headers = town("coordinator")
    assert service.post("/api/v1/postings", json=P3, headers=headers).status_code == 201
    for an_id, person in (("y1", "a1"), ("y2", "a2")):
        applied = {"application_id": an_id, "applicant_id": person, "posting_id": "p3"}
        assert service.post("/api/v1/applications", json=applied, headers=headers).status_code == 201
        decide(an_id, "seen", "shortlisted", "offered", "accepted")
    assert _put(service, headers, title="林業")["seats_left"] == 0  # not spoken of: as it was
    assert _put(service, headers, headcount=3)["seats_left"] == 1
    fewer = _put(service, headers, headcount=1)
    assert (fewer["code"], fewer["detail"]) == (409, "posting p3: headcount is 1, but 2 seats are taken")
    more = _put(service, headers, headcount=3, seats_left=2)
    expected = "posting p3 has headcount 3 and seats_left 2, but 2 accepted; correct one of them"
    assert (more["code"], more["detail"]) == (409, expected)
    assert _put(service, headers, headcount=3, seats_left=0)["seats_left"] == 0  # given to somebody elsewhere
    assert _put(service, headers, headcount=3, seats_left=None)["seats_left"] == 1  # counted from who has accepted
    fewer = _put(service, headers, headcount=1, seats_left=None)
    assert (fewer["code"], fewer["detail"]) == (409, "posting p3: headcount is 1, but 2 seats are taken")
    assert _put(service, headers, headcount=3, seats_left=0)["seats_left"] == 0
    assert _put(service, headers, headcount=3, state="closed")["state"] == "closed"  # by a person, seats or not
    assert decide("y2", "withdrawn").status_code == 201
    assert service.get("/api/v1/postings/p3", headers=headers).json()["seats_left"] == 1


def test_seats_follow_from_who_has_accepted_where_nobody_told_them(
    service: TestClient, town: Headers, decide: Step
) -> None:
    headers = town("coordinator")
    records = {
        "postings": [P3],
        "applications": [
            {"application_id": "y1", "applicant_id": "a1", "posting_id": "p3", "status": "accepted"},
            {"application_id": "y2", "applicant_id": "a2", "posting_id": "p3", "status": "offered"},
        ],
    }
    assert service.post("/api/v1/records", json=records, headers=town("administrator")).status_code == 201
    accepted = decide("y2", "accepted").json()
    assert (accepted["from_state"], accepted["number"]) == ("offered", 1)  # an import tells how far it was
    assert service.get("/api/v1/postings/p3", headers=headers).json()["seats_left"] == 0


def test_a_call_past_its_deadline_takes_papers_that_came_before(
    service: TestClient, town: Headers, guarded: FastAPI
) -> None:
    headers = town("coordinator")
    settings = guarded.state.settings
    assert service.post("/api/v1/postings", json=P3 | {"deadline": "2026-11-23"}, headers=headers).status_code == 201
    applied = {"application_id": "y1", "applicant_id": "a1", "posting_id": "p3"}
    for day, role, more, status in (
        ("2026-11-24", "applicant", {}, 409),
        ("2026-11-24", "coordinator", {}, 409),
        ("2026-11-24", "coordinator", {"received_at": "2026-11-24"}, 409),
        ("2026-11-24", "coordinator", {"received_at": "2026-11-23T23:59:00+09:00"}, 201),
        ("2026-11-23", "coordinator", {"application_id": "y2", "applicant_id": "a2"}, 201),
    ):
        guarded.state.settings = settings.model_copy(update={"today": date.fromisoformat(day)})
        answer = service.post("/api/v1/applications", json=applied | more, headers=town(role))
        assert answer.status_code == status, (day, role, more, answer.text)
        if status == 409:
            paper = "a municipality may enter a paper that came in before, with its received_at"
            assert answer.json()["detail"] == f"posting p3 had its deadline on 2026-11-23; {paper}"


@ON_SQLITE
def test_a_draft_and_a_closed_call_take_no_applications(service: TestClient, town: Headers) -> None:
    headers = town("coordinator")
    assert service.post("/api/v1/postings", json=P3 | {"state": "draft"}, headers=headers).status_code == 201
    applied = {"application_id": "y1", "applicant_id": "a1", "posting_id": "p3"}
    for state, own in (("draft", 422), ("closed", 409)):
        assert service.put("/api/v1/postings/p3", json=P3 | {"state": state}, headers=headers).status_code == 200
        refused = service.post("/api/v1/applications", json=applied, headers=headers)
        assert refused.json()["detail"].startswith(f"posting p3 is {'a draft' if state == 'draft' else 'closed'}; ")
        assert service.post("/api/v1/applications", json=applied, headers=town("applicant")).status_code == own
    moved = {"application_id": "x1", "applicant_id": "a1", "posting_id": "p3"}
    assert service.put("/api/v1/applications/x1", json=moved, headers=headers).status_code == 409
    paper = applied | {"received_at": "2026-11-01"}
    assert service.post("/api/v1/applications", json=paper, headers=headers).status_code == 201


@ON_SQLITE
def test_an_application_comes_in_as_received(service: TestClient, town: Headers) -> None:
    applied = {"application_id": "y1", "applicant_id": "a1", "posting_id": "p1", "status": "interview"}
    refused = service.post("/api/v1/applications", json=applied, headers=town("coordinator"))
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:enmusubi:problem:status-by-decision")
    assert service.get("/api/v1/applications/y1", headers=town("coordinator")).status_code == 404


def test_nobody_accepts_a_second_place_until_the_first_is_given_up_or_left(
    service: TestClient, town: Headers, decide: Step
) -> None:
    elsewhere = P3 | {"posting_id": "p9", "municipality_code": "32525"}
    for posting, an_id, officer in ((P3, "y1", "coordinator"), (elsewhere, "z1", "other")):
        assert service.post("/api/v1/postings", json=posting, headers=town(officer)).status_code == 201
        applied = {"application_id": an_id, "applicant_id": "a1", "posting_id": posting["posting_id"]}
        assert service.post("/api/v1/applications", json=applied, headers=town("applicant")).status_code == 201
    decide("y1", "seen", "shortlisted", "offered", "accepted")
    decide("z1", "seen", "shortlisted", "offered", by="other")
    decide("x1", "seen", "shortlisted", "offered")
    way_out = "withdraw that one first, or record that the person left it; the offer stands meanwhile"
    for an_id, by, held in (
        ("z1", "applicant", "application y1"),
        ("x1", "coordinator", "application y1"),
        ("z1", "other", "an application out of reach"),  # which one is not for the other municipality to know
    ):
        refused = decide(an_id, "accepted", by=by)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:enmusubi:problem:holds-place")
        assert refused.json()["detail"] == f"application {an_id}: the person holds a place by {held}; {way_out}"
    assert service.get("/api/v1/postings/p9", headers=town("other")).json().get("seats_left") is None
    assert decide("y1", "withdrawn", by="applicant").status_code == 201
    assert decide("z1", "accepted", by="applicant").status_code == 201
    left = {"application_id": "z1", "months": 3, "state": "left", "exit_code": "host", "found_on": "2026-11-23"}
    days = {"left_on": "2026-11-23", "started_on": "2026-11-23"}
    assert service.post("/api/v1/outcomes", json=left | days, headers=town("other")).status_code == 201
    assert decide("x1", "accepted").status_code == 201


@ON_SQLITE
def test_two_acceptances_of_one_person_at_once_store_one(service: TestClient, town: Headers, decide: Step) -> None:
    headers = town("coordinator")
    assert service.post("/api/v1/postings", json=P3, headers=headers).status_code == 201
    applied = {"application_id": "y1", "applicant_id": "a1", "posting_id": "p3"}
    assert service.post("/api/v1/applications", json=applied, headers=town("applicant")).status_code == 201
    read = {an_id: decide(an_id, "seen", "shortlisted", "offered").json()["decision_id"] for an_id in ("x1", "y1")}
    own = town("applicant")

    def accept(an_id: str) -> int:
        step = {"application_id": an_id, "state": "accepted", "after": read[an_id]}
        return service.post("/api/v1/decisions", json=step, headers=own).status_code

    with ThreadPoolExecutor(2) as both:
        answers = both.map(accept, read)
        assert sorted(answers) == [201, 409]


def test_a_deadline_that_is_past_is_not_given_to_an_open_call(service: TestClient, town: Headers) -> None:
    headers = town("coordinator")
    assert service.post("/api/v1/postings", json=P3, headers=headers).status_code == 201
    refused = _put(service, headers, deadline="2026-11-22")
    assert (refused["code"], refused["type"]) == (409, "urn:enmusubi:problem:past-deadline")
    told = "posting p3: deadline is 2026-11-22, expected 2026-11-23 or later; or close the call"
    assert refused["detail"] == told
    assert _put(service, headers, deadline="2026-11-23")["code"] == 200
    assert _put(service, headers, deadline="2026-11-22", state="closed")["code"] == 200
    assert _put(service, headers, deadline="2026-11-22", state="open")["detail"] == told


def test_the_day_of_the_facts_moves_with_what_an_open_call_offers(service: TestClient, town: Headers) -> None:
    headers, told = town("coordinator"), {"as_of": "2026-10-01"}
    assert service.post("/api/v1/postings", json=P3 | told, headers=headers).status_code == 201
    assert _put(service, headers, headcount=3, **told)["as_of"] == "2026-10-01"
    assert _put(service, headers, monthly_pay_yen=210_000, **told)["as_of"] == "2026-11-23"
    assert _put(service, headers, monthly_pay_yen=220_000, as_of="2026-11-20")["as_of"] == "2026-11-20"
