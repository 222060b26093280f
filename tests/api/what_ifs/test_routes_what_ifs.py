"""Questions about a stored run over HTTP: what is answered, to whom, and what is on record; on both databases."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select
from starlette.testclient import TestClient

from api.audit.tables import AuditRow
from api.jobs.queue import cancel
from api.jobs.tables import JobRow
from api.storage.database import reading, writing
from api.storage.tables import RunInputRow
from api.what_ifs import job
from api.what_ifs.job import WHAT_IF
from features.rounds.results import RoundResult
from features.what_ifs.limits import BeforeRun, SeatLine
from tests.api.accounts.conftest import (
    Headers,
    MovedClock,
    account,
    clock,
    database,
    everyone,
    guarded,
    passwords,
    service,
    signed_in,
)

__all__ = ["account", "clock", "database", "everyone", "guarded", "passwords", "service", "signed_in"]

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
RUNS = "/api/v1/runs"


def run_of(service: TestClient, headers: dict[str, str]) -> dict[str, Any]:
    run_id = service.post(RUNS, json={}, headers=headers).json()["run_id"]
    found: dict[str, Any] = service.get(f"{RUNS}/{run_id}", headers=headers).json()
    return found


def asked(service: TestClient, run_id: str, headers: dict[str, str], **body: Any) -> Any:
    answer = service.post(f"{RUNS}/{run_id}/what-ifs", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    return service.get(answer.headers["location"], headers=headers)


def test_a_supporter_asks_about_an_own_round_and_the_job_names_nobody(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    supporter = everyone("supporter")
    run = run_of(service, supporter)
    placed = [an_id for an_id, place in run["run"]["matching"].items() if place is not None]
    picture = asked(service, run["run_id"], supporter, question="frontier").json()
    repair = asked(service, run["run_id"], supporter, question="repair", withdrawn=placed[:1]).json()
    limits = asked(
        service,
        run["run_id"],
        supporter,
        question="limits",
        limits=[{"municipality_code": "01468", "cap": 0}],
    ).json()

    assert picture["frontier"]["points"][0]["n_blocking"] == 0
    (line,) = limits["limits"]["limits"]
    assert (line["held"], line["change"]["placed"]) == (0, 1)
    ways = {one["way"]: one for one in repair["repair"]["ways"]}
    assert ways["kept"]["n_moved"] == 0
    (move,) = ways["kept"]["moves"]
    assert (move["applicant_id"], move["before"], move["after"]) == ("a2", None, "p1")
    job = service.get(f"/api/v1/jobs/{repair['job']['job_id']}", headers=supporter).json()
    assert "a2" not in json.dumps(job["result"])
    with reading(database) as session:
        told = [json.loads(row.entry) for row in session.exec(select(AuditRow).order_by(col(AuditRow.sequence)))]
    uses = [(one["action"], one["purpose"], one["on"][0]["kind"]) for one in told if one["on"][0]["kind"] == "run"]
    assert uses[-2:] == [("run", "placement", "run"), ("read", "placement", "run")]


@ON_SQLITE
def test_nobody_else_asks_about_it_or_reads_the_answer(service: TestClient, everyone: Headers) -> None:
    supporter = everyone("supporter")
    run_id = run_of(service, supporter)["run_id"]
    job_id = asked(service, run_id, supporter, question="limits").json()["job"]["job_id"]
    path = f"{RUNS}/{run_id}/what-ifs"

    for role in ("applicant", "coordinator", "researcher", "auditor"):
        assert service.post(path, json={"question": "frontier"}, headers=everyone(role)).status_code == 403
    assert service.get(f"{path}/{job_id}", headers=everyone("auditor")).status_code == 200
    own = run_of(service, everyone("administrator"))["run_id"]
    assert service.post(f"{RUNS}/{own}/what-ifs", json={"question": "frontier"}, headers=supporter).status_code == 404
    assert service.get(f"{RUNS}/{own}/what-ifs/{job_id}", headers=everyone("administrator")).status_code == 404
    service.delete("/api/v1/consents/01468", headers=everyone("coordinator"))
    assert service.get(f"{path}/{job_id}", headers=supporter).status_code == 404


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"question": "repair"}, "nobody is named"),
        ({"question": "repair", "withdrawn": ["nobody"]}, "applicant nobody holds no place"),
        ({"question": "limits", "limits": [{"municipality_code": "13101", "cap": 1}]}, "has no open posting"),
    ],
)
def test_a_question_that_fits_no_round_fails_with_its_reason(
    body: dict[str, Any], told: str, service: TestClient, everyone: Headers
) -> None:
    supporter = everyone("supporter")
    answer = asked(service, run_of(service, supporter)["run_id"], supporter, **body).json()

    assert answer["job"]["state"] == "failed"
    assert told in answer["job"]["error"]["detail"]


@ON_SQLITE
def test_it_ends_between_two_runs_of_the_round_when_somebody_cancels(
    service: TestClient, everyone: Headers, database: Engine, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(_result: RoundResult, *, before_run: BeforeRun) -> tuple[SeatLine, ...]:
        before_run(0, 2)
        with writing(database) as session:
            cancel(session, session.exec(select(JobRow.id).where(JobRow.kind == WHAT_IF)).one(), now=clock())
        before_run(1, 2)
        raise AssertionError("the second run began")

    monkeypatch.setattr(job, "seat_values", cancelled)
    supporter = everyone("supporter")
    answer = asked(service, run_of(service, supporter)["run_id"], supporter, question="limits").json()

    assert (answer["job"]["state"], answer["limits"]) == ("cancelled", None)


@ON_SQLITE
def test_a_run_that_keeps_no_sources_says_so(service: TestClient, everyone: Headers, database: Engine) -> None:
    supporter = everyone("supporter")
    run_id = run_of(service, supporter)["run_id"]
    with writing(database) as session:
        session.delete(session.get_one(RunInputRow, run_id))
    answer = asked(service, run_id, supporter, question="limits").json()

    assert answer["job"]["error"]["type"].endswith("no-sources")
    with reading(database) as session:
        assert session.get_one(JobRow, answer["job"]["job_id"]).state == "failed"


@ON_SQLITE
@pytest.mark.parametrize(
    "body",
    [
        {"question": "weather"},
        {"question": "repair", "withdrawn": ["a"] * 101},
        {"question": "limits", "limits": [{"municipality_code": "01468", "cap": -1}]},
        {"question": "limits", "limits": [{"municipality_code": "x"}]},
        {"question": "limits", "points": 1_000_000},
    ],
)
def test_what_is_beyond_bounds_is_refused_before_anything_is_computed(
    body: dict[str, Any], service: TestClient, everyone: Headers
) -> None:
    supporter = everyone("supporter")
    run_id = run_of(service, supporter)["run_id"]

    assert service.post(f"{RUNS}/{run_id}/what-ifs", json=body, headers=supporter).status_code == 422
