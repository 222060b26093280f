"""Every route of the OpenAPI document writes what the documentation says it does, and no word of any record."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from pytest import MonkeyPatch
from sqlalchemy import Engine, text
from sqlmodel import col, select
from starlette.testclient import TestClient

from api.accounts.passwords import Passwords
from api.accounts.tables import AccountRow
from api.audit.entry import LOCAL
from api.audit.exporting import export
from api.audit.tables import AuditRow
from api.audit.trail import Trail
from api.audit.verification import verify
from api.audit.vocabulary import words
from api.settings import JAPAN, Settings
from api.storage.database import reading, writing
from api.storage.sample_database import fill_empty_database
from features.records import Records
from tests.api.audit.every_route import (
    API,
    APPLICANT,
    MARK,
    NEW,
    POSTING,
    RECORDS,
    account_calls,
    calls,
    make,
    officer_calls,
    own_calls,
)

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = DOCS / "explanation/audit-log.md"
JAPANESE = DOCS / "ja/explanation/audit-log.md"
_PAGE_WORDS = tomllib.loads((DOCS.parent / "api/pages/words_ja/audit.toml").read_text(encoding="utf-8"))["audit"]
PASSWORD = "薪を割る朝の音が好きです"
AT_A_PROVIDER = {  # tests/api/accounts signs in there
    ("POST", f"{API}/session/organisation"),
    ("GET", f"{API}/session/organisation/callback"),
}
# what the database does not change is shown on one
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CHECKED = {"municipality_code", "works_in", "regions_wanted", "regions_refused"}  # codes and names of places, not texts


@pytest.fixture
def office(app: FastAPI, client: TestClient, engine: Engine) -> TestClient:
    """A browser of the same service; an administrator and the applicant a1, who have not signed in yet."""
    app.state.passwords = Passwords(passes=1, memory_kib=8, lanes=1)
    people = {
        "yamamoto": ("5f0c", "administrator", None),
        "hayashi": ("7ab2", "applicant", "a1"),
        "sasaki": ("9c31", "coordinator", None),
    }
    with writing(engine) as session:
        for name, (an_id, role, applicant_id) in people.items():
            account = AccountRow(
                id=an_id,
                sign_in_name=name,
                display_name=MARK,
                role=role,
                state="active",
                applicant_id=applicant_id,
                municipality_code="01468" if role == "coordinator" else None,
                password_hash=app.state.passwords.hashed(PASSWORD),
                created_at=datetime.now(UTC),
            )
            session.add(account)
    own = {"Sec-Fetch-Site": "same-origin"}
    return TestClient(app, base_url="https://testserver", raise_server_exceptions=False, headers=own)


def _entries(engine: Engine, *, after: int = 0) -> list[dict[str, Any]]:
    asked = select(AuditRow.entry).where(AuditRow.sequence > after).order_by(col(AuditRow.sequence))
    with reading(engine) as session:
        return [json.loads(entry) for entry in session.exec(asked)]


def _documented(page: Path = PAGE) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Method and path → action, purpose and kinds, of the table in the documentation."""
    told = page.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (GET|POST|PUT|DELETE) \| `([^`]+)` \| (.+?) \| (.+?) \| (.+?) \|$", told, re.M)
    assert len(rows) == len({row[:2] for row in rows})
    return {(method, path): (action, purpose, kinds) for method, path, action, purpose, kinds in rows}


def _told(entries: list[dict[str, Any]]) -> tuple[str, str, str]:
    if not entries:
        return "—", "—", "—"
    (entry,) = entries
    return entry["action"], entry["purpose"], ", ".join(one["kind"] for one in entry["on"])


@ON_SQLITE
def test_the_table_has_every_route_and_no_other(app: FastAPI) -> None:
    operations = {(method.upper(), path) for path, item in app.openapi()["paths"].items() for method in item}
    assert set(_documented()) == operations


def test_every_route_writes_what_the_table_says_and_no_text_of_any_record(
    client: TestClient, office: TestClient, engine: Engine, tmp_path: Path
) -> None:
    documented, made_so_far, written = _documented(), set(), 0
    everything = (
        (client, calls(client)),
        (office, account_calls(office, "yamamoto", PASSWORD)),
        (office, own_calls(office, "hayashi", PASSWORD)),
        (office, officer_calls(office, "sasaki", PASSWORD)),
    )
    for caller, made in everything:
        for call in made:
            written += len(_entries(engine, after=written))
            status = make(caller, call)
            assert status in (200, 201, 202, 204), call
            assert _told(_entries(engine, after=written)) == documented[call.method, call.path], call
            made_so_far.add((call.method, call.path))
    assert made_so_far == set(documented) - AT_A_PROVIDER
    assert verify(engine).finding is None
    _verify_no_text_of_a_record(engine, tmp_path / "out")


def _verify_no_text_of_a_record(engine: Engine, folder: Path) -> None:
    today = datetime.now(JAPAN).date()
    export(engine, folder, from_day=today, to_day=today, actor=LOCAL)
    written = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    with reading(engine) as session:
        written += "".join(str(tuple(row)) for row in session.connection().execute(text("SELECT * FROM audit")))
    assert '"ids":["a1"' in written
    names = ("tanaka", "yamamoto", "hayashi", "sasaki")
    for told in (MARK, ascii(MARK)[1:-1], "北海道", "山の仕事", "林業", "snow", *names):
        assert told not in written


def test_every_free_text_of_the_records_is_marked() -> None:
    free = {
        key
        for shape in Records.model_json_schema()["$defs"].values()
        for key, value in shape.get("properties", {}).items()
        if _is_free(value)
    }
    assert _marked(RECORDS) == free - CHECKED


def _is_free(schema: dict[str, Any]) -> bool:
    if schema.get("type") == "string":
        return not {"enum", "const", "format", "pattern"} & set(schema)
    return any(map(_is_free, schema.get("anyOf", []))) or ("items" in schema and _is_free(schema["items"]))


def _marked(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(_marked, node))
    if not isinstance(node, dict):
        return set()
    own = {key for key, value in node.items() if not isinstance(value, dict) and _holds_mark(value)}
    return own.union(*map(_marked, node.values()))


def _holds_mark(value: Any) -> bool:
    texts = value if isinstance(value, list) else [value]
    return any(isinstance(one, str) and MARK in one for one in texts)


REFUSED: list[tuple[str, str, Any, int]] = [
    ("GET", "applicants/unknown", None, 404),
    ("GET", "applicants/unknown/recommendations", None, 404),
    ("GET", "postings/unknown/candidates", None, 404),
    ("GET", f"applicants?name={MARK}", None, 422),
    ("POST", "applicants", APPLICANT, 409),
    ("POST", "applicants", {"applicant_id": "a7", "programs": [MARK]}, 422),
    ("PUT", "applicants/a1", NEW["applicant"], 422),
    ("DELETE", "applicants/a1", None, 409),
    ("POST", "records", {"postings": [POSTING]}, 409),
]


@ON_SQLITE
def test_a_refused_request_did_nothing_and_writes_nothing(client: TestClient, engine: Engine) -> None:
    client.post(f"{API}/records", json=RECORDS)
    for method, url, body, status in REFUSED:
        assert client.request(method, f"{API}/{url}", json=body).status_code == status, url
    assert len(_entries(engine)) == 1


@ON_SQLITE
def test_an_entry_tells_who_what_why_on_what_from_what_to_what(client: TestClient, engine: Engine) -> None:
    client.post(f"{API}/records", json=RECORDS)
    answer = client.get(f"{API}/postings/p1/candidates").json()
    entry = _entries(engine)[-1]
    assert entry["actor"] == {"id": "local", "role": "local"}
    assert entry["on"] == [
        {"kind": "posting", "ids": ["p1"], "count": 1},
        {"kind": "applicant", "ids": ["a1"], "count": 1},
    ]
    told = answer["provenance"]
    assert entry["inputs"] == told["inputs"]
    assert entry["versions"]["weights"] == told["weights"]["digest"]
    assert entry["versions"]["rulesets"] == {one["id"]: one["digest"] for one in told["rulesets"]}
    client.get(f"{API}/postings/p1/candidates")
    assert _entries(engine)[-1]["outputs"] == entry["outputs"]


@ON_SQLITE
def test_an_account_is_named_with_its_role(office: TestClient, engine: Engine) -> None:
    office.post(f"{API}/session", json={"sign_in_name": "yamamoto", "password": PASSWORD})
    office.get(f"{API}/households")
    assert [entry["actor"] for entry in _entries(engine)] == [{"id": "5f0c", "role": "administrator"}] * 2


@ON_SQLITE
def test_a_stored_run_and_its_record_are_on_record_with_one_digest(client: TestClient, engine: Engine) -> None:
    client.post(f"{API}/records", json=RECORDS)
    asked = client.post(f"{API}/runs", json={})
    made = _entries(engine)[-1]
    run = client.get(asked.headers["location"]).json()
    assert (made["on"][0]["ids"], made["outputs"]) == ([run["run_id"]], {"run": run["digest"]})
    client.get(f"{API}/runs/{run['run_id']}/record")
    first, second = _entries(engine)[-2:]
    assert first["outputs"] == second["outputs"]


@ON_SQLITE
def test_the_private_part_of_an_applicant_moves_no_digest(client: TestClient, engine: Engine) -> None:
    client.post(f"{API}/applicants", json=APPLICANT)
    client.put(f"{API}/applicants/a1", json=APPLICANT | {"private_preferences": {"snow_ok": False}})
    client.put(f"{API}/applicants/a1", json=APPLICANT | {"programs": ["kigyojin"]})
    created, private, public = _entries(engine)
    assert private["outputs"] == private["inputs"] == created["outputs"] != public["outputs"]


def test_what_cannot_be_written_down_is_not_shown(client: TestClient, engine: Engine, monkeypatch: MonkeyPatch) -> None:
    client.post(f"{API}/records", json=RECORDS)
    with writing(engine) as session:
        session.connection().execute(text("DELETE FROM audithead"))
    read = client.get(f"{API}/applicants/a1")
    changed = client.put(f"{API}/applicants/a1", json=APPLICANT | {"programs": []})
    assert (read.status_code, changed.status_code) == (409, 409)
    assert MARK not in read.text
    monkeypatch.setattr(Trail, "write", lambda *_: None)
    assert client.get(f"{API}/applicants/a1").json()["programs"] == ["kyoryokutai"]


@ON_SQLITE
def test_the_sample_market_is_on_record(settings: Settings, engine: Engine) -> None:
    assert fill_empty_database(settings)
    (entry,) = _entries(engine)
    assert (entry["action"], entry["purpose"]) == ("created", "operation")
    assert {one["kind"]: one["count"] for one in entry["on"]}["applicant"] > 1000 >= len(entry["on"][0]["ids"])
    assert not fill_empty_database(settings)
    assert len(_entries(engine)) == 1


def _in_words(list_name: str, codes: str) -> str:
    """What the audit pages call these codes; a purpose without what its brackets add."""
    called = _PAGE_WORDS[list_name]
    return "、".join(code if code == "—" else called[code].partition("（")[0] for code in codes.split(", "))


def test_the_japanese_table_says_the_same_in_the_words_of_the_pages() -> None:
    assert _documented(JAPANESE) == {
        route: (_in_words("action", action), _in_words("purpose", purpose), _in_words("kind", kinds))
        for route, (action, purpose, kinds) in _documented().items()
    }


@pytest.mark.parametrize("list_name", ["action", "kind"])
def test_the_japanese_page_says_what_every_code_is_called(list_name: str) -> None:
    told = JAPANESE.read_text(encoding="utf-8")

    assert [code for code, word in _PAGE_WORDS[list_name].items() if f"`{code}` {word}" not in told] == []


@pytest.mark.parametrize("page", [PAGE, JAPANESE], ids=["en", "ja"])
def test_the_purposes_of_the_documentation_are_those_of_the_code(page: Path) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\S.*?) \| (\S.*?) \|$", page.read_text(encoding="utf-8"), re.M)
    assert [(name, label, source) for name, label, source in rows] == [
        (name, one.label, one.source) for name, one in words().purpose.items()
    ]
