"""Every use of a person's record has a purpose of the written table, and no other can be stated."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import col, select
from starlette.testclient import TestClient

from api.accounts.errors import PurposeTableError
from api.accounts.permissions import permissions
from api.accounts.purposes import HEADER, purposes, read_purposes
from api.audit.entry import LOCAL, Use, subject
from api.audit.errors import UndeclaredPurposeError
from api.audit.tables import AuditRow
from api.audit.trail import Trail
from api.storage.database import reading
from tests.api.accounts.conftest import Headers, Json

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MARK = "印づけ９１"
COLUMNS = 'columns = ["local", "applicant", "coordinator", "supporter", "researcher", "auditor", "administrator"]\n'


def _entries(engine: Engine) -> list[dict[str, Any]]:
    with reading(engine) as session:
        return [json.loads(row.entry) for row in session.exec(select(AuditRow).order_by(col(AuditRow.sequence)))]


@ON_SQLITE
@pytest.mark.parametrize(
    ("role", "address", "stated", "written"),
    [
        ("applicant", "applicants/a1", None, "rights"),
        ("coordinator", "applicants/a1", None, "selection"),
        ("coordinator", "applicants/a1", "rights", "rights"),
        ("supporter", "applicants", None, "selection"),
        ("researcher", "applications", None, "research"),
        ("administrator", "households", None, "intake"),
        ("administrator", "households", "placement", "placement"),
        ("auditor", "audit", None, "audit"),
    ],
)
def test_the_purpose_is_the_one_that_is_stated_or_the_default_of_the_role(
    role: str, address: str, stated: str | None, written: str, service: TestClient, everyone: Headers, database: Engine
) -> None:
    headers = everyone(role) | ({} if stated is None else {HEADER: stated})
    assert service.get(f"/api/v1/{address}", headers=headers).status_code == 200
    assert _entries(database)[-1]["purpose"] == written


@ON_SQLITE
@pytest.mark.parametrize(
    ("role", "address", "stated", "status", "detail"),
    [
        ("coordinator", "applicants", "research", 403, "GET /api/v1/applicants is not for the purpose research in the"),
        ("researcher", "applicants", "selection", 403, "in the role researcher; it is for research"),
        ("applicant", "applicants/a1", "selection", 403, "it is for rights"),
        ("coordinator", "postings/p1/candidates", "recommendation", 403, "it is for selection"),
        ("coordinator", "applicants", MARK, 422, "header.Enmusubi-Purpose: expected one of intake, selection"),
        ("coordinator", "applicants", "", 422, "expected one of intake"),
        ("coordinator", "postings", "selection", 422, "this operation uses nobody's record and takes no purpose"),
    ],
)
def test_a_purpose_the_role_does_not_have_there_is_refused_by_name(
    role: str, address: str, stated: str, status: int, detail: str, service: TestClient, everyone: Headers
) -> None:
    sent = {name.encode(): value.encode() for name, value in (everyone(role) | {HEADER: stated}).items()}
    answer = service.get(f"/api/v1/{address}", headers=sent)
    assert answer.status_code == status
    assert detail in answer.json()["detail"]
    assert MARK not in answer.text


@ON_SQLITE
def test_two_purposes_at_once_are_none(service: TestClient, everyone: Headers) -> None:
    headers = [*everyone("coordinator").items(), (HEADER, "selection"), (HEADER, "rerouting")]
    answer = service.request("GET", "/api/v1/applicants", headers=headers)
    assert answer.status_code == 422


@ON_SQLITE
def test_what_is_stated_on_writing_stands_in_the_entry(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    own = {"applicant_id": "a1", "programs": ["kyoryokutai"]}
    headers = everyone("applicant")
    assert service.put("/api/v1/applicants/a1", json=own, headers=headers).status_code == 200
    assert service.put("/api/v1/applicants/a1", json=own, headers=headers | {HEADER: "rights"}).status_code == 200
    assert [entry["purpose"] for entry in _entries(database)[-2:]] == ["intake", "rights"]


@ON_SQLITE
def test_one_pc_without_sign_in_has_its_own_column(client: TestClient, records: Json, engine: Engine) -> None:
    client.post("/api/v1/records", json=records)
    assert client.get("/api/v1/applicants/a1", headers={HEADER: "rights"}).status_code == 200
    assert _entries(engine)[-1]["purpose"] == "rights"
    assert client.get("/api/v1/applicants/a1", headers={HEADER: "rerouting"}).status_code == 403


@ON_SQLITE
def test_the_document_describes_the_header_where_there_is_a_purpose_and_nowhere_else(guarded: FastAPI) -> None:
    described = {
        f"{method.upper()} {path}": {word for one in operation.get("parameters", ()) for word in _words(one)}
        for path, item in guarded.openapi()["paths"].items()
        for method, operation in item.items()
    }
    assert {name: words for name, words in described.items() if words} == {
        name: {word for cell in line.values() for word in cell} for name, line in purposes().items()
    }


def _words(parameter: dict[str, Any]) -> list[str]:
    words: list[str] = parameter["schema"]["enum"] if parameter["name"] == HEADER else []
    return words


@ON_SQLITE
def test_whatever_answers_with_a_persons_words_or_id_has_a_purpose_and_an_entry(
    client: TestClient, app: FastAPI, records: Json, engine: Engine
) -> None:
    ids = {"applicant_id": "person-a1", "application_id": "apply-x1", "posting_id": "p1", "household_id": "house-h1"}
    person = {"applicant_id": "person-a1", "programs": ["kyoryokutai"], "selection_profile": {"motivation_text": MARK}}
    stored = {
        "postings": records["postings"],
        "applicants": [person, person | {"applicant_id": "person-a2"}],
        "applications": [{"application_id": "apply-x1", "applicant_id": "person-a1", "posting_id": "p1"}],
        "households": [
            {"household_id": "house-h1", "members": ["person-a1", "person-a2"], "joint_preferences": [["p1", "p2"]]}
        ],
        "companies": [{"company_id": "c1", "name": "丸太舎", "people": ["person-a1"]}],
    }
    added = client.post("/api/v1/records", json=stored)
    assert added.status_code == 201, added.text
    run = client.post("/api/v1/runs", json={}).json()
    ids |= {"company_id": "c1", "run_id": str(run.get("run_id")), "job_id": str(run.get("job_id"))}
    told, silent = set[str](), set[str]()
    for path, item in app.openapi()["paths"].items():
        if "get" not in item or path.endswith("/events"):
            continue
        before = len(_entries(engine))
        answer = client.get(re.sub(r"\{(\w+)\}", lambda found: ids.get(found[1], "01468"), path))
        if answer.status_code == 200 and any(mark in answer.text for mark in (MARK, "person-a", "apply-x", "house-h")):
            told.add(f"GET {path}")
            if len(_entries(engine)) == before:
                silent.add(f"GET {path}")
    assert told >= {"GET /api/v1/applicants", "GET /api/v1/postings/{posting_id}/candidates", "GET /api/v1/audit"}
    assert told - set(purposes()) == set()
    assert silent == set()


def test_people_are_not_used_by_an_operation_without_a_line() -> None:
    trail = Trail(LOCAL, operation="GET /x")
    trail.note(Use(action="changed", purpose="intake", on=(subject("posting", ["p1"]),)))
    with pytest.raises(UndeclaredPurposeError, match=r"GET /x uses people's records and has no line in"):
        trail.note(Use(action="read", purpose="selection", on=(subject("applicant", ["a1"]),)))


def _line(name: str, **cells: str) -> str:
    told = {column: cells.get(column, "") for column in ("local", *list(permissions().operations[name].extents)[1:])}
    return COLUMNS + "operations = [" + json.dumps([name, *told.values()]) + "]"


RUN = "POST /api/v1/runs"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_line(RUN, local="placement", supporter="placement"), "POST /api/v1/runs: administrator has no purpose"),
        (
            _line(RUN, local="placement", supporter="placement", administrator="placing"),
            "administrator has placing, expected words of intake",
        ),
        (
            _line(RUN, local="placement", supporter="placement", administrator="placement", auditor="audit"),
            "auditor has a purpose and may not ask",
        ),
        (
            COLUMNS + 'operations = [["GET /x", "", "", "", "", "", "", ""]]',
            "GET /x is not in the table of permissions",
        ),
        (COLUMNS + f'operations = [["{RUN}", ""]]', "POST /api/v1/runs has 1 cells, expected 7"),
        ('columns = ["local"]\noperations = []', "columns are ['local'], expected"),
    ],
)
def test_a_table_of_purposes_with_a_gap_is_refused(text: str, message: str) -> None:
    with pytest.raises(PurposeTableError, match=re.escape(message)):
        read_purposes(text)


def test_a_table_of_purposes_with_one_operation_twice_is_refused() -> None:
    text = _line(RUN, local="placement", supporter="placement", administrator="placement")
    line = text[len(COLUMNS) + len("operations = [") : -1]
    with pytest.raises(PurposeTableError, match="POST /api/v1/runs has two lines"):
        read_purposes(text[:-1] + f", {line}]")
