"""Who has the id of an erased person is somebody else; what others judged is given on request, not by the export."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlmodel import select
from starlette.testclient import TestClient

from api.own_data.collecting import ON_REQUEST
from api.storage.database import reading, writing
from api.storage.tables import HistoryRow
from tests.api.accounts.conftest import Headers, Json, NewAccount

ME = "/api/v1/me/data"


def _earlier(database: Engine) -> None:
    """As it could be stored before an application stayed with its applicant: x2 of a2 was one of a1."""
    was: Json = {"application_id": "x2", "applicant_id": "a1", "posting_id": "p1", "received_at": "2026-11-02"}
    with writing(database) as session:
        now = datetime.now(UTC)
        session.add(HistoryRow(kind="application", id="x2", revision=0, until=1, until_at=now, record=was))


def _rows(answer: Json, name: str) -> list[Json]:
    return [row for section in answer["sections"] if section["name"] == name for row in section["rows"]]


def test_an_erasure_reaches_what_another_persons_application_once_said_of_the_person(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    _earlier(database)
    assert service.delete(ME, headers=everyone("applicant")).status_code == 200
    with reading(database) as session:
        (was,) = session.exec(select(HistoryRow).where(HistoryRow.id == "x2")).all()
    assert was.record is None
    assert service.get("/api/v1/applications/x2", headers=everyone("coordinator")).status_code == 200


def test_the_export_tells_of_an_earlier_application_whose_it_was(
    service: TestClient, everyone: Headers, account: NewAccount, database: Engine
) -> None:
    _earlier(database)
    account("two", "applicant", applicant_id="a2")
    own = service.get(ME, headers=everyone("applicant")).json()
    others = service.get(ME, headers=everyone("two")).json()
    assert [row["id"] for row in _rows(own, "history")] == ["x2"]
    assert _rows(others, "history") == []


def test_the_next_person_with_an_id_sees_nothing_of_the_one_before(
    service: TestClient, everyone: Headers, account: NewAccount, records: Json
) -> None:
    first, town = records["applicants"][0], everyone("coordinator")
    own = everyone("applicant")
    assert service.put("/api/v1/applicants/a1", json=first | {"months_served": 3}, headers=own).status_code == 200
    assert service.get("/api/v1/applicants/a1", headers=town).status_code == 200
    assert service.delete(ME, headers=own).status_code == 200
    assert service.post("/api/v1/applicants", json=first, headers=town).status_code == 201
    account("next", "applicant", applicant_id="a1")
    history = service.get("/api/v1/applicants/a1/history", headers=everyone("next")).json()["versions"]
    assert [one["changed"] for one in history] == [[]]
    uses = service.get("/api/v1/me/uses", headers=everyone("next")).json()["uses"]
    assert [(one["action"], one["role"]) for one in uses] == [("read", "applicant"), ("created", "coordinator")]
    exported = service.get(ME, headers=everyone("next")).json()
    assert _rows(exported, "history") == []


def test_the_export_holds_no_judgement_of_others_and_says_how_to_ask_for_it(
    service: TestClient, person: Headers
) -> None:
    answer = service.get(ME, headers=person("applicant")).json()
    sections = [one for one in answer["sections"] if one["name"] in ("decision", "interviewscore", "conflict")]
    assert [one["name"] for one in sections] == ["decision"]
    for secret in ('"reason"', '"rank"', '"score"', "n_listed", "n_ahead", "interviewscore"):
        assert secret not in str(sections).replace("'", '"'), secret
    assert answer["on_request"] == ON_REQUEST and "開示請求" in ON_REQUEST
    assert ON_REQUEST in service.get(f"{ME}?format=html", headers=person("applicant")).text


def test_the_own_words_of_a_decision_are_in_the_export(service: TestClient, everyone: Headers) -> None:
    step = {"application_id": "x1", "state": "withdrawn", "after": None, "reason": "家の都合で取り下げます"}
    assert service.post("/api/v1/decisions", json=step, headers=everyone("applicant")).status_code == 201
    (row,) = _rows(service.get(ME, headers=everyone("applicant")).json(), "decision")
    assert row["reason"] == "家の都合で取り下げます"
