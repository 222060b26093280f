"""Days nobody lives on and ids nobody can open are refused where they come in; what is stored already is still read."""

from __future__ import annotations

import sqlite3

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, update
from sqlalchemy.exc import OperationalError
from sqlmodel import col
from starlette.testclient import TestClient

from api.http.problems import add_problem_handlers
from api.storage.database import writing
from api.storage.tables import ApplicantRow
from tests.api.conftest import Json


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.mark.parametrize(
    "received_at",
    ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "1899-12-31", "2201-01-01T00:00:00+09:00"],
)
def test_a_moment_at_the_ends_of_the_calendar_is_refused_with_what_was_expected(
    received_at: str, loaded: TestClient
) -> None:
    applied = {"application_id": "x9", "applicant_id": "a3", "posting_id": "p1", "received_at": received_at}
    refused = loaded.post("/api/v1/applications", json=applied)
    assert (refused.status_code, refused.json()["errors"]) == (
        422,
        [{"loc": "body.received_at", "msg": "expected a year from 1900 to 2200"}],
    )


def test_what_was_stored_before_years_had_bounds_is_still_read(loaded: TestClient, app: FastAPI) -> None:
    engine: Engine = app.state.engine
    record: Json = {"applicant_id": "a3", "programs": ["kyoryokutai"], "consent": {"expiry": "9999-12-31"}}
    with writing(engine) as session:
        session.exec(update(ApplicantRow).where(col(ApplicantRow.id) == "a3").values(record=record))
    answer = loaded.get("/api/v1/applicants/a3")
    assert (answer.status_code, answer.json()["consent"]) == (200, {"expiry": "9999-12-31"})
    assert loaded.put("/api/v1/applicants/a3", json=answer.json()).json()["errors"] == [
        {"loc": "body.consent.expiry", "msg": "expected a year from 1900 to 2200"}
    ]


@pytest.mark.parametrize(("an_id", "status"), [(".", 422), ("..", 422), ("...", 201), (".a", 201), ("..a", 201)])
def test_an_id_that_is_a_step_of_a_path_is_refused(an_id: str, status: int, client: TestClient) -> None:
    answer = client.post("/api/v1/applicants", json={"applicant_id": an_id, "programs": ["kyoryokutai"]})
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize(("mark", "code"), [("sqlite_errorname", "SQLITE_FULL"), ("sqlstate", "53100")])
def test_a_full_disk_is_called_a_full_disk_without_its_path(mark: str, code: str) -> None:
    app, told = FastAPI(), sqlite3.OperationalError("database or disk is full: /var/lib/x.db")
    setattr(told, mark, code)
    add_problem_handlers(app)

    @app.get("/")
    def full() -> None:
        raise OperationalError("INSERT", {}, told)

    answer = TestClient(app).get("/")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:enmusubi:problem:disk-full")
    assert answer.json()["detail"].startswith("the disk is full: nothing was stored")
    assert "/var" not in answer.text
