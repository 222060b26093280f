"""The day after its deadline a call is gone for applicants and researchers; old facts warn; stopping works at once."""

from __future__ import annotations

from datetime import date

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.settings import Settings
from tests.api.accounts.conftest import (
    Headers,
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

DEADLINE = date(2026, 12, 20)  # of p1, where a1 and a2 have applied


def _on(guarded: FastAPI, day: date) -> None:
    settings: Settings = guarded.state.settings
    guarded.state.settings = settings.model_copy(update={"today": day})


def _listed(service: TestClient, headers: dict[str, str]) -> list[str]:
    answer = service.get("/api/v1/postings", headers=headers).json()
    assert answer["total"] == len(answer["postings"])
    return [one["posting_id"] for one in answer["postings"]]


def test_a_call_is_there_on_its_last_day_and_gone_on_the_next(
    service: TestClient, guarded: FastAPI, everyone: Headers, account: object, database: Engine
) -> None:
    _on(guarded, DEADLINE)
    assert [_listed(service, everyone(role)) for role in ("researcher", "coordinator")] == [["p1", "p2"], ["p1"]]
    _on(guarded, date(2026, 12, 21))
    assert [_listed(service, everyone(role)) for role in ("researcher", "coordinator")] == [["p2"], ["p1"]]
    assert service.get("/api/v1/postings/p1", headers=everyone("researcher")).status_code == 404
    assert _listed(service, everyone("applicant")) == ["p1", "p2"]  # a1 has applied there


def test_a_person_who_has_not_applied_sees_it_no_more(
    service: TestClient, guarded: FastAPI, everyone: Headers, account: object
) -> None:
    account("three", "applicant", applicant_id="a3")  # type: ignore[operator]
    assert _listed(service, everyone("three")) == ["p1", "p2"]
    _on(guarded, date(2026, 12, 21))
    assert _listed(service, everyone("three")) == ["p2"]
    assert service.get("/api/v1/postings/p1", headers=everyone("three")).status_code == 404


def test_a_call_that_is_stopped_is_gone_at_once(service: TestClient, everyone: Headers) -> None:
    town = everyone("coordinator")
    tag = service.get("/api/v1/postings/p1", headers=town).headers["etag"]
    assert service.post("/api/v1/postings/p2/closing", headers=town).status_code == 404
    stopped = service.post("/api/v1/postings/p1/closing", headers=town | {"If-Match": tag})
    assert (stopped.status_code, stopped.json()["state"]) == (200, "closed")
    assert _listed(service, everyone("researcher")) == ["p2"]
    again = service.post("/api/v1/postings/p1/closing", headers=town)
    assert (again.status_code, again.headers["etag"]) == (200, stopped.headers["etag"])


def test_somebody_elses_change_is_not_closed_over(service: TestClient, everyone: Headers) -> None:
    answer = service.post("/api/v1/postings/p1/closing", headers=everyone("coordinator") | {"If-Match": '"0"'})
    assert (answer.status_code, answer.json()["type"]) == (412, "urn:enmusubi:problem:changed")


@pytest.mark.parametrize(("day", "stale"), [(date(2026, 12, 1), False), (date(2026, 12, 2), True)])
def test_old_facts_warn_wherever_a_call_is_shown(
    day: date, stale: bool, service: TestClient, guarded: FastAPI, everyone: Headers
) -> None:
    town = everyone("coordinator")
    posting = service.get("/api/v1/postings/p1", headers=town).json() | {"as_of": "2026-11-01"}
    assert service.put("/api/v1/postings/p1", json=posting, headers=town).status_code == 200
    _on(guarded, day)
    one = service.get("/api/v1/postings/p1", headers=town)
    assert (one.json()["as_of"], one.headers.get("enmusubi-stale")) == ("2026-11-01", "true" if stale else None)
    assert service.get("/api/v1/postings", headers=town).json()["stale"] == (["p1"] if stale else [])
    quality = service.get("/api/v1/postings/p1/quality", headers=town).json()
    (line,) = (one for one in quality["lines"] if one["code"] == "current")
    assert (line["advice"] is not None) == stale
    own = service.get(f"/api/v1/applicants/a1/recommendations?on={day}", headers=everyone("applicant")).json()
    assert own["stale"] == (["p1"] if stale else [])
    back = service.put("/api/v1/postings/p1", json=one.json(), headers=town)  # what was read can be sent back
    assert back.status_code == 200
