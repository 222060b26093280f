"""Auditors read, verify and take away the log; applicants see who used their record, and not which person."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import datetime
from typing import Any

import pytest
from fastapi import FastAPI
from pytest import MonkeyPatch
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from api.audit import searching
from api.audit.entry import Actor, Use, subject
from api.audit.trail import append
from api.audit.vocabulary import SubjectKind
from api.settings import JAPAN
from api.storage.database import writing
from tests.api.accounts.conftest import Headers, NewAccount
from tests.api.kept_databases import KeptDatabases

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AUDIT = "/api/v1/audit"


def _page(service: TestClient, headers: dict[str, str], query: str = "") -> dict[str, Any]:
    answer = service.get(f"{AUDIT}?{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def _seen(page: dict[str, Any]) -> list[tuple[str, str]]:
    return [(line["entry"]["actor"]["id"], line["entry"]["action"]) for line in page["entries"]]


@pytest.fixture
def used(service: TestClient, everyone: Headers, database: Engine, kept_databases: KeptDatabases) -> Headers:
    """A few uses of records by several roles."""

    def store() -> None:
        assert service.get("/api/v1/applicants/a1", headers=everyone("coordinator")).status_code == 200
        assert service.get("/api/v1/postings/p1/candidates", headers=everyone("supporter")).status_code == 200
        assert service.get("/api/v1/applications/x2", headers=everyone("coordinator")).status_code == 200
        assert service.get("/api/v1/applicants/a1", headers=everyone("other")).status_code == 404

    kept_databases.fill("used", database, store)
    return everyone


FOUND = {
    "actor=id-coordinator": [("id-coordinator", "read"), ("id-coordinator", "read")],
    "action=ranked": [("id-supporter", "ranked")],
    "action=refused": [("id-other", "refused")],
    "kind=applicant&id=a1&purpose=selection": [("id-supporter", "ranked"), ("id-coordinator", "read")],
    "kind=application&id=x2": [("id-coordinator", "read"), ("id-administrator", "created")],
    "kind=posting&id=a1": [],
    "id=zz": [],
    "actor=id": [],  # a part of an id is no id
    "kind=mode": [("id-administrator", "decided")],
    "actor=%22%25_%5C": [],
    "until=2020-01-01": [],
    "from=2100-01-01": [],
    "from=0001-01-01&until=9999-12-31&action=ranked": [("id-supporter", "ranked")],
}


def test_each_condition_finds_what_fits_newest_first(service: TestClient, used: Headers) -> None:
    headers = used("auditor")
    assert {query: _seen(_page(service, headers, query)) for query in FOUND} == FOUND


@pytest.mark.parametrize(
    "condition",
    [{"actor_id": "4f1a"}, {"action": "read"}, {"purpose": "audit"}, {"kinds": ("run",)}, {"ids": {"r1"}}],
    ids=lambda condition: next(iter(condition)),
)
def test_an_entry_that_cannot_be_read_is_found_only_where_nothing_is_asked_of_its_text(
    condition: dict[str, Any],
) -> None:
    assert searching.Wanted().fits(None)
    assert not searching.Wanted(**condition).fits(None)


@ON_SQLITE
def test_pages_follow_each_other_without_a_gap_and_reading_them_is_on_record(
    service: TestClient, used: Headers
) -> None:
    headers, numbers, before = used("auditor"), list[int](), ""
    while True:
        page = _page(service, headers, f"limit=2{before}")
        numbers += [line["sequence"] for line in page["entries"]]
        if page["next_before"] is None:
            break
        before = f"&before={page['next_before']}"
    assert numbers == list(range(numbers[0], 0, -1))
    newest = _page(service, headers, "limit=1")["entries"][0]["entry"]
    assert (newest["actor"]["id"], newest["action"], newest["purpose"]) == ("id-auditor", "read", "audit")
    assert newest["on"] == [{"kind": "audit", "ids": [], "count": len(numbers) % 2 or 2}]


@ON_SQLITE
def test_a_search_reads_a_bounded_part_and_says_where_to_go_on(
    service: TestClient, used: Headers, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_READ", 2)
    headers, found, before, n_pages = used("auditor"), list[tuple[str, str]](), "", 0
    while n_pages < 20:
        page = _page(service, headers, f"action=ranked{before}")
        found, n_pages = found + _seen(page), n_pages + 1
        if page["next_before"] is None:
            break
        before = f"&before={page['next_before']}"
    assert found == [("id-supporter", "ranked")]
    assert 2 < n_pages < 20


@ON_SQLITE
def test_a_search_that_finds_nothing_reads_no_more_than_its_part_at_once(
    service: TestClient, used: Headers, monkeypatch: MonkeyPatch
) -> None:
    headers = used("auditor")
    newest = _page(service, headers, "limit=1")["entries"][0]["sequence"] + 1  # reading that is on record too
    monkeypatch.setattr(searching, "MOST_READ", 3)
    assert _page(service, headers, "id=zz") == {"entries": [], "next_before": newest - 2}
    assert _page(service, headers, "id=zz&before=3") == {"entries": [], "next_before": None}


NONE = ("action=looked", "purpose=x", "kind=y", "limit=0", "limit=1001", "before=0", "from=soon", "who=me", "id=")


@ON_SQLITE
def test_a_condition_that_is_none_is_refused(service: TestClient, everyone: Headers) -> None:
    headers = everyone("auditor")
    answers = {query: service.get(f"{AUDIT}?{query}", headers=headers).status_code for query in NONE}
    assert answers == dict.fromkeys(NONE, 422)


def test_the_verification_says_what_holds_and_which_entry_does_not(
    service: TestClient, used: Headers, database: Engine
) -> None:
    headers = used("auditor")
    whole = service.get(f"{AUDIT}/verification", headers=headers).json()
    assert (whole["holds"], whole["first_bad"]) == (True, None)
    kept = service.get(f"{AUDIT}/verification?expect={whole['head']}", headers=headers).json()
    assert (kept["holds"], kept["entries"]) == (True, whole["entries"] + 1)
    forged = f"{whole['head'].partition(':')[0]}:{'0' * 64}"
    assert service.get(f"{AUDIT}/verification?expect={forged}", headers=headers).json()["holds"] is False
    assert service.get(f"{AUDIT}/verification?expect=1", headers=headers).status_code == 422
    _tamper(database, 2)
    broken = service.get(f"{AUDIT}/verification", headers=headers).json()
    assert (broken["holds"], broken["first_bad"]["sequence"]) == (False, 2)
    lines = {line["sequence"]: line for line in _page(service, headers)["entries"]}
    assert lines[2]["entry"] is None
    assert lines[1]["entry"]["sequence"] == 1


def _tamper(engine: Engine, sequence: int) -> None:
    with writing(engine) as session:
        run = session.connection().execute
        if engine.dialect.name == "postgresql":
            run(text("SET LOCAL session_replication_role = replica"))
        else:
            for (name,) in run(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                run(text(f"DROP TRIGGER {name}"))
        run(text("UPDATE audit SET entry = 'nothing' WHERE sequence = :number"), {"number": sequence})


def test_the_export_is_the_folder_of_the_command_and_on_record_before_it_is_sent(
    service: TestClient, used: Headers
) -> None:
    headers, today = used("auditor"), datetime.now(JAPAN).date()
    answer = service.get(f"{AUDIT}/export?from={today}&until={today}", headers=headers)
    assert answer.headers["content-type"] == "application/zip"
    assert "attachment" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as whole:
        assert whole.namelist() == ["audit/audit.csv", "audit/audit.jsonl", "audit/manifest.json"]
        # no moment of this machine: a zip can tell none before this one
        assert {one.date_time for one in whole.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        lines, manifest = whole.read("audit/audit.jsonl"), whole.read("audit/manifest.json")
    told = json.loads(manifest)
    assert told["files"]["audit.jsonl"]["sha256"] == hashlib.sha256(lines).hexdigest()
    assert (told["log"]["holds"], told["entries"]) == (True, len(lines.splitlines()))
    entry = _page(service, headers, "action=exported")["entries"][0]["entry"]
    assert entry["actor"] == {"id": "id-auditor", "role": "auditor"}
    assert entry["outputs"]["manifest"] == hashlib.sha256(manifest).hexdigest()


@ON_SQLITE
def test_a_file_of_any_size_fits_into_the_export(
    service: TestClient, used: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers, today = used("auditor"), datetime.now(JAPAN).date()
    monkeypatch.setattr("zipfile.ZIP64_LIMIT", 9)  # bytes, where the old format of zip files ends at 2 GiB
    answer = service.get(f"{AUDIT}/export?from={today}&until={today}", headers=headers)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as whole:
        assert whole.testzip() is None
        assert min(one.file_size for one in whole.infolist()) > 9


@ON_SQLITE
def test_days_without_an_entry_are_refused_and_leave_nothing_on_record(service: TestClient, used: Headers) -> None:
    for days, detail in (
        ("from=2020-01-01&until=2020-01-02", "the log has no entry from 2020-01-01 to 2020-01-02"),
        ("from=2020-01-02&until=2020-01-01", "the last day 2020-01-01 is before the first, 2020-01-02"),
        ("from=0001-01-01&until=0001-01-01", "the log has no entry from 0001-01-01"),
    ):
        answer = service.get(f"{AUDIT}/export?{days}", headers=used("auditor"))
        assert (answer.status_code, detail in answer.json()["detail"]) == (422, True), answer.text
    assert _page(service, used("auditor"), "action=exported")["entries"] == []


@ON_SQLITE
def test_a_token_reads_the_log_where_it_has_the_scope(service: TestClient, everyone: Headers) -> None:
    new = {"label": "SIEM", "days": 1}
    for scope, status in (("audit:read", 200), ("runs:read", 403)):
        made = service.post("/api/v1/me/tokens", json=new | {"scopes": [scope]}, headers=everyone("auditor"))
        bearer = {"Authorization": f"Bearer {made.json()['token']}"}
        assert service.get(f"{AUDIT}/verification", headers=bearer).status_code == status


def test_an_applicant_sees_by_which_office_the_record_was_used_and_for_what(service: TestClient, used: Headers) -> None:
    told = service.get("/api/v1/me/uses", headers=used("applicant"))
    lines = [
        (
            one["role"],
            one["municipality_code"],
            one["prefecture_code"],
            one["action"],
            one["purpose"],
            one["posting_ids"],
        )
        for one in told.json()["uses"]
    ]
    assert lines[:2] == [
        ("supporter", None, "01", "ranked", "selection", ["p1"]),
        ("coordinator", "01468", None, "read", "selection", []),
    ]
    assert lines[-1][:4] == ("administrator", None, None, "created")
    assert told.json()["uses"][1]["words"] == "閲覧：選考（適性と能力を読む）"
    assert "id-" not in told.text  # no account is named
    assert "x2" not in told.text
    assert "refused" not in told.text


@ON_SQLITE
def test_uses_of_another_whose_id_is_a_part_or_of_another_kind_are_not_told(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    before = service.get("/api/v1/me/uses", headers=everyone("applicant")).json()["uses"]
    others: list[tuple[SubjectKind, str]] = [
        ("applicant", "a11"),
        ("posting", "a1"),
        ("application", "a1"),
        ("applicant", 'a1","a1'),
    ]
    with writing(database) as session:
        for kind, an_id in others:
            use = Use(action="read", purpose="selection", on=(subject(kind, [an_id]), subject("applicant", ["a2"])))
            append(session, use, actor=Actor(id="id-other", role="coordinator"))
    assert service.get("/api/v1/me/uses", headers=everyone("applicant")).json()["uses"] == before


@ON_SQLITE
def test_without_sign_in_the_log_is_read_by_whoever_sits_there(client: TestClient, app: FastAPI) -> None:
    assert client.post("/api/v1/records", json={"postings": []}).status_code == 201
    assert client.get(f"{AUDIT}/verification").json()["holds"] is True
    assert _seen(_page(client, {})) == [("local", "read"), ("local", "created")]
    assert client.get("/api/v1/me/uses").status_code == 401


def test_a_round_over_a_person_is_among_the_person_s_uses_whoever_it_placed(
    service: TestClient, guarded: FastAPI, everyone: Headers, account: NewAccount, signed_in: Headers
) -> None:
    guarded.state.settings = guarded.state.settings.model_copy(update={"jobs": "inline"})
    late: dict[str, object] = {"applicant_id": "a9", "programs": ["kyoryokutai"], "selection_profile": {}}
    made = service.post("/api/v1/runs", json={}, headers=everyone("administrator"))
    assert service.post("/api/v1/applicants", json=late, headers=everyone("coordinator")).status_code == 201
    run = service.get(f"/api/v1/runs/{made.json()['run_id']}", headers=everyone("administrator")).json()["run"]
    assert {"a1", "a2"} <= run["matching"].keys()
    account("a2", "applicant", applicant_id="a2")
    account("a9", "applicant", applicant_id="a9")
    for headers, rounds in ((everyone("applicant"), 1), (signed_in("id-a2"), 1), (signed_in("id-a9"), 0)):
        told = service.get("/api/v1/me/uses", headers=headers).json()["uses"]
        found = [(one["role"], one["purpose"], one["words"]) for one in told if one["action"] == "run"]
        assert found == [("administrator", "placement", "配置の計算：配置の案の計算")] * rounds
    exported = service.get("/api/v1/me/data", headers=everyone("applicant")).json()
    assert [one["action"] for one in exported["uses"]].count("run") == 1
