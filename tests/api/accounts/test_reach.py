"""Nobody sees what is not theirs, on SQLite and PostgreSQL: lists, single records, rankings, writes, counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.accounts.attempts import NAME_LIMIT
from tests.api.accounts.conftest import PASSWORD, Headers, Json, MovedClock, NewAccount
from tests.api.conftest import SECRET

P2 = {"posting_id": "p2", "program": "kyoryokutai", "municipality_code": "32525", "headcount": 1}


def _ids(service: TestClient, what: str, headers: dict[str, str]) -> list[str]:
    answer = service.get(f"/api/v1/{what}", headers=headers).json()
    ids = [line[f"{what[:-1]}_id"] for line in answer[what]]
    assert answer["total"] == len(ids)  # a count tells of what is out of reach as much as a list
    return ids


def test_each_role_lists_its_own_records_only(service: TestClient, everyone: Headers) -> None:
    draft = {
        "posting_id": "p0",
        "program": "kyoryokutai",
        "municipality_code": "01468",
        "headcount": 1,
        "state": "draft",
    }
    assert service.post("/api/v1/postings", json=draft, headers=everyone("coordinator")).status_code == 201
    seen = {
        role: [_ids(service, what, everyone(role)) for what in ("postings", "applicants", "applications")]
        for role in ("applicant", "coordinator", "other", "supporter")
    }
    assert seen == {
        "applicant": [["p1", "p2"], ["a1"], ["x1"]],
        "coordinator": [["p0", "p1"], ["a1", "a2"], ["x1", "x2"]],
        "other": [["p2"], [], []],
        "supporter": [["p0", "p1"], ["a1", "a2"], ["x1", "x2"]],
    }


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("applicant", "applicants/a2"),
        ("applicant", "applicants/a2/recommendations"),
        ("applicant", "applications/x2"),
        ("coordinator", "postings/p2"),
        ("coordinator", "postings/p2/candidates"),
        ("coordinator", "postings/p2/quality"),
        ("coordinator", "applicants/a3"),
        ("other", "applicants/a1"),
        ("other", "applications/x1"),
        ("other", "postings/p1/candidates"),
        ("supporter", "postings/p2/candidates"),
        ("supporter", "applicants/a3"),
    ],
)
def test_what_is_out_of_reach_is_as_unknown_as_what_does_not_exist(
    role: str, address: str, service: TestClient, everyone: Headers
) -> None:
    parts = address.split("/")
    found = service.get(f"/api/v1/{address}", headers=everyone(role))
    parts[1] = "zz"
    missing = service.get(f"/api/v1/{'/'.join(parts)}", headers=everyone(role))
    assert (found.status_code, found.json()["type"]) == (404, "urn:enmusubi:problem:unknown-id")
    assert found.json() | {"detail": ""} == missing.json() | {"detail": ""}


def test_an_order_over_everybody_is_nobodys_to_see(service: TestClient, everyone: Headers) -> None:
    answer = service.get("/api/v1/postings/p2/candidates", headers=everyone("other"))
    assert (answer.status_code, answer.json()["detail"]) == (403, "nobody has applied to posting p2 yet")


def test_a_coordinator_writes_for_the_own_municipality_only(service: TestClient, everyone: Headers) -> None:
    own, foreign = everyone("coordinator"), everyone("other")
    assert service.post("/api/v1/postings", json=P2 | {"posting_id": "p3"}, headers=own).status_code == 403
    moved = service.put("/api/v1/postings/p1", json=P2 | {"posting_id": "p1"}, headers=own)
    assert moved.status_code == 403
    application = {"application_id": "x9", "applicant_id": "a1", "posting_id": "p2"}
    assert service.post("/api/v1/applications", json=application, headers=own).status_code == 422
    assert service.post("/api/v1/applications", json=application, headers=foreign).status_code == 422  # not re-routed
    assert service.put("/api/v1/applications/x1", json=application, headers=foreign).status_code == 404
    assert service.delete("/api/v1/postings/p2", headers=own).status_code == 404
    assert service.get("/api/v1/postings/p2", headers=foreign).json()["headcount"] == 2


def test_a_municipality_changes_the_people_it_entered_and_no_others(service: TestClient, everyone: Headers) -> None:
    own, foreign = everyone("coordinator"), everyone("other")
    paper = {"applicant_id": "a9", "programs": ["kyoryokutai"]}
    assert service.post("/api/v1/applicants", json=paper, headers=own).status_code == 201
    assert service.put("/api/v1/applicants/a9", json=paper | {"programs": []}, headers=own).status_code == 200
    assert service.put("/api/v1/applicants/a9", json=paper, headers=foreign).status_code == 404
    assert service.put("/api/v1/applicants/a1", json=paper | {"applicant_id": "a1"}, headers=own).status_code == 403
    assert service.delete("/api/v1/applicants/a9", headers=own).status_code == 204


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"wish_rank": 2}, 200),
        ({"status": "withdrawn"}, 409),  # a step, at POST /decisions
        ({"status": "accepted"}, 409),
        ({"received_at": "2020-01-01"}, 403),
        ({"posting_id": "p2"}, 409),
        ({"applicant_id": "a2"}, 409),
    ],
)
def test_an_applicant_ranks_wishes_and_changes_nothing_else(
    change: Json, status: int, service: TestClient, everyone: Headers
) -> None:
    application = {"application_id": "x1", "applicant_id": "a1", "posting_id": "p1", "wish_rank": 1}
    answer = service.put("/api/v1/applications/x1", json=application | change, headers=everyone("applicant"))
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 201),
        ({"status": "offered"}, 403),
        ({"received_at": "2020-01-01"}, 403),
        ({"applicant_id": "a2"}, 422),
        ({"applicant_id": "a1", "posting_id": "p0"}, 422),
    ],
)
def test_an_applicant_applies_for_the_own_person_to_what_is_published(
    change: Json, status: int, service: TestClient, everyone: Headers
) -> None:
    draft = P2 | {"posting_id": "p0", "state": "draft"}
    service.post("/api/v1/postings", json=draft, headers=everyone("other"))
    application = {"application_id": "x9", "applicant_id": "a1", "posting_id": "p2"} | change
    assert service.post("/api/v1/applications", json=application, headers=everyone("applicant")).status_code == status


def test_a_withdrawn_consent_closes_the_municipality_at_once(service: TestClient, everyone: Headers) -> None:
    supporter, coordinator = everyone("supporter"), everyone("coordinator")
    assert service.get("/api/v1/applicants/a1", headers=supporter).status_code == 200
    assert service.delete("/api/v1/consents/32525", headers=coordinator).status_code == 403
    assert service.delete("/api/v1/consents/01468", headers=coordinator).status_code == 204
    assert service.get("/api/v1/applicants/a1", headers=supporter).status_code == 404
    consents = service.get("/api/v1/consents", headers=coordinator).json()["consents"]
    assert [(one["document"], one["withdrawn_by"]) for one in consents] == [("下川町第12号", "id-coordinator")]


def test_a_supporter_sees_nothing_of_another_prefecture_that_consents(
    service: TestClient, everyone: Headers, account: NewAccount, signed_in: Headers
) -> None:
    consent = {"municipality_code": "32525", "document": "海士町第1号"}
    service.post("/api/v1/consents", json=consent, headers=everyone("administrator"))
    assert _ids(service, "postings", everyone("supporter")) == ["p1"]
    assert _ids(service, "postings", signed_in(account("shimane", "supporter", prefecture_code="32"))) == ["p2"]


def test_a_researcher_sees_pseudonyms_that_two_researchers_cannot_join(
    service: TestClient, everyone: Headers, account: NewAccount, signed_in: Headers
) -> None:
    account("second-researcher", "researcher")
    profile = {"motivation_text": SECRET, "occupations": [SECRET], "desired_activities": ["tourism_service"]}
    told = {"applicant_id": "a1", "programs": ["kyoryokutai"], "selection_profile": profile}
    service.put("/api/v1/applicants/a1", json=told, headers=everyone("applicant"))
    pages = []
    for one in ("researcher", "second-researcher"):
        headers = signed_in(f"id-{one}")
        people, applications = (
            service.get(f"/api/v1/{what}", headers=headers) for what in ("applicants", "applications")
        )
        assert SECRET not in people.text + applications.text
        assert not {"a1", "a2", "a3", "x1", "p1", "p2", "13112"} & set((people.text + applications.text).split('"'))
        names = {line["applicant_id"] for line in people.json()["applicants"]}
        assert people.json()["total"] == len(names) == 3
        assert {line["applicant_id"] for line in applications.json()["applications"]} < names
        assert people.json() == service.get("/api/v1/applicants", headers=headers).json()
        assert {"desired_activities": ["tourism_service"]} in [
            line.get("selection_profile") for line in people.json()["applicants"]
        ]
        pages.append(names)
    assert pages[0].isdisjoint(pages[1])
    assert service.get("/api/v1/applicants?limit=x", headers=signed_in("id-researcher")).status_code == 422


def test_without_required_sign_in_records_are_open_here_and_accounts_are_not(
    guarded: FastAPI, service: TestClient, account: NewAccount, signed_in: Headers
) -> None:
    guarded.state.settings = guarded.state.settings.model_copy(update={"sign_in": "off"})
    account("town", "coordinator", municipality_code="01468")
    assert service.get("/api/v1/applicants").status_code == 200
    for address in ("/api/v1/accounts", "/api/v1/me", "/api/v1/consents"):
        assert service.get(address).status_code == 401
    assert service.post("/api/v1/accounts", json={}).status_code == 401
    assert service.get("/api/v1/applicants", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert service.get("/api/v1/runs", headers=signed_in("id-town")).status_code == 403  # an account keeps its role
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert service.post("/api/v1/postings", json=P2, headers=elsewhere).status_code == 403


def test_of_requests_that_use_one_link_at_once_one_is_answered(service: TestClient, everyone: Headers) -> None:
    new = {"sign_in_name": "new", "display_name": "new", "role": "auditor"}
    token = service.post("/api/v1/accounts", json=new, headers=everyone("administrator")).json()["token"]
    body = {"token": token, "password": PASSWORD}
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: service.post("/api/v1/password", json=body).status_code, range(4)))
    assert sorted(answers) == [204, 422, 422, 422]


def _sign_in(service: TestClient, name: str = "yamada") -> int:
    service.cookies.clear()
    return service.post("/api/v1/session", json={"sign_in_name": name, "password": PASSWORD}).status_code


def test_a_session_lasts_until_rest_or_the_end_of_the_day(
    service: TestClient, account: NewAccount, clock: MovedClock
) -> None:
    account("yamada", "auditor")
    assert _sign_in(service, "yamada") == 201
    for _ in range(24):
        assert service.get("/api/v1/me").json()["sign_in_name"] == "yamada"
        clock.move(minutes=29)
    assert service.get("/api/v1/me").status_code == 200
    clock.move(minutes=25)
    assert service.get("/api/v1/me").status_code == 401  # twelve hours after signing in, whatever was done since
    assert _sign_in(service) == 201
    clock.move(minutes=30)
    assert service.get("/api/v1/me").status_code == 401


def test_guesses_sent_at_once_are_no_more_than_the_limit(service: TestClient, account: NewAccount) -> None:
    account("yamada", "auditor")
    body = {"sign_in_name": "yamada", "password": "wrong"}
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: service.post("/api/v1/session", json=body).status_code, range(16)))
    assert answers.count(401) == NAME_LIMIT
    assert answers.count(429) == len(answers) - NAME_LIMIT
