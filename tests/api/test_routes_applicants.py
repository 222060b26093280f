"""Applicants and applications over HTTP: private preferences go in and never come out."""

from __future__ import annotations

import logging

import pytest
from fastapi import FastAPI
from sqlmodel import Session
from starlette.testclient import TestClient

from api.http.schemas import PublicApplicant
from api.storage.database import reading
from api.storage.record_kinds import APPLICANTS
from api.storage.stored_records import read
from features.records import Applicant, PrivatePreferences
from tests.api.conftest import Json

WISH: Json = {"regions_refused": ["沖縄"], "min_monthly_pay_yen": 234567, "needs": {"hospital_minutes": 17}}
APPLICANT: Json = {
    "applicant_id": "a1",
    "programs": ["kyoryokutai"],
    "selection_profile": {"skills": ["チェーンソー"], "licences": []},
    "private_preferences": WISH,
    "consent": {"scout_ok": True},
}
SHOWN = {name: value for name, value in APPLICANT.items() if name != "private_preferences"}


def _stored(app: FastAPI, applicant_id: str) -> Applicant:
    session: Session
    with reading(app.state.engine) as session:
        return read(session, APPLICANTS, applicant_id)


def test_what_may_be_seen_is_everything_but_the_private_preferences() -> None:
    assert set(PublicApplicant.model_fields) == set(Applicant.model_fields) - {"private_preferences"}
    for name, field in PublicApplicant.model_fields.items():
        assert field.annotation == Applicant.model_fields[name].annotation


def test_no_answer_holds_private_preferences(client: TestClient, app: FastAPI) -> None:
    answers = [
        client.post("/api/v1/applicants", json=APPLICANT),
        client.get("/api/v1/applicants/a1"),
        client.get("/api/v1/applicants"),
        client.put("/api/v1/applicants/a1", json=APPLICANT | {"months_served": 3}),
        client.post("/api/v1/applicants", json=APPLICANT),
        client.post("/api/v1/records", json={"applicants": [APPLICANT]}),
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 200, 200, 409, 409]
    for answer in answers:
        for secret in ("private_preferences", "234567", "沖縄", "hospital_minutes"):
            assert secret not in answer.text
    assert _stored(app, "a1").private_preferences == PrivatePreferences.model_validate(WISH)


def test_an_applicant_comes_back_as_sent_but_for_the_private_part(client: TestClient) -> None:
    assert client.post("/api/v1/applicants", json=APPLICANT).json() == SHOWN
    assert client.get("/api/v1/applicants/a1").json() == SHOWN
    assert client.get("/api/v1/applicants").json() == {"applicants": [SHOWN], "total": 1, "limit": 100, "offset": 0}


def test_sending_back_what_was_shown_keeps_the_private_preferences(client: TestClient, app: FastAPI) -> None:
    client.post("/api/v1/applicants", json=APPLICANT)
    shown = client.get("/api/v1/applicants/a1").json()
    assert client.put("/api/v1/applicants/a1", json=shown | {"record_moved_on": "2026-10-01"}).status_code == 200
    assert _stored(app, "a1").private_preferences.min_monthly_pay_yen == 234567
    assert client.put("/api/v1/applicants/a1", json=shown | {"private_preferences": {}}).status_code == 200
    assert _stored(app, "a1").private_preferences == PrivatePreferences()


def test_storing_a_person_leaves_no_trace_in_the_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client.post("/api/v1/applicants", json=APPLICANT)
    client.post("/api/v1/applicants", json=APPLICANT)
    assert "チェーンソー" not in caplog.text
    assert "234567" not in caplog.text


@pytest.mark.parametrize("key", ["age", "sex", "nationality", "birthplace", "family", "health", "photo", "religion"])
def test_what_must_not_be_collected_has_no_field(client: TestClient, key: str) -> None:
    refused = client.post("/api/v1/applicants", json=APPLICANT | {key: "x"})
    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"loc": f"body.{key}", "msg": "unknown key"}]
    profile = client.post("/api/v1/applicants", json=APPLICANT | {"selection_profile": {key: "x"}})
    assert profile.json()["errors"][0]["loc"] == f"body.selection_profile.{key}"
    assert client.get("/api/v1/applicants").json()["total"] == 0


def test_an_applicant_who_applied_stays_until_the_application_is_gone(loaded: TestClient) -> None:
    assert "application x1" in loaded.delete("/api/v1/applicants/a1").json()["detail"]
    assert loaded.delete("/api/v1/applications/x1").status_code == 204
    assert loaded.delete("/api/v1/applicants/a1").status_code == 204
    assert loaded.get("/api/v1/applicants/a1").status_code == 404


def test_an_applicant_named_by_a_household_or_company_stays(loaded: TestClient) -> None:
    household = {"household_id": "h1", "members": ["a2", "a3"], "joint_preferences": [["p1", None], ["p2", "p2"]]}
    company = {"company_id": "c1", "name": "株式会社例", "people": ["a3"]}
    assert loaded.post("/api/v1/records", json={"households": [household], "companies": [company]}).status_code == 201
    assert "household h1, company c1" in loaded.delete("/api/v1/applicants/a3").json()["detail"]
    assert "household h1" in loaded.delete("/api/v1/postings/p2").json()["detail"]


def test_applications_are_stored_found_and_changed(loaded: TestClient) -> None:
    sent = {
        "application_id": "x3",
        "applicant_id": "a2",
        "posting_id": "p2",
        "received_at": "2026-11-01T09:00:00+09:00",
    }
    assert loaded.post("/api/v1/applications", json=sent).json() == sent
    changed = loaded.put("/api/v1/applications/x3", json=sent | {"wish_rank": 2})
    assert changed.json() == sent | {"wish_rank": 2}
    after = None
    for state in ("seen", "shortlisted", "interview"):  # the person at the PC decides where there are no accounts
        step = {"application_id": "x3", "state": state, "after": after}
        after = loaded.post("/api/v1/decisions", json=step).json()["decision_id"]
    assert loaded.get("/api/v1/applications/x3").json() == changed.json() | {"status": "interview"}
    for wanted, ids in (
        ({"posting_id": "p1"}, ["x1", "x2"]),
        ({"applicant_id": "a2"}, ["x2", "x3"]),
        ({"status": "interview"}, ["x3"]),
        ({"applicant_id": "a2", "posting_id": "p1"}, ["x2"]),
    ):
        page = loaded.get("/api/v1/applications", params=wanted).json()
        assert [application["application_id"] for application in page["applications"]] == ids


def test_an_application_of_nobody_is_refused_by_name(loaded: TestClient) -> None:
    sent = {"application_id": "x3", "applicant_id": "a9", "posting_id": "p1"}
    refused = loaded.post("/api/v1/applications", json=sent)
    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"loc": "body.applicant_id", "msg": "names a9, which is not stored"}]


def test_an_application_is_given_to_nobody_else(loaded: TestClient) -> None:
    sent = {"application_id": "x1", "applicant_id": "a9", "posting_id": "p1"}
    refused = loaded.put("/api/v1/applications/x1", json=sent)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:enmusubi:problem:application-moved")


def test_a_document_of_records_is_stored_whole(client: TestClient, records: Json) -> None:
    stored = client.post("/api/v1/records", json=records)
    assert stored.status_code == 201
    assert stored.json() == {"applicants": 3, "postings": 2, "applications": 2, "households": 0, "companies": 0}


@pytest.mark.parametrize(
    ("kind", "change", "status", "says"),
    [
        ("applicants", {"programs": ["none"]}, 422, "body.applicants[2].programs[0]"),
        ("applicants", {"applicant_id": "a1"}, 409, "applicant a1 is stored already"),
        ("applications", {"posting_id": "p9"}, 422, "applications[2].posting_id names p9"),
        ("postings", {"headcount": 0}, 422, "body.postings[2].headcount"),
    ],
)
def test_one_bad_record_stores_none(
    client: TestClient, records: Json, kind: str, change: Json, status: int, says: str
) -> None:
    rows = records[kind]
    number = {"applicants": "applicant_id", "postings": "posting_id", "applications": "application_id"}[kind]
    records[kind] = [*rows[:2], rows[-1] | {number: "third"} | change]
    if kind == "applicants":
        records["applications"] = []
    refused = client.post("/api/v1/records", json=records)
    assert refused.status_code == status
    assert says in refused.json()["detail"]
    for path in ("applicants", "postings", "applications"):
        assert client.get(f"/api/v1/{path}").json()["total"] == 0
