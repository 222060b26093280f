"""Runs over HTTP: asked for, computed by a worker, proven, stored with their exact bytes, checkable by anyone."""

from __future__ import annotations

import hashlib
import json

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.canonical import canonical_json, digest_of
from api.runs import round_job
from api.runs import rounds as runs
from api.runs.rounds import RoundJob
from api.settings import Settings
from api.storage.database import writing
from api.storage.history import records_at
from api.storage.tables import RunInputRow
from features.market.scored_market import read_market
from features.records import Records
from features.rounds.results import Mechanism, run_round
from features.rounds.round import open_round
from matching.errors import OutcomeError
from tests.api.conftest import Json

RUNS = "/api/v1/runs"
# what the database does not change is shown on one
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _run(client: TestClient, **asked: object) -> Json:
    """A round that was asked for, as it stands when the answer is out: the service does it itself."""
    answer = client.post(RUNS, json=asked)
    assert answer.status_code == 202, answer.text
    found: Json = client.get(answer.headers["location"]).json()
    return found


@pytest.mark.parametrize("mechanism", ["deferred-acceptance", "optimal-assignment"])
def test_a_run_is_the_round_of_the_engine(
    loaded: TestClient, records: Json, settings: Settings, mechanism: Mechanism
) -> None:
    found = _run(loaded, mechanism=mechanism, seed=7)
    assert found["status"] == "done", found
    market = read_market(Records.model_validate(records), on=settings.day())
    expected = run_round(open_round(market), mechanism=mechanism, seed=7)
    run = found["run"]
    assert run["matching"] == expected.placements
    assert run["report"]["feasible"] is True
    assert run["provenance"]["seed"] == 7
    assert found["mechanism"] == run["mechanism"] == mechanism
    assert found["job"]["result"] == {"run_id": found["run_id"], "digest": run["digest"]}


@ON_SQLITE
def test_who_asks_is_told_at_once_where_to_look(loaded: TestClient, app: FastAPI) -> None:
    app.state.settings = app.state.settings.model_copy(update={"jobs": "worker"})  # and there is none
    answer = loaded.post(RUNS, json={"mechanism": "optimal-assignment"})
    told = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (202, f"{RUNS}/{told['run_id']}")
    assert (told["status"], told["mechanism"], told["run"]) == ("queued", "optimal-assignment", None)
    assert told["job"]["progress"]["words"] == "順番を待っています"
    assert loaded.get(answer.headers["location"]).json() == told
    assert loaded.get(f"{RUNS}/{told['run_id']}/record").status_code == 404
    assert loaded.get(RUNS).json()["total"] == 0


def test_a_stored_run_is_read_back_with_the_digest_of_its_bytes(loaded: TestClient) -> None:
    found = _run(loaded, seed=1)
    content = loaded.get(f"{RUNS}/{found['run_id']}/record").content
    record = json.loads(content)
    assert content.decode() == canonical_json(record)
    assert record == found["run"]
    digest = record.pop("digest")
    assert digest == found["digest"] == digest_of(record) == hashlib.sha256(canonical_json(record).encode()).hexdigest()


def test_the_same_records_and_seed_give_the_same_bytes(loaded: TestClient) -> None:
    ids = [_run(loaded, seed=3)["run_id"] for _ in range(2)]
    assert ids[0] != ids[1]
    one, other = (loaded.get(f"{RUNS}/{run_id}/record").content for run_id in ids)
    assert one == other


def test_runs_are_listed_newest_first_without_their_matching(loaded: TestClient) -> None:
    ids = [_run(loaded, seed=seed)["run_id"] for seed in range(3)]
    page = loaded.get(RUNS, params={"limit": 2}).json()
    assert [run["run_id"] for run in page["runs"]] == ids[:0:-1]
    assert page["total"] == 3
    assert set(page["runs"][0]) == {"run_id", "mechanism", "status", "created_at", "digest"}
    assert page["runs"][0]["created_at"].endswith("Z")


def test_a_run_stays_as_it_was_when_records_change(loaded: TestClient) -> None:
    found = _run(loaded)
    loaded.delete("/api/v1/applications/x1")
    assert loaded.get(f"{RUNS}/{found['run_id']}").json() == found
    assert _run(loaded)["digest"] != found["digest"]


@ON_SQLITE
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
    refused = loaded.post(RUNS, json=request_body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["loc"] == loc
    assert loaded.get("/api/v1/jobs").json()["total"] == 0


@ON_SQLITE
def test_wishes_from_applications_need_applications(client: TestClient, records: Json) -> None:
    del records["applications"]
    client.post("/api/v1/records", json=records)
    found = _run(client, wishes="applications")
    assert found["status"] == "failed"
    assert found["job"]["error"]["status"] == 422
    assert "the records hold no application, expected some" in found["job"]["error"]["detail"]


@ON_SQLITE
def test_a_run_that_fails_its_check_is_an_error_and_is_not_stored(
    loaded: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise OutcomeError("posting 0 holds 2 applicants, expected at most 1")

    monkeypatch.setattr(runs, "run_round", broken)
    found = _run(loaded)
    assert (found["status"], found["run"]) == ("failed", None)
    assert found["job"]["error"]["title"] == "The result failed its own check and was not stored"
    assert loaded.get(RUNS).json()["total"] == 0


@ON_SQLITE
@pytest.mark.parametrize("path", ["r9", "r9/record", "r9/events"])
def test_an_unknown_run_is_not_found(client: TestClient, path: str) -> None:
    response = client.get(f"{RUNS}/{path}")
    assert response.status_code == 404
    assert "no run has the id r9" in response.json()["detail"]


@ON_SQLITE
@pytest.mark.parametrize("action", ["cancellation", "verification"])
def test_an_unknown_run_is_neither_cancelled_nor_verified(client: TestClient, action: str) -> None:
    response = client.post(f"{RUNS}/r9/{action}")
    assert (response.status_code, response.json()["detail"]) == (404, "no run has the id r9")


def test_no_transaction_is_open_while_a_run_is_computed(
    loaded: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    solve, meanwhile = round_job.solve, []

    def slow(*args: object, **options: object) -> dict[str, object]:
        with writing(app.state.engine) as session:
            session.connection()  # waits for the write lock, and fails where the run holds it
            meanwhile.append(1)
        return solve(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(round_job, "solve", slow)
    assert _run(loaded)["status"] == "done"
    assert meanwhile == [1]


def test_a_round_is_over_the_records_as_they_were_when_it_was_asked_for(loaded: TestClient, app: FastAPI) -> None:
    expected = _run(loaded, seed=5)["digest"]
    inline = app.state.settings
    app.state.settings = inline.model_copy(update={"jobs": "worker"})
    waiting = loaded.post(RUNS, json={"seed": 5}).headers["location"]
    posting = loaded.get("/api/v1/postings/p1").json()
    loaded.put("/api/v1/postings/p1", json=posting | {"monthly_pay_yen": 999_000})
    app.state.settings = inline
    assert _run(loaded, seed=5)["digest"] != expected  # and what waited was done on the way
    assert loaded.get(waiting).json()["digest"] == expected


def test_who_was_erased_before_the_round_began_is_not_in_it(loaded: TestClient, app: FastAPI) -> None:
    inline = app.state.settings
    app.state.settings = inline.model_copy(update={"jobs": "worker"})
    waiting = loaded.post(RUNS, json={}).headers["location"]
    assert loaded.delete("/api/v1/applicants/a3").status_code == 204
    app.state.settings = inline
    _run(loaded)
    found = loaded.get(waiting).json()
    assert (found["status"], set(found["run"]["matching"])) == ("done", {"a1", "a2"})
    told = loaded.get(f"{waiting}/events", headers={"accept": "application/json"}).json()["events"]
    assert "rereading" in [event["stage"] for event in told]


@ON_SQLITE
def test_who_has_accepted_is_left_out_and_a_round_stored_before_that_was_asked_is_computed_as_it_was(
    client: TestClient, app: FastAPI, records: Json
) -> None:
    records["applications"][0]["status"], person = "accepted", records["applications"][0]["applicant_id"]
    assert client.post("/api/v1/records", json=records).status_code == 201
    found = _run(client)
    assert person not in found["run"]["matching"]
    assert found["run"]["report"]["left_out"]["accepted"] == 1
    with writing(app.state.engine) as session:
        row = session.get_one(RunInputRow, found["run_id"])
        asked = RoundJob.model_validate({"request": row.request, "inputs": row.inputs | {"by_standing": False}})
        before = runs.solve(records_at(session, asked.inputs.revision), asked)
    assert person in before["matching"]  # type: ignore[operator]
    assert "left_out" not in before["report"]  # type: ignore[operator]
