"""Runs over HTTP: proven, stored with their exact bytes, checkable by anyone."""

from __future__ import annotations

import hashlib
import json

import pytest
from fastapi import FastAPI
from sqlmodel import Session
from starlette.testclient import TestClient

from api import runs
from api.canonical import canonical_json, digest_of
from api.settings import Settings
from features.records import Records
from features.round_results import Mechanism, run_round
from features.rounds import open_round
from features.scored_market import read_market
from matching.errors import OutcomeError
from tests.api.conftest import Json


@pytest.mark.parametrize("mechanism", ["deferred-acceptance", "optimal-assignment"])
def test_a_run_is_the_round_of_the_engine(
    loaded: TestClient, records: Json, settings: Settings, mechanism: Mechanism
) -> None:
    created = loaded.post("/api/v1/runs", json={"mechanism": mechanism, "seed": 7})
    assert created.status_code == 201, created.text
    market = read_market(Records.model_validate(records), on=settings.day())
    expected = run_round(open_round(market), mechanism=mechanism, seed=7)
    run = created.json()["run"]
    assert run["matching"] == expected.placements
    assert run["report"]["feasible"] is True
    assert run["provenance"]["seed"] == 7
    assert created.json()["mechanism"] == run["mechanism"] == mechanism


def test_a_stored_run_is_read_back_with_the_digest_of_its_bytes(loaded: TestClient) -> None:
    created = loaded.post("/api/v1/runs", json={"seed": 1}).json()
    assert loaded.get(f"/api/v1/runs/{created['run_id']}").json() == created
    content = loaded.get(f"/api/v1/runs/{created['run_id']}/record").content
    record = json.loads(content)
    assert content.decode() == canonical_json(record)
    digest = record.pop("digest")
    assert (
        digest == created["digest"] == digest_of(record) == hashlib.sha256(canonical_json(record).encode()).hexdigest()
    )


def test_the_same_records_and_seed_give_the_same_bytes(loaded: TestClient) -> None:
    ids = [loaded.post("/api/v1/runs", json={"seed": 3}).json()["run_id"] for _ in range(2)]
    assert ids[0] != ids[1]
    one, other = (loaded.get(f"/api/v1/runs/{run_id}/record").content for run_id in ids)
    assert one == other


def test_runs_are_listed_newest_first_without_their_matching(loaded: TestClient) -> None:
    ids = [loaded.post("/api/v1/runs", json={"seed": seed}).json()["run_id"] for seed in range(3)]
    page = loaded.get("/api/v1/runs", params={"limit": 2}).json()
    assert [run["run_id"] for run in page["runs"]] == ids[:0:-1]
    assert page["total"] == 3
    assert set(page["runs"][0]) == {"run_id", "mechanism", "status", "created_at", "digest"}
    assert page["runs"][0]["created_at"].endswith("Z")


def test_a_run_stays_as_it_was_when_records_change(loaded: TestClient) -> None:
    created = loaded.post("/api/v1/runs", json={}).json()
    loaded.delete("/api/v1/applications/x1")
    assert loaded.get(f"/api/v1/runs/{created['run_id']}").json() == created
    assert loaded.post("/api/v1/runs", json={}).json()["digest"] != created["digest"]


@pytest.mark.parametrize(
    ("request_body", "loc"),
    [
        ({"mechanism": "magic"}, "body.mechanism"),
        ({"seed": -1}, "body.seed"),
        ({"seed": 1.5}, "body.seed"),
        ({"lottery": "loaded"}, "body.lottery"),
        ({"sed": 1}, "body.sed"),
        ({"list_length": 0}, "body.list_length"),
        ({"on": "soon"}, "body.on"),
    ],
)
def test_a_run_nobody_can_run_is_refused_by_name(loaded: TestClient, request_body: Json, loc: str) -> None:
    refused = loaded.post("/api/v1/runs", json=request_body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["loc"] == loc
    assert loaded.get("/api/v1/runs").json()["total"] == 0


def test_wishes_from_applications_need_applications(client: TestClient, records: Json) -> None:
    del records["applications"]
    client.post("/api/v1/records", json=records)
    refused = client.post("/api/v1/runs", json={"wishes": "applications"})
    assert refused.status_code == 422
    assert "application" in refused.json()["detail"]


def test_a_run_that_fails_its_check_is_an_error_and_is_not_stored(
    loaded: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise OutcomeError("posting 0 holds 2 applicants, expected at most 1")

    monkeypatch.setattr(runs, "run_round", broken)
    refused = loaded.post("/api/v1/runs", json={})
    assert refused.status_code == 500
    assert refused.json()["title"] == "The result failed its own check and was not stored"
    assert loaded.get("/api/v1/runs").json()["total"] == 0


def test_an_unknown_run_is_not_found(client: TestClient) -> None:
    for path in ("runs/r9", "runs/r9/record"):
        response = client.get(f"/api/v1/{path}")
        assert response.status_code == 404
        assert "no run has the id r9" in response.json()["detail"]


def test_no_transaction_is_open_while_a_run_is_computed(
    loaded: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile: list[int] = []

    def slow(market: object, request: object) -> dict[str, object]:
        with Session(app.state.engine.execution_options(enmusubi_writes=True)) as session:
            session.connection()  # waits for the write lock, and fails where the run holds it
            meanwhile.append(1)
        return solve(market, request)  # type: ignore[arg-type]

    solve = runs.solve
    monkeypatch.setattr("api.routes.runs.solve", slow)
    assert loaded.post("/api/v1/runs", json={}).status_code == 201
    assert meanwhile == [1]
