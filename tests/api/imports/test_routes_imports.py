"""Imports over HTTP: a file is previewed, its rows are stored by one commit, and then it is gone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text
from sqlmodel import col, select
from starlette.testclient import TestClient

from api.audit.entry import LOCAL
from api.audit.tables import AuditRow
from api.audit.verification import verify
from api.imports import commit_job
from api.imports.removing import let_imports_go
from api.imports.tables import ImportContentRow
from api.jobs.catalogue import JOB_KINDS
from api.jobs.worker import Worker
from api.retention.timed import TimedRemoval
from api.settings import Settings
from api.storage.database import reading
from api.storage.history import history_of
from api.storage.record_kinds import APPLICANTS
from api.storage.stored_records import read_records
from tests.api.accounts.conftest import MovedClock

Json = dict[str, Any]
IMPORTS = "/api/v1/imports"
FILES = Path(__file__).resolve().parents[3] / "fixtures" / "intake" / "files"
BYTES = {"Content-Type": "application/octet-stream"}
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HEAD = "応募者ID,住民票所在地,志望動機,応募先,受付日\n"


def people(*rows: str) -> bytes:
    return (HEAD + "\n".join(rows)).encode()


TWO = people("n1,東京都港区,森で働きたい。,p1,2026/11/1", "n2,北海道札幌市,海で働きたい。,,")


def send(client: TestClient, content: bytes, name: str = "応募者.csv", **query: str) -> Json:
    """A file that was sent, as its import stands when the answer is out: the service reads it itself."""
    answer = client.post(IMPORTS, params={"name": name, **query}, content=content, headers=BYTES)
    assert answer.status_code == 202, answer.text
    found: Json = client.get(answer.headers["location"]).json()
    return found


def commit(client: TestClient, found: Json) -> Json:
    body = {"plan_digest": found["plan_digest"]}
    answer = client.post(f"{IMPORTS}/{found['import_id']}/commit", json=body)
    assert answer.status_code == 202, answer.text
    again: Json = client.get(f"{IMPORTS}/{found['import_id']}").json()
    return again


def entries(engine: Engine) -> list[Json]:
    with reading(engine) as session:
        return [json.loads(row) for row in session.exec(select(AuditRow.entry).order_by(col(AuditRow.sequence)))]


def kept(engine: Engine) -> int:
    with reading(engine) as session:
        return len(session.exec(select(ImportContentRow.import_id)).all())


@pytest.fixture
def clock(app: FastAPI) -> MovedClock:
    clock = MovedClock()
    app.state.clock = clock
    return clock


@pytest.fixture
def alone(app: FastAPI) -> Callable[[bool], None]:
    """Switches the service between doing its jobs itself and having nobody to do them."""

    def switch(is_alone: bool) -> None:
        jobs = "worker" if is_alone else "inline"
        app.state.settings = app.state.settings.model_copy(update={"jobs": jobs})

    return switch


def test_a_file_is_previewed_committed_and_gone(loaded: TestClient, engine: Engine) -> None:
    found = send(loaded, TWO)
    assert (found["state"], found["report"], found["plan"]["counts"]["new"]) == ("previewed", None, 3)
    assert found["plan"]["columns"][1]["samples"] == ["東京都港区", "北海道札幌市"]
    assert loaded.get("/api/v1/applicants/n1").status_code == 404
    before = len(entries(engine))
    done = commit(loaded, found)
    assert (done["state"], done["plan"], done["plan_digest"]) == ("committed", None, None)
    assert done["report"]["counts"]["new"] == 3
    assert done["job"]["result"]["stored"] == 3
    assert kept(engine) == 0
    stored = loaded.get("/api/v1/applicants/n1")
    assert stored.json()["selection_profile"]["motivation_text"] == "森で働きたい。"
    assert stored.headers["etag"] == loaded.get("/api/v1/applicants/n2").headers["etag"]
    applied = loaded.get("/api/v1/applications", params={"applicant_id": "n1"}).json()["applications"]
    assert [(one["posting_id"], one.get("status", "received")) for one in applied] == [("p1", "received")]
    told = entries(engine)[before]
    assert (told["action"], told["purpose"]) == ("created", "intake")
    assert [(one["kind"], one["ids"]) for one in told["on"]][1] == ("applicant", ["n1", "n2"])
    assert verify(engine).finding is None


def test_the_same_file_again_changes_nothing_and_another_changes_what_it_tells(
    loaded: TestClient, engine: Engine
) -> None:
    commit(loaded, send(loaded, TWO))
    again = send(loaded, TWO)
    assert again["plan"]["counts"] | {"unchanged": 3} == again["plan"]["counts"]
    tag = loaded.get("/api/v1/applicants/n1").headers["etag"]
    assert commit(loaded, again)["job"]["result"]["stored"] == 0
    assert loaded.get("/api/v1/applicants/n1").headers["etag"] == tag
    other = send(loaded, TWO.replace("森で".encode(), "山で".encode()))
    assert [one["fields"] for one in other["plan"]["changes"] if one["state"] == "changed"] == [
        ["selection_profile.motivation_text"]
    ]
    commit(loaded, other)
    with reading(engine) as session:
        (was,) = history_of(session, APPLICANTS, "n1")
    assert was.record is not None and "森で働きたい。" in json.dumps(was.record, ensure_ascii=False)


def test_a_record_that_changed_since_the_preview_is_not_overwritten(
    loaded: TestClient, alone: Callable[[bool], None]
) -> None:
    file = people("a1,東京都港区,山の仕事です。,,", "n2,東京都港区,海です。,,")
    found = send(loaded, file)
    own = loaded.get("/api/v1/applicants/a1").json()
    loaded.put("/api/v1/applicants/a1", json=own | {"months_served": 3})
    body, path = {"plan_digest": found["plan_digest"]}, f"{IMPORTS}/{found['import_id']}"
    refused = loaded.post(f"{path}/commit", json=body)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:enmusubi:problem:records-moved")
    assert "changed since the preview: applicant a1; nothing was stored" in refused.json()["detail"]
    renewed = send(loaded, file)
    alone(True)
    body, path = {"plan_digest": renewed["plan_digest"]}, f"{IMPORTS}/{renewed['import_id']}"
    assert loaded.post(f"{path}/commit", json=body).json()["state"] == "committing"
    loaded.post("/api/v1/applicants", json={"applicant_id": "n2", "programs": []})  # while the commit waits
    alone(False)
    loaded.post("/api/v1/runs", json={})  # and what waited is done on the way
    failed = loaded.get(path).json()
    assert (failed["state"], failed["plan"]) == ("failed", None)
    assert "applicant n2" in failed["job"]["error"]["detail"]
    assert loaded.get("/api/v1/applicants/a1").json()["months_served"] == 3
    assert loaded.get("/api/v1/applicants/n2").json()["programs"] == []


def test_a_commit_that_breaks_off_leaves_nothing_and_is_done_by_the_next_worker(
    loaded: TestClient,
    engine: Engine,
    clock: MovedClock,
    alone: Callable[[bool], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = send(loaded, TWO)
    alone(True)
    path, body = f"{IMPORTS}/{found['import_id']}", {"plan_digest": found["plan_digest"]}
    assert loaded.post(f"{path}/commit", json=body).status_code == 202
    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr("api.jobs.worker.append", _break)  # everything is stored, and the process ends
        _worker(engine, clock, "w1").run_all()
    assert loaded.get(path).json()["state"] == "committing"
    assert loaded.get("/api/v1/applicants/n1").status_code == 404
    clock.move(minutes=1)
    _worker(engine, clock, "w2").run_all()
    done = loaded.get(path).json()
    assert (done["state"], done["job"]["attempts"]) == ("committed", 2)
    assert loaded.get("/api/v1/applicants/n1").status_code == 200
    assert loaded.post(f"{path}/commit", json=body).json()["state"] == "committed"
    assert kept(engine) == 0


def _worker(engine: Engine, clock: MovedClock, name: str) -> Worker:
    return Worker(engine, JOB_KINDS, lease=timedelta(seconds=30), name=name, clock=clock)


def _break(*_arguments: object, **_options: object) -> None:
    raise KeyboardInterrupt


@ON_SQLITE
def test_a_file_that_ends_the_worker_that_reads_it_is_not_read_again(
    loaded: TestClient,
    engine: Engine,
    clock: MovedClock,
    alone: Callable[[bool], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone(True)
    found = send(loaded, TWO)
    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr("api.imports.preview_job.plan_of", _break)
        _worker(engine, clock, "w1").run_all()
    clock.move(minutes=1)
    _worker(engine, clock, "w2").run_all()
    told = loaded.get(f"{IMPORTS}/{found['import_id']}").json()
    assert (told["state"], told["job"]["attempts"]) == ("failed", 2)
    assert told["job"]["error"]["detail"].startswith("このファイルを読んでいる途中で処理が止まったので")
    send(loaded, TWO)
    assert kept(engine) == 1  # the next file; the broken one has gone


@ON_SQLITE
def test_a_commit_that_is_sent_twice_is_done_once(loaded: TestClient, alone: Callable[[bool], None]) -> None:
    found = send(loaded, TWO)
    alone(True)
    path, body = f"{IMPORTS}/{found['import_id']}/commit", {"plan_digest": found["plan_digest"]}
    jobs = {loaded.post(path, json=body).json()["job"]["job_id"] for _ in range(2)}
    assert len(jobs) == 1
    assert loaded.delete(f"{IMPORTS}/{found['import_id']}").status_code == 409
    assert loaded.put(f"{IMPORTS}/{found['import_id']}/mapping", json=found["plan"]["mapping"]).status_code == 409


@ON_SQLITE
def test_only_the_preview_that_was_looked_at_is_committed(loaded: TestClient) -> None:
    found = send(loaded, TWO)
    path = f"{IMPORTS}/{found['import_id']}"
    mapping = found["plan"]["mapping"]
    mapping["columns"] = [one | {"field": None} if one["heading"] == "志望動機" else one for one in mapping["columns"]]
    assert loaded.put(f"{path}/mapping", json=mapping).status_code == 202
    refused = loaded.post(f"{path}/commit", json={"plan_digest": found["plan_digest"]})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:enmusubi:problem:plan-changed")
    commit(loaded, loaded.get(path).json())
    assert "motivation_text" not in loaded.get("/api/v1/applicants/n1").json().get("selection_profile", {})
    following = send(loaded, TWO)  # the choice is remembered
    assert [one["use"] for one in following["plan"]["columns"] if one["heading"] == "志望動機"] == ["unkept"]


@ON_SQLITE
def test_a_hostile_file_fails_or_is_previewed_and_stores_nothing(loaded: TestClient, engine: Engine) -> None:
    with reading(engine) as session:
        before = read_records(session)
    paths = [path for path in sorted(FILES.glob("hostile-*")) if not path.name.endswith(".json")]
    states = {path.name: _state_of_hostile(loaded, path) for path in paths}
    assert len(states) >= 10
    assert states["hostile-macro.xlsm"] == "previewed"
    assert {states[name] for name in ("hostile-zip-bomb.xlsx", "hostile-password.xlsx", "hostile-picture.csv")} == {
        "failed"
    }
    assert kept(engine) == list(states.values()).count("previewed")
    with reading(engine) as session:
        assert read_records(session) == before


def _state_of_hostile(client: TestClient, path: Path) -> str:
    """What becomes of it; what failed has gone when the next request was answered."""
    content = path.read_bytes()
    answer = client.post(IMPORTS, params={"name": path.name}, content=content, headers=BYTES)
    if not content:
        assert (answer.status_code, answer.json()["errors"][0]["loc"]) == (422, "body")
        return "refused"
    found = client.get(answer.headers["location"]).json()
    if found["state"] == "failed":
        assert (found["job"]["error"]["status"], found["plan"]) == (422, None)
        client.delete(answer.headers["location"])
    return str(found["state"])


@ON_SQLITE
def test_what_stays_holds_no_cell_no_heading_and_no_id(loaded: TestClient, engine: Engine) -> None:
    content = (FILES / "applicants-mistakes.xlsx").read_bytes()
    found = send(loaded, content, "山田太郎.xlsx")
    done = commit(loaded, found)
    first = done["report"]["refused"][0]
    assert (first["row"], first["column"], first["code"]) == (2, "C", "place_ambiguous")
    with reading(engine) as session:
        tables = ("import", "importcontent", "job", "jobevent", "audit", "officemapping")
        written = "".join(str(session.connection().execute(text(f'SELECT * FROM "{name}"')).all()) for name in tables)
    assert "府中市" in found["plan"]["columns"][2]["samples"]
    cells = {cell for column in found["plan"]["columns"] for cell in column["samples"] if not cell.endswith("月1日")}
    told = [cell for cell in (*cells, "山田太郎") if len(cell) > 2 and cell in written]
    assert told == []  # a day may stand in the words that say how days are written


def test_a_file_goes_after_its_hours_when_it_is_discarded_and_when_somebody_is_erased(
    loaded: TestClient, engine: Engine, clock: MovedClock
) -> None:
    one, other, third = (send(loaded, TWO) for _ in range(3))
    path = f"{IMPORTS}/{one['import_id']}"
    assert [loaded.delete(path).status_code for _ in range(2)] == [204, 204]
    assert loaded.get(path).json()["state"] == "discarded"
    assert kept(engine) == 2
    assert loaded.delete("/api/v1/applicants/a3").status_code == 204
    assert kept(engine) == 0
    gone = loaded.get(f"{IMPORTS}/{other['import_id']}").json()
    assert (gone["state"], gone["plan"]) == ("discarded", None)
    body = {"plan_digest": third["plan_digest"]}
    assert loaded.post(f"{IMPORTS}/{third['import_id']}/commit", json=body).status_code == 409
    late = send(loaded, TWO)
    clock.move(hours=25)
    assert loaded.get(f"{IMPORTS}/{late['import_id']}").json()["state"] == "discarded"
    assert let_imports_go(engine, now=clock(), actor=LOCAL) == [late["import_id"]]
    assert kept(engine) == 0
    assert let_imports_go(engine, now=clock(), actor=LOCAL) == []
    assert entries(engine)[-1]["action"] == "purged"


def test_files_go_by_the_clock_that_requests_are_answered_by(
    loaded: TestClient, engine: Engine, clock: MovedClock
) -> None:
    timed = TimedRemoval(engine, Settings(), clock=clock)
    send(loaded, TWO)
    for hours, n_kept in ((0, 1), (23, 1), (2, 0)):
        clock.move(hours=hours)
        for look in timed.looks:
            look()
        assert kept(engine) == n_kept


@ON_SQLITE
def test_no_more_files_are_kept_than_an_account_may(loaded: TestClient, alone: Callable[[bool], None]) -> None:
    alone(True)
    for _ in range(10):
        assert loaded.post(IMPORTS, params={"name": "a.csv"}, content=b"x", headers=BYTES).status_code == 202
    refused = loaded.post(IMPORTS, params={"name": "a.csv"}, content=b"x", headers=BYTES)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:enmusubi:problem:too-many-imports")
    assert loaded.get(IMPORTS, params={"limit": 3}).json()["total"] == 10


@ON_SQLITE
@pytest.mark.parametrize(
    ("query", "loc"),
    [({}, "query.name"), ({"name": "a", "kind": "firms"}, "query.kind"), ({"name": "a", "sort": "x"}, "query.sort")],
)
def test_what_is_said_beside_a_file_is_checked(client: TestClient, query: Json, loc: str) -> None:
    refused = client.post(IMPORTS, params=query, content=b"x", headers=BYTES)
    assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (422, loc)


@ON_SQLITE
def test_a_file_of_no_bytes_is_told_in_the_words_of_a_file_that_cannot_be_read(client: TestClient) -> None:
    refused = client.post(IMPORTS, params={"name": "応募者.csv"}, content=b"", headers=BYTES)
    told = refused.json()
    assert (refused.status_code, told["title"]) == (422, "ファイルを読めません")
    assert told["detail"] == "空のファイルです。保存し直してから取り込んでください。"
    assert client.get(IMPORTS).json()["total"] == 0
    routes: Json = client.get("/api/v1/openapi.json").json()["paths"]
    assert routes[IMPORTS]["post"]["requestBody"]["required"] is True


@ON_SQLITE
def test_an_unknown_import_is_not_found(client: TestClient) -> None:
    assert client.get(f"{IMPORTS}/i9").json()["detail"] == "no import has the id i9"
    assert client.delete(f"{IMPORTS}/i9").status_code == 404
    assert client.get(f"{IMPORTS}/i9/events").status_code == 404


@ON_SQLITE
def test_lists_of_a_plan_come_in_pages_and_events_tell_of_each_stage(loaded: TestClient) -> None:
    found = send(loaded, people(*(f"n{number},東京都港区,海,," for number in range(30))))
    path = f"{IMPORTS}/{found['import_id']}"
    page = loaded.get(path, params={"limit": 10, "offset": 25}).json()["plan"]
    assert ([one["id"] for one in page["changes"]][:1], len(page["changes"])) == (["n25"], 5)
    assert page["totals"]["changes"] == 30
    told = loaded.get(f"{path}/events", headers={"accept": "application/json"}).json()["events"]
    assert [event["stage"] for event in told] == ["queued", "comparing", "reading", "judging", "storing", "done"]


@ON_SQLITE
def test_a_status_is_left_to_a_decision_and_said_so(loaded: TestClient) -> None:
    file = (HEAD.strip() + ",選考状況\nn1,東京都港区,海,p1,2026/11/1,面接").encode()
    found = send(loaded, file)
    assert [(one["row"], one["code"]) for one in found["plan"]["remarks"]] == [(2, "status_left")]
    commit(loaded, found)
    (applied,) = loaded.get("/api/v1/applications", params={"applicant_id": "n1"}).json()["applications"]
    assert "status" not in applied


@ON_SQLITE
def test_rows_that_no_route_would_store_are_refused_with_what_names_them(loaded: TestClient) -> None:
    closed = loaded.get("/api/v1/postings/p2").json() | {"state": "closed"}
    assert loaded.put("/api/v1/postings/p2", json=closed).status_code == 200
    rows = ("応募者ID,応募先", "a1,p2", "a2,p1")
    found = send(loaded, "\n".join(rows).encode(), "応募.csv", kind="applications")
    assert [(one["row"], one["code"]) for one in found["plan"]["refused"]] == [(2, "not_open")]
    assert [(one["id"], one["state"]) for one in found["plan"]["changes"]] == [("x2", "unchanged")]


@ON_SQLITE
def test_a_call_that_went_meanwhile_stops_the_whole_commit(loaded: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    found = send(loaded, TWO)
    monkeypatch.setattr(commit_job, "moved_since", _unmoved)  # the check before is not the only one
    for an_id in ("x1", "x2"):
        loaded.delete(f"/api/v1/applications/{an_id}")
    monkeypatch.setattr("api.imports.asking.moved_since", _unmoved)
    assert loaded.delete("/api/v1/postings/p1").status_code == 204
    failed = commit(loaded, found)
    assert failed["state"] == "failed"
    assert "posting p1" in failed["job"]["error"]["detail"]
    assert loaded.get("/api/v1/applicants/n2").status_code == 404


def _unmoved(*_arguments: object) -> list[tuple[str, str]]:
    return []


@ON_SQLITE
def test_a_new_call_whose_state_is_not_told_waits_to_be_published(client: TestClient) -> None:
    rows = ("募集ID,市町村,募集人数,制度", "q1,北海道下川町,1,協力隊", f"{'q' * 300},北海道下川町,1,協力隊")
    found = send(client, "\n".join(rows).encode(), name="募集.csv")

    # the row that is refused is none of them
    assert [note for note in found["plan"]["notes"] if "新しい募集1件は「下書き」になります" in note]
    assert commit(client, found)["report"]["counts"]["new"] == 1
    assert client.get("/api/v1/postings/q1").json()["state"] == "draft"


@ON_SQLITE
def test_a_call_whose_deadline_has_passed_is_told_in_the_preview(client: TestClient) -> None:
    rows = "募集ID,市町村,募集人数,状態,締切\np,下川町,1,募集中,46000\nq,下川町,1,募集中,2099/3/1\n"

    told = send(client, rows.encode(), "募集.csv", municipality_code="014681")["plan"]["remarks"]

    assert [(one["row"], one["code"]) for one in told if one["field"] == "deadline"] == [(2, "deadline_past")]


@ON_SQLITE
def test_a_call_with_what_may_not_be_published_comes_in_as_a_draft_or_not_at_all(client: TestClient) -> None:
    head = "募集ID,市町村,募集人数,制度,状態,仕事の内容\n"
    rows = ("q1,北海道下川町,1,協力隊,募集中,35歳以下の方。", "q2,北海道下川町,1,協力隊,下書き,35歳以下の方。")
    found = send(client, (head + "\n".join(rows)).encode(), name="募集.csv")

    (refused,) = found["plan"]["refused"]
    assert (refused["row"], refused["reason"][:12]) == (2, "公開する募集に、公開して")
    assert "「下書き」" in refused["mend"] and "35歳" not in json.dumps(refused, ensure_ascii=False)
    assert commit(client, found)["report"]["counts"]["new"] == 1
    assert client.get("/api/v1/postings/q2").json()["state"] == "draft"
