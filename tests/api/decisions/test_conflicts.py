"""Whoever declared a conflict of interest sees, scores and decides nothing of that posting; on both databases."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import select
from starlette.testclient import TestClient

from api.accounts.permissions import permissions
from api.audit.tables import AuditRow
from api.storage.database import reading
from tests.api.accounts.conftest import Headers, Json, NewAccount
from tests.api.decisions.conftest import Step
from tests.api.kept_databases import KeptDatabases

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BY_POSTING: Json = {"kind": "friend", "posting_id": "p1"}
BY_PERSON: Json = {"kind": "family", "applicant_id": "a2"}
SCORES: Json = {"job_knowledge": 4, "talk_with_residents": 3, "plan": 5, "grasp_of_conditions": 4}
WITHOUT_PEOPLE = {"postings/p1", "postings/p1/quality"}  # everybody may read the call itself


@pytest.fixture
def closed(service: TestClient, town: Headers, decide: Step, database: Engine, kept_databases: KeptDatabases) -> Json:
    """Decisions, scores and an outcome of p1, then the first officer's conflict; gives ids."""
    ids: Json = kept_databases.fill("closed", database, lambda: _closed(service, town, decide))
    return ids


def _closed(service: TestClient, town: Headers, decide: Step) -> Json:
    decide("x1", "seen", "shortlisted", "interview")
    score = service.post(
        "/api/v1/interview-scores", json={"application_id": "x1", "items": SCORES}, headers=town("officer")
    )
    decision = decide("x1", "offered")
    decide("x2", "seen")
    declared = service.post("/api/v1/conflicts", json=BY_POSTING, headers=town("coordinator"))
    assert (score.status_code, decision.status_code, declared.status_code) == (201, 201, 201), declared.text
    return {"conflict_id": declared.json()["conflict_id"], "decision_id": decision.json()["decision_id"]}


def test_every_single_record_of_the_posting_is_closed_with_the_reason(
    service: TestClient, town: Headers, closed: Json
) -> None:
    headers = town("coordinator")
    asked = ("postings/p1/candidates", "applications/x1", "applications/x2", "applicants/a1", "applicants/a2")
    for address in asked:
        answer = service.get(f"/api/v1/{address}", headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:enmusubi:problem:conflict-of-interest"), (
            address
        )
        assert "by a conflict of interest it declared; GET /api/v1/conflicts lists" in answer.json()["detail"]
        assert service.get(f"/api/v1/{address}", headers=town("officer")).status_code == 200
    one = f"/api/v1/decisions/{closed['decision_id']}"
    assert (service.get(one, headers=headers).status_code, service.get(one, headers=town("officer")).status_code) == (
        404,
        200,
    )
    unknown = service.get("/api/v1/applications/zz", headers=headers)
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:enmusubi:problem:unknown-id")
    nul = service.get("/api/v1/applications/%00", headers=headers)
    assert nul.status_code == 404


@pytest.mark.usefixtures("closed")
def test_no_list_and_no_count_tells_of_the_posting_s_people(service: TestClient, town: Headers) -> None:
    for what in ("applicants", "applications", "decisions", "outcomes"):
        assert service.get(f"/api/v1/{what}", headers=town("coordinator")).json()["total"] == 0, what
    assert service.get("/api/v1/outcomes/due?on=2040-01-01", headers=town("coordinator")).json()["total"] == 0
    assert service.get("/api/v1/applications", headers=town("officer")).json()["total"] == 2
    scores = service.get("/api/v1/interview-scores?application_id=x1", headers=town("coordinator"))
    assert (scores.status_code, scores.json()["errors"][0]["msg"]) == (422, "names x1, which is not stored")


@pytest.mark.usefixtures("closed")
def test_nothing_of_the_posting_is_decided_scored_or_changed(service: TestClient, town: Headers) -> None:
    headers = town("coordinator")
    posting = service.get("/api/v1/postings/p1", headers=headers).json()
    calls: list[tuple[str, str, Json | None]] = [
        ("POST", "decisions", {"application_id": "x2", "state": "shortlisted", "after": None}),
        ("PUT", "applications/x1", {"application_id": "x1", "applicant_id": "a1", "posting_id": "p1"}),
        ("DELETE", "applications/x1", None),
        ("POST", "applications", {"application_id": "x9", "applicant_id": "a9", "posting_id": "p1"}),
        ("PUT", "postings/p1", posting),
        ("DELETE", "postings/p1", None),
    ]
    entered = {"applicant_id": "a9", "programs": ["kyoryokutai"]}
    assert service.post("/api/v1/applicants", json=entered, headers=headers).status_code == 201
    for method, address, body in calls:
        answer = service.request(method, f"/api/v1/{address}", json=body, headers=headers)
        told = (answer.status_code, answer.json()["type"])
        assert told == (403, "urn:enmusubi:problem:conflict-of-interest"), (method, address)
    scored = {"application_id": "x1", "items": SCORES}
    assert service.post("/api/v1/interview-scores", json=scored, headers=headers).status_code == 422
    assert service.get("/api/v1/applications", headers=town("officer")).json()["total"] == 2


@ON_SQLITE
@pytest.mark.usefixtures("closed")
def test_no_answer_of_any_route_names_the_posting_s_people(
    guarded: FastAPI, service: TestClient, town: Headers
) -> None:
    ids = {"code": "01468", "posting_id": "p1", "applicant_id": "a1", "application_id": "x1"}
    named: list[str] = []
    for name, operation in permissions().operations.items():
        method, _, path = name.partition(" ")
        if method != "GET" or operation.extents["coordinator"] == "never" or path.endswith("/events"):
            continue
        address = re.sub(r"\{(\w+)\}", lambda found: ids.get(found[1], "0" * 24), path)
        query = "?application_id=x1" if path.endswith("/interview-scores") else ""
        answer = service.get(address + query, headers=town("coordinator"))
        own_words = {address.rpartition("/")[2], "x1"} if answer.status_code >= 400 else set()
        texts = set(re.findall(r'"([^"]*)"', answer.text)) - own_words
        if {"a1", "a2", "x1", "x2"} & texts:
            named.append(name)
    assert named == []


def test_a_conflict_with_a_person_closes_every_posting_the_person_applied_to(
    service: TestClient, town: Headers
) -> None:
    headers = town("coordinator")
    call = {"posting_id": "p3", "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1}
    assert service.post("/api/v1/postings", json=call, headers=headers).status_code == 201
    applied = {"application_id": "y1", "applicant_id": "a1", "posting_id": "p3"}
    assert service.post("/api/v1/applications", json=applied, headers=headers).status_code == 201
    assert service.post("/api/v1/conflicts", json=BY_PERSON, headers=headers).status_code == 201
    assert service.get("/api/v1/postings/p1/candidates", headers=headers).status_code == 403
    page = service.get("/api/v1/applications", headers=headers).json()
    assert [line["application_id"] for line in page["applications"]] == ["y1"]
    assert service.get("/api/v1/applicants/a1", headers=headers).status_code == 200  # as an applicant to p3
    assert service.get("/api/v1/applicants/a2", headers=headers).status_code == 403
    late = applied | {"application_id": "y2", "applicant_id": "a2"}
    assert service.post("/api/v1/applications", json=late, headers=town("officer")).status_code == 201
    assert service.get("/api/v1/applications", headers=headers).json()["total"] == 0  # now p3 is closed too


def test_a_paper_of_the_own_town_is_closed_by_a_conflict_with_its_person(service: TestClient, town: Headers) -> None:
    headers = town("coordinator")
    entered = {"applicant_id": "a9", "programs": ["kyoryokutai"]}
    assert service.post("/api/v1/applicants", json=entered, headers=headers).status_code == 201
    declared = service.post("/api/v1/conflicts", json=BY_PERSON | {"applicant_id": "a9"}, headers=headers)
    assert declared.status_code == 201
    assert service.get("/api/v1/applicants/a9", headers=headers).status_code == 403
    assert service.get("/api/v1/applicants/a9", headers=town("officer")).status_code == 200


def test_the_person_or_an_administrator_with_a_reason_lifts_it_and_both_stay_on_record(
    service: TestClient, town: Headers, closed: Json, database: Engine
) -> None:
    address = f"/api/v1/conflicts/{closed['conflict_id']}/lifting"
    for role, status in (("officer", 404), ("other", 404), ("auditor", 403), ("applicant", 403)):
        assert service.post(address, json={"reason": "x"}, headers=town(role)).status_code == status
    bare = service.post(address, json={}, headers=town("administrator"))
    assert (bare.status_code, bare.json()["errors"][0]["loc"]) == (422, "body.reason")
    lifted = service.post(address, json={"reason": "異動により交代"}, headers=town("administrator")).json()
    assert (lifted["lifted_by"], lifted["lifted_reason"]) == ("id-administrator", "異動により交代")
    assert service.get("/api/v1/applications/x1", headers=town("coordinator")).status_code == 200
    again = service.post(address, json={"reason": "x"}, headers=town("administrator"))
    assert (again.status_code, again.json()["type"]) == (409, "urn:enmusubi:problem:lifted")
    anew = service.post("/api/v1/conflicts", json=BY_POSTING, headers=town("coordinator")).json()
    own = f"/api/v1/conflicts/{anew['conflict_id']}/lifting"
    unsaid = service.post(own, json={}, headers=town("coordinator"))
    assert (unsaid.status_code, unsaid.json()["type"]) == (422, "urn:enmusubi:problem:lifting-reason")
    said = service.post(own, json={"reason": "取り違え"}, headers=town("coordinator")).json()
    assert (said["lifted_by"], said["lifted_reason"]) == ("id-coordinator", "取り違え")
    page = service.get("/api/v1/conflicts", headers=town("auditor")).json()
    assert [(line["kind"], line["lifted_at"] is None) for line in page["conflicts"]] == [("friend", False)] * 2
    with reading(database) as session:
        entries = [row.entry for row in session.exec(select(AuditRow)) if '"conflict"' in row.entry]
    assert sum('"action":"created"' in entry for entry in entries) == 2
    assert sum('"action":"changed"' in entry for entry in entries) == 2
    assert not any("異動" in entry for entry in entries)


def test_a_declaration_is_one_s_own_and_made_once(service: TestClient, town: Headers) -> None:
    first = service.post("/api/v1/conflicts", json=BY_POSTING, headers=town("coordinator"))
    again = service.post("/api/v1/conflicts", json=BY_POSTING, headers=town("coordinator"))
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    assert service.get("/api/v1/conflicts", headers=town("coordinator")).json()["total"] == 1
    assert service.get("/api/v1/conflicts", headers=town("officer")).json()["total"] == 0
    assert service.get("/api/v1/conflicts", headers=town("administrator")).json()["total"] == 1


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"kind": "friend"}, "expected either applicant_id or posting_id"),
        (BY_POSTING | {"applicant_id": "a1"}, "expected either applicant_id or posting_id"),
        (BY_POSTING | {"posting_id": "p2"}, "names p2, which is not stored"),
        (BY_PERSON | {"applicant_id": "a3"}, "names a3, which is not stored"),
        (BY_POSTING | {"note": "義理の兄"}, "unknown key"),
    ],
)
def test_a_declaration_names_one_thing_within_reach_and_no_details(
    body: Json, message: str, service: TestClient, town: Headers
) -> None:
    refused = service.post("/api/v1/conflicts", json=body, headers=town("coordinator"))
    assert (refused.status_code, refused.json()["errors"][0]["msg"]) == (422, message)


@ON_SQLITE
def test_a_supporter_s_conflict_closes_the_posting_to_the_supporter(service: TestClient, town: Headers) -> None:
    assert service.get("/api/v1/postings/p1/candidates", headers=town("supporter")).status_code == 200
    assert service.post("/api/v1/conflicts", json=BY_POSTING, headers=town("supporter")).status_code == 201
    assert service.get("/api/v1/postings/p1/candidates", headers=town("supporter")).status_code == 403
    assert service.get("/api/v1/applicants", headers=town("supporter")).json()["total"] == 0
    assert service.get("/api/v1/applicants", headers=town("coordinator")).json()["total"] == 2


@ON_SQLITE
def test_a_token_of_a_conflicted_account_sees_nothing_either_and_declares_nothing(
    service: TestClient, town: Headers
) -> None:
    headers = town("coordinator")
    new = {"label": "export", "scopes": ["people:read", "people:write"]}
    token = service.post("/api/v1/me/tokens", json=new, headers=headers).json()["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    service.cookies.clear()
    assert service.get("/api/v1/applications/x1", headers=bearer).status_code == 200
    assert service.post("/api/v1/conflicts", json=BY_POSTING, headers=bearer).status_code == 403
    assert service.post("/api/v1/conflicts", json=BY_POSTING, headers=headers).status_code == 201
    assert service.get("/api/v1/applications/x1", headers=bearer).status_code == 403


@ON_SQLITE
def test_a_removed_posting_or_person_takes_its_conflicts_along(
    service: TestClient, town: Headers, account: NewAccount
) -> None:
    headers = town("coordinator")
    call = {"posting_id": "p3", "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1}
    assert service.post("/api/v1/postings", json=call, headers=headers).status_code == 201
    declared = service.post("/api/v1/conflicts", json=BY_POSTING | {"posting_id": "p3"}, headers=headers)
    assert declared.status_code == 201
    assert service.delete("/api/v1/postings/p3", headers=town("officer")).status_code == 204
    assert service.get("/api/v1/conflicts", headers=headers).json()["total"] == 0


@ON_SQLITE
def test_a_company_that_sells_in_the_posting_s_field_is_flagged_on_the_list_and_the_decision(
    service: TestClient, town: Headers, decide: Step
) -> None:
    sells = {"sells_to_municipalities": True, "fields": ["municipal_dx", "gx"]}
    call = {"posting_id": "p3", "program": "kigyojin", "municipality_code": "01468", "headcount": 2, "fields": ["gx"]}
    records = {
        "postings": [call],
        "applicants": [{"applicant_id": an_id, "programs": ["kigyojin"]} for an_id in ("b1", "b2", "b3")],
        "applications": [
            {"application_id": f"y{number}", "applicant_id": f"b{number}", "posting_id": "p3"} for number in (1, 2, 3)
        ],
        "companies": [
            {"company_id": "c1", "name": "株式会社例", "people": ["b1"], "conflict": sells},
            {"company_id": "c2", "name": "株式会社他", "people": ["b2"], "conflict": sells | {"fields": ["tourism"]}},
            {"company_id": "c3", "name": "株式会社別", "people": ["b3"], "conflict": {"fields": ["gx"]}},
        ],
    }
    assert service.post("/api/v1/records", json=records, headers=town("administrator")).status_code == 201
    listed = service.get("/api/v1/postings/p3/candidates", headers=town("coordinator")).json()
    assert listed["company_conflicts"] == [{"company_id": "c1", "applicant_ids": ["b1"], "fields": ["gx"]}]
    decide("y1", "seen")
    bare = decide("y1", "shortlisted", reason=None)
    assert bare.json()["detail"].endswith("company_conflict (市町村に同じ分野で販売する企業の方)")
    told = decide("y1", "shortlisted").json()
    assert (told["flags"], told["override"]) == (["company_conflict"], False)
    assert told["warnings"] == ["この方の企業は、募集と同じ分野で市町村に販売していると申告しています。"]
    for an_id in ("y2", "y3"):
        decide(an_id, "seen")
        assert decide(an_id, "shortlisted", reason=None).json()["flags"] == []
