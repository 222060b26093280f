"""An applicant is shown to another municipality by a standing consent, in a mode that allows it, and never else."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import col, select
from starlette.testclient import TestClient

from api.accounts.purposes import HEADER
from api.audit.tables import AuditRow
from api.storage.database import reading
from tests.api.accounts.conftest import Headers, Json, NewAccount

CONSENTS = "/api/v1/consents/rerouting"
FOR_REROUTING = {HEADER: "rerouting"}
A1: Json = {"applicant_id": "a1", "municipalities": ["32525"], "until": "2027-03-31"}
PAPER: Json = {"applicant_id": "a9", "programs": ["kyoryokutai"]}
Named = dict[str, str]


def _introduce(service: TestClient, everyone: Headers, municipality_code: str | None = None) -> str:
    decision = {"mode": "introduce", "municipality_code": municipality_code, "document": "第5号", "decided_by": "町長"}
    answer = service.post(
        "/api/v1/modes", json=decision | {"from_date": "2026-11-23"}, headers=everyone("administrator")
    )
    assert answer.status_code == 201
    an_id: str = answer.json()["decision_id"]
    return an_id


def _consent(service: TestClient, headers: Named, **changes: Any) -> str:
    answer = service.post(CONSENTS, json=A1 | changes, headers=headers)
    assert answer.status_code == 201, answer.text
    an_id: str = answer.json()["consent_id"]
    return an_id


def _seen(service: TestClient, headers: Named) -> list[str]:
    answer = service.get("/api/v1/applicants", headers=headers | FOR_REROUTING).json()
    ids = [one["applicant_id"] for one in answer["applicants"]]
    assert answer["total"] == len(ids)
    return ids


def test_a_consent_opens_the_record_for_that_purpose_and_no_application(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    other = everyone("other")
    _introduce(service, everyone)
    assert service.get("/api/v1/applicants/a1", headers=other | FOR_REROUTING).status_code == 404
    _consent(service, everyone("applicant"))
    assert _seen(service, other) == ["a1"]
    shown = service.get("/api/v1/applicants/a1", headers=other | FOR_REROUTING)
    assert (shown.status_code, "private_preferences" in shown.json()) == (200, False)
    with reading(database) as session:
        entry = json.loads(session.exec(select(AuditRow.entry).order_by(col(AuditRow.sequence).desc())).first() or "")
    assert (entry["purpose"], entry["on"][0]["ids"], entry["actor"]["id"]) == ("rerouting", ["a1"], "id-other")
    # without the purpose, and for everything else, the record is as unknown as before
    assert service.get("/api/v1/applicants/a1", headers=other).status_code == 404
    assert service.get("/api/v1/applications/x1", headers=other).status_code == 404
    assert service.put("/api/v1/applicants/a1", json=PAPER | {"applicant_id": "a1"}, headers=other).status_code == 404
    assert service.get("/api/v1/postings/p1/candidates", headers=other).status_code == 404
    assert _seen(service, everyone("coordinator")) == []


@pytest.mark.parametrize(
    ("targets", "sees"),
    [
        ({"municipalities": ["32525"]}, ["a1"]),
        ({"municipalities": [], "prefectures": ["32"]}, ["a1"]),
        ({"municipalities": [], "everywhere": True}, ["a1"]),
        ({"municipalities": ["32526"]}, []),
        ({"municipalities": [], "prefectures": ["31"]}, []),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_whom_the_consent_names_sees_the_applicant(
    targets: Json, sees: list[str], service: TestClient, everyone: Headers
) -> None:
    _introduce(service, everyone)
    _consent(service, everyone("applicant"), **targets)
    assert _seen(service, everyone("other")) == sees


def test_a_supporter_sees_whom_the_prefecture_or_a_consenting_municipality_may_see(
    service: TestClient, everyone: Headers, account: NewAccount, signed_in: Headers
) -> None:
    _introduce(service, everyone)
    shimane = signed_in(account("shimane", "supporter", prefecture_code="32"))
    consent_id = _consent(service, everyone("applicant"))
    assert _seen(service, shimane) == []  # 海士町 does not let the prefecture see what it sees
    service.post(
        "/api/v1/consents",
        json={"municipality_code": "32525", "document": "第1号"},
        headers=everyone("administrator"),
    )
    assert _seen(service, shimane) == ["a1"]
    assert service.delete(f"{CONSENTS}/{consent_id}", headers=everyone("applicant")).status_code == 204
    assert _seen(service, shimane) == []
    _consent(service, everyone("applicant"), municipalities=[], prefectures=["32"])
    assert _seen(service, shimane) == ["a1"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_withdrawn_consent_and_one_that_has_run_out_close_the_record(
    guarded: FastAPI, service: TestClient, everyone: Headers
) -> None:
    _introduce(service, everyone)
    own, other = everyone("applicant"), everyone("other")
    consent_id = _consent(service, own)
    assert service.delete(f"{CONSENTS}/{consent_id}", headers=own).status_code == 204
    assert service.get("/api/v1/applicants/a1", headers=other | FOR_REROUTING).status_code == 404
    assert service.delete(f"{CONSENTS}/{consent_id}", headers=own).status_code == 404
    _consent(service, own, until="2026-11-23")
    assert _seen(service, other) == ["a1"]
    guarded.state.settings = guarded.state.settings.model_copy(update={"today": date(2026, 11, 24)})
    assert _seen(service, other) == []
    kept = service.get(CONSENTS, headers=own).json()
    assert (kept["total"], [one["withdrawn_at"] is None for one in kept["consents"]].count(False)) == (2, 1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_a_decision_for_the_mode_no_consent_opens_anything(service: TestClient, everyone: Headers) -> None:
    _consent(service, everyone("applicant"))
    answer = service.get("/api/v1/applicants/a1", headers=everyone("other") | FOR_REROUTING)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:enmusubi:problem:operating-mode")
    assert "need the operating mode introduce, which is off; an administrator enters" in answer.json()["detail"]
    decision = _introduce(service, everyone)
    assert _seen(service, everyone("other")) == ["a1"]
    assert service.delete(f"/api/v1/modes/{decision}", headers=everyone("administrator")).status_code == 204
    assert service.get("/api/v1/applicants", headers=everyone("other") | FOR_REROUTING).status_code == 403


def test_a_decision_of_one_municipality_opens_whom_it_entered_and_nobody_else(
    service: TestClient, everyone: Headers
) -> None:
    _introduce(service, everyone, "01468")
    coordinator, other = everyone("coordinator"), everyone("other")
    assert service.post("/api/v1/applicants", json=PAPER, headers=coordinator).status_code == 201
    _consent(service, coordinator, applicant_id="a9", document="申出書第1号")
    _consent(service, everyone("applicant"))  # entered by nobody: only the whole service may introduce a1
    assert _seen(service, other) == ["a9"]
    assert service.get("/api/v1/applicants/a1", headers=other | FOR_REROUTING).status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_municipality_speaks_for_whom_it_entered_from_paper_and_names_the_paper(
    service: TestClient, everyone: Headers
) -> None:
    coordinator, other = everyone("coordinator"), everyone("other")
    service.post("/api/v1/applicants", json=PAPER, headers=coordinator)
    paper = A1 | {"applicant_id": "a9"}
    unnamed = service.post(CONSENTS, json=paper, headers=coordinator)
    assert (unnamed.status_code, "document is missing" in unnamed.json()["detail"]) == (422, True)
    named = paper | {"document": "申出書第1号"}
    assert service.post(CONSENTS, json=named, headers=other).status_code == 404
    theirs = service.post(CONSENTS, json=A1 | {"document": "第2号"}, headers=coordinator)  # a1 applied, on its own
    assert (theirs.status_code, "was not entered by this municipality" in theirs.json()["detail"]) == (403, True)
    given = service.post(CONSENTS, json=named, headers=coordinator)
    assert given.status_code == 201
    told = given.json()
    assert (told["entered_by"], told["ground"], told["document"]) == ("01468", "69-2-1", "申出書第1号")
    assert service.get(CONSENTS, headers=other).json()["total"] == 0
    consent = f"{CONSENTS}/{told['consent_id']}"
    assert service.delete(consent, headers=other).status_code == 404
    assert service.delete(consent, headers=everyone("applicant")).status_code == 404
    assert service.delete(consent, headers=coordinator).status_code == 204


@pytest.mark.parametrize(
    ("changes", "status", "detail"),
    [
        ({"applicant_id": "a2"}, 404, "no applicant has the id a2"),
        ({"until": "2026-11-22"}, 422, "until is 2026-11-22, expected a day from 2026-11-23 to 2027-11-24"),
        ({"until": "2027-11-25"}, 422, "a consent can be renewed"),
        ({"municipalities": []}, 422, "expected municipalities or prefectures, or everywhere"),
        ({"everywhere": True}, 422, "expected municipalities or prefectures, or everywhere"),
        ({"prefectures": ["48"]}, 422, "expected the 2 digits of a prefecture"),
        ({"municipalities": ["99999"]}, 422, "is not in the reference table"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_consent_that_is_not_right_is_refused(
    changes: Json, status: int, detail: str, service: TestClient, everyone: Headers
) -> None:
    answer = service.post(CONSENTS, json=A1 | changes, headers=everyone("applicant"))
    assert (answer.status_code, detail in answer.json()["detail"]) == (status, True), answer.text


def test_of_two_same_consents_sent_at_once_one_is_stored(service: TestClient, everyone: Headers) -> None:
    own = everyone("applicant")
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: service.post(CONSENTS, json=A1, headers=own).status_code, range(4)))
    assert sorted(answers) == [201, 422, 422, 422]
    assert service.get(CONSENTS, headers=own).json()["total"] == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_applicant_has_a_bounded_number_of_standing_consents(service: TestClient, everyone: Headers) -> None:
    own = everyone("applicant")
    for day in range(1, 21):
        _consent(service, own, until=f"2027-01-{day:02}")
    answer = service.post(CONSENTS, json=A1, headers=own)
    assert (answer.status_code, "has 20 standing consents; withdraw one first" in answer.json()["detail"]) == (
        422,
        True,
    )


def test_a_consent_goes_with_the_record_and_opens_no_later_one_of_the_same_id(
    service: TestClient, everyone: Headers
) -> None:
    _introduce(service, everyone)
    coordinator, other = everyone("coordinator"), everyone("other")
    service.post("/api/v1/applicants", json=PAPER, headers=coordinator)
    _consent(service, coordinator, applicant_id="a9", document="申出書第1号")
    assert _seen(service, other) == ["a9"]
    assert service.delete("/api/v1/applicants/a9", headers=coordinator).status_code == 204
    service.post("/api/v1/applicants", json=PAPER, headers=coordinator)
    assert _seen(service, other) == []
