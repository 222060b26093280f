"""Jobs over HTTP: lists, events as they happen and as JSON, and the way to end one early."""

from __future__ import annotations

import json
import time
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.jobs import event_stream
from api.jobs.kinds import Outcome
from api.jobs.states import WORDS
from api.jobs.task import Task
from api.runs.round_job import ROUND_JOB
from tests.api.jobs.conftest import Count, MovedClock, asked, counted, worker

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

JOBS, RUNS = "/api/v1/jobs", "/api/v1/runs"
JSON = {"accept": "application/json"}
Event = tuple[str, int, dict[str, Any]]


@pytest.fixture
def waiting(loaded: TestClient, app: FastAPI) -> str:
    """The id of a round that nobody does."""
    app.state.settings = app.state.settings.model_copy(update={"jobs": "worker"})
    run_id: str = loaded.post(RUNS, json={}).json()["run_id"]
    return run_id


def _events(text: str) -> list[Event]:
    """Name, number and data of each event of a stream."""
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            assert lines["retry"] == "1000"
            found.append((lines["event"], int(lines["id"]), json.loads(lines["data"])))
    return found


def test_jobs_are_listed_newest_first_by_kind_and_state(loaded: TestClient, waiting: str) -> None:
    second = loaded.post(RUNS, json={"seed": 1}).json()["run_id"]
    loaded.post(f"{JOBS}/{second}/cancellation")
    page = loaded.get(JOBS).json()
    assert [job["job_id"] for job in page["jobs"]] == [second, waiting]
    assert [job["job_id"] for job in loaded.get(JOBS, params={"state": "queued"}).json()["jobs"]] == [waiting]
    assert loaded.get(JOBS, params={"kind": "verification"}).json()["total"] == 0
    assert loaded.get(JOBS, params={"kind": "No kind"}).status_code == 422
    assert page["jobs"][1] == loaded.get(f"{JOBS}/{waiting}").json()
    assert page["jobs"][1]["asked_by"] == "local"


def test_a_finished_round_tells_its_whole_way_as_a_stream_and_as_json(loaded: TestClient) -> None:
    run_id = loaded.post(RUNS, json={}).json()["run_id"]
    answer = loaded.get(f"{RUNS}/{run_id}/events", headers={"accept": "text/event-stream"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    told = _events(answer.text)
    stages = ["queued", "reading", "judging", *2 * ["scoring"], "lists", "mechanism", "checking", "storing", "done"]
    assert [data["stage"] for _, _, data in told] == stages
    assert [number for _, number, _ in told] == list(range(1, 11))
    assert {name for name, _, _ in told[:-1]} == {"progress"}
    assert told[-1][0] == "end"
    assert told[2][2]["total"] == 6  # three applicants, two postings
    assert [(data["done"], data["total"]) for _, _, data in told[3:5]] == [(0, 12), (6, 12)]
    assert all(data["words"] for _, _, data in told)
    asked_for = loaded.get(f"{RUNS}/{run_id}/events", headers=JSON).json()
    assert asked_for == {"job_id": run_id, "state": "done", "events": [data for _, _, data in told]}
    assert loaded.get(f"{JOBS}/{run_id}/events", headers=JSON).json() == asked_for


def test_whoever_was_cut_off_goes_on_after_the_last_event_and_is_told_when_there_is_no_more(loaded: TestClient) -> None:
    path = f"{RUNS}/{loaded.post(RUNS, json={}).json()['run_id']}/events"
    rest = _events(loaded.get(path, headers={"last-event-id": "8"}).text)
    assert [data["stage"] for _, _, data in rest] == ["storing", "done"]
    assert loaded.get(path, headers={"last-event-id": "10"}).status_code == 204  # a browser does not ask again
    assert loaded.get(path, headers={"last-event-id": "10", **JSON}).json()["events"] == []
    assert loaded.get(path, headers={"last-event-id": "-1"}).status_code == 422


def test_a_stream_tells_what_happens_as_it_happens_and_ends_with_the_job(
    client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "_LOOK_SECONDS", 0.02)
    monkeypatch.setattr(event_stream, "_SILENT_SECONDS", 0.1)
    engine: Engine = app.state.engine
    clock = MovedClock()
    job_id = asked(engine, clock)

    def slow(task: Task, asked_for: Count) -> Outcome:
        time.sleep(0.4)  # long enough for a sign of life of the stream
        return counted(task, asked_for)

    thread = Thread(target=worker(engine, clock, slow).run_all)
    with client.stream("GET", f"{JOBS}/{job_id}/events") as answer:
        thread.start()
        text = "".join(answer.iter_text())
    thread.join(20)
    assert [data["stage"] for _, _, data in _events(text)] == ["queued", "first", "second", "done"]
    assert ": ping" in text


def test_a_stream_that_lasts_long_ends_so_that_the_right_to_it_is_asked_again(
    client: TestClient, waiting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(event_stream, "_LONGEST_SECONDS", 0.1)
    told = _events(client.get(f"{RUNS}/{waiting}/events").text)
    assert [data["stage"] for _, _, data in told] == ["queued"]


def test_a_round_that_waits_is_cancelled_and_stays_so(loaded: TestClient, waiting: str) -> None:
    answer = loaded.post(f"{RUNS}/{waiting}/cancellation")
    assert (answer.status_code, answer.json()["status"]) == (202, "cancelled")
    assert loaded.post(f"{RUNS}/{waiting}/cancellation").json() == answer.json()
    assert loaded.get(f"{RUNS}/{waiting}").json()["job"]["progress"]["words"] == "取り消しました"
    assert loaded.get(RUNS).json()["total"] == 0


def test_a_round_that_is_done_cannot_be_cancelled(loaded: TestClient) -> None:
    run_id = loaded.post(RUNS, json={}).json()["run_id"]
    for path in (RUNS, JOBS):
        refused = loaded.post(f"{path}/{run_id}/cancellation")
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:enmusubi:problem:job-ended")
        assert refused.json()["detail"] == f"job {run_id} is done already; what it stored stays"
    assert loaded.get(f"{RUNS}/{run_id}").json()["status"] == "done"


def test_an_unknown_job_is_not_found(client: TestClient) -> None:
    for method, path in (("GET", ""), ("GET", "/events"), ("POST", "/cancellation")):
        answer = client.request(method, f"{JOBS}/j9{path}")
        assert (answer.status_code, answer.json()["detail"]) == (404, "no job has the id j9")


def test_a_job_of_another_kind_is_no_run(client: TestClient, app: FastAPI) -> None:
    job_id = asked(app.state.engine, MovedClock())
    assert client.get(f"{RUNS}/{job_id}").status_code == 404
    assert client.get(f"{RUNS}/{job_id}/events").status_code == 404
    assert client.post(f"{RUNS}/{job_id}/cancellation").status_code == 404
    assert client.get(f"{JOBS}/{job_id}").json()["state"] == "queued"


def test_a_failed_job_shows_its_problem(loaded: TestClient, app: FastAPI) -> None:
    found = loaded.get(loaded.post(RUNS, json={"households": "refuse", "on": "1999-01-01"}).headers["location"]).json()
    assert found["status"] == "failed"
    assert found["job"]["error"]["type"] == "urn:enmusubi:problem:refused"
    assert "1999-01-01" in found["job"]["error"]["detail"]


def test_events_hold_no_word_of_a_record(loaded: TestClient) -> None:
    run_id = loaded.post(RUNS, json={}).json()["run_id"]
    text = loaded.get(f"{RUNS}/{run_id}/events").text + loaded.get(f"{JOBS}/{run_id}").text
    assert not [an_id for an_id in ('"a1"', '"a2"', '"p1"', "林業", "北海道") if an_id in text]


def test_the_documentation_has_the_words_of_every_stage(database_url: str) -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/explanation/jobs.md").read_text(encoding="utf-8")
    for stage, words in ROUND_JOB.stages.items():
        assert f"| `{stage}` | {words} |" in page
    for stage in WORDS:
        assert f"`{stage}`" in page
