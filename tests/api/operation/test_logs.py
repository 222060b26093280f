"""Logs hold no personal data: every route is driven with marked texts and ids, and no line may hold a mark."""

from __future__ import annotations

import io
import json
import logging
import re
import sqlite3
import sys
import threading
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from api.accounts.passwords import Passwords
from api.accounts.tables import AccountRow
from api.operation.logs import FIELDS, REQUEST_ID, configure_logs, formatter
from api.storage.database import writing
from tests.api.audit.every_route import API, MARK, Call, account_calls, calls, make

ID_MARK = "個人番号いろは"  # stands in every id a person can choose
PASSWORD = "薪を割る朝の音が好きです"
IDS = re.compile(r"([a-uw-z][0-9])")  # not the v1 of an address
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything any logger of this process says, as it would be written to standard error."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter("json"))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel("DEBUG")
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [cast("dict[str, Any]", json.loads(line)) for line in stream.getvalue().splitlines()]


def _requests(stream: io.StringIO) -> list[dict[str, Any]]:
    return [line for line in _lines(stream) if line["event"] == "request"]


def _with_marked_ids(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _with_marked_ids(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_with_marked_ids(value) for value in node]
    return node + ID_MARK if isinstance(node, str) and IDS.fullmatch(node) else node


class _Marking:
    """A client that marks every id of a record, in addresses and bodies, and sends marked headers."""

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self.app = client.app

    def request(self, method: str, url: str, *, json: Any = None, headers: Any = None, **more: Any) -> Any:
        sent = {name: quote(MARK) for name in ("X-Request-ID", "User-Agent", "Referer")} | dict(headers or {})
        marked = re.sub(rf"(?<=[/=]){IDS.pattern}(?=[/?&]|$)", rf"\1{quote(ID_MARK)}", url)
        return self._client.request(method, marked, json=_with_marked_ids(json), headers=sent, **more)

    def get(self, url: str, **more: Any) -> Any:
        return self.request("GET", url, **more)

    def post(self, url: str, **more: Any) -> Any:
        return self.request("POST", url, **more)


def _drive(calls: Iterator[Call], client: TestClient) -> dict[str, int]:
    return {f"{call.method} {call.path}": make(client, call) for call in calls}


@pytest.fixture
def office(app: FastAPI, client: TestClient, engine: Engine) -> TestClient:
    """A browser of the same service, and an administrator who has not signed in yet."""
    app.state.passwords = Passwords(passes=1, memory_kib=8, lanes=1)
    with writing(engine) as session:
        session.add(
            AccountRow(
                id="5f0c",
                sign_in_name=f"yamamoto-{ID_MARK}",
                display_name=MARK,
                role="administrator",
                state="active",
                password_hash=app.state.passwords.hashed(PASSWORD),
                created_at=datetime.now(UTC),
            )
        )
    own = {"Sec-Fetch-Site": "same-origin"}
    return TestClient(app, base_url="https://testserver", raise_server_exceptions=False, headers=own)


def test_no_line_of_any_route_holds_what_a_person_wrote_or_an_id_of_a_record(
    client: TestClient, office: TestClient, logged: io.StringIO
) -> None:
    here, there = cast("TestClient", _Marking(client)), cast("TestClient", _Marking(office))
    made = _drive(calls(here), here) | _drive(account_calls(there, f"yamamoto-{ID_MARK}", PASSWORD), there)
    assert {name: status for name, status in made.items() if status not in (200, 201, 202, 204)} == {}
    told = logged.getvalue()
    for mark in (MARK, ID_MARK, "yamamoto", "tanaka", PASSWORD, "山の仕事", "林業", "北海道"):
        for form in (mark, ascii(mark)[1:-1], quote(mark)):
            assert form not in told
    assert {line["route"] for line in _requests(logged)} >= {name.partition(" ")[2] for name in made}


REFUSED: list[tuple[str, str, Any, int]] = [
    ("GET", f"applicants/{ID_MARK}", None, 404),
    ("GET", f"{ID_MARK}", None, 404),
    ("GET", f"applicants?name={MARK}", None, 422),
    ("POST", "applicants", {"applicant_id": ID_MARK, "programs": [MARK]}, 422),
    ("POST", "applicants", {"applicant_id": ID_MARK, MARK: MARK}, 422),
    ("POST", "applicants", MARK, 422),
    ("PUT", f"postings/{ID_MARK}", {"posting_id": MARK}, 422),
    ("PATCH", f"postings/{ID_MARK}", None, 405),
]


@ON_SQLITE
def test_no_line_of_a_refusal_holds_what_was_sent(client: TestClient, logged: io.StringIO) -> None:
    for method, path, body, status in REFUSED:
        assert client.request(method, f"{API}/{path}", json=body).status_code == status
    broken = client.post(
        f"{API}/applicants", content=f'{{"{MARK}'.encode(), headers={"Content-Type": "application/json"}
    )
    assert broken.status_code == 400
    assert client.request(MARK.encode().hex(), f"{API}/health").status_code == 405
    told = logged.getvalue()
    for mark in (MARK, ID_MARK):
        assert not any(form in told for form in (mark, ascii(mark)[1:-1], quote(mark), mark.encode().hex()))
    assert [line["method"] for line in _requests(logged)][-1] == "OTHER"


@ON_SQLITE
def test_an_unexpected_error_is_logged_by_type_and_place_without_its_text(
    own_app: FastAPI, logged: io.StringIO
) -> None:
    def fail() -> None:
        raise ValueError(MARK) from KeyError(MARK)

    own_app.add_api_route("/api/v1/failing", fail)
    with pytest.raises(ValueError, match=MARK), TestClient(own_app) as raising:
        raising.get("/api/v1/failing")
    try:
        fail()
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    assert MARK not in logged.getvalue()
    assert ascii(MARK)[1:-1] not in logged.getvalue()
    assert _requests(logged)[-1]["status"] == 500
    line = _lines(logged)[-1]
    assert line["error"] == "ValueError < KeyError"
    assert line["places"][-1].startswith("tests/api/operation/test_logs.py:")


@ON_SQLITE
def test_a_line_names_route_status_time_account_and_the_number_of_the_answer(
    office: TestClient, logged: io.StringIO
) -> None:
    signed_in = {"sign_in_name": f"yamamoto-{ID_MARK}", "password": PASSWORD}
    assert office.post(f"{API}/session", json=signed_in).status_code == 201
    answer = office.get(f"{API}/accounts/5f0c")
    line = _requests(logged)[-1]
    assert (line["method"], line["route"], line["status"]) == ("GET", f"{API}/accounts/{{account_id}}", 200)
    assert (line["account"], line["role"]) == ("5f0c", "administrator")
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert 0 < line["ms"] < 60_000
    assert set(line) <= {"time", "level", "logger", "event", "pid", *FIELDS}


@ON_SQLITE
def test_every_answer_has_its_own_number_and_none_that_a_client_chose(client: TestClient) -> None:
    answers = [client.get(path, headers={"X-Request-ID": "0901234567"}) for path in ("/health", "/nowhere", "/health")]
    numbers = {answer.headers["X-Request-ID"] for answer in answers}
    assert len(numbers) == len(answers)
    assert "0901234567" not in numbers


def _record(name: str, message: str, *values: object) -> logging.LogRecord:
    return logging.LogRecord(name, logging.WARNING, "/some/where/pool.py", 7, message, values, None)


def test_a_librarys_words_are_not_written_only_where_it_spoke() -> None:
    line = json.loads(formatter("json").format(_record("asyncio", f"Task {MARK}", MARK)))
    assert (line["logger"], line["event"]) == ("asyncio", "pool.py:7")


def test_an_error_among_the_values_of_a_line_is_named_and_the_databases_code_with_it() -> None:
    connection = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute(f"SELECT * FROM {MARK}")
    connection.close()
    error = OperationalError(MARK, None, caught.value)
    line = json.loads(formatter("json").format(_record("api.http.problems", "%s: no answer: %s", "GET /x", error)))
    assert line["event"] == "GET /x: no answer: OperationalError < OperationalError SQLITE_ERROR"


def test_a_message_of_several_lines_gives_its_first() -> None:
    line = json.loads(formatter("json").format(_record("uvicorn.error", f"Traceback\n  {MARK}")))
    assert line["event"] == "Traceback …"


def test_a_line_for_people_says_the_same() -> None:
    record = _record("api.operation.request_log", "request")
    record.__dict__ |= {"method": "GET", "route": "/api/v1/me", "status": 200, "ms": 3.4, "account": "5f0c"}
    token = REQUEST_ID.set("ab12")
    line = formatter("console").format(record)
    REQUEST_ID.reset(token)
    assert re.fullmatch(r"\d\d:\d\d:\d\d WARNING request GET /api/v1/me 200 ms=3\.4 account=5f0c request_id=ab12", line)


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Standard error of a process whose logs are set up; all as before afterwards."""
    root, own = (
        logging.getLogger(),
        [logging.getLogger(name) for name in ("api", "features", "matching", "uvicorn.error")],
    )
    handlers, levels = root.handlers[:], [logger.level for logger in (root, *own)]
    for place, name in ((sys, "excepthook"), (threading, "excepthook"), (warnings, "showwarning")):
        monkeypatch.setattr(place, name, getattr(place, name))
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    configure_logs("json", "info")
    yield cast("io.StringIO", sys.stderr)
    root.handlers[:] = handlers
    for logger, level in zip((root, *own), levels, strict=True):
        logger.setLevel(level)


def test_a_warning_and_the_end_of_a_thread_are_lines_without_their_text(configured: io.StringIO) -> None:
    def fail() -> None:
        raise ValueError(MARK)

    warnings.showwarning(UserWarning(MARK), UserWarning, "x.py", 3)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    first, second = _lines(configured)
    assert first["event"].startswith("UserWarning at")
    assert (second["event"], second["error"]) == ("ended unexpectedly", "ValueError")


def test_libraries_are_heard_from_warnings_on_and_this_service_from_the_level_asked_for(
    configured: io.StringIO,
) -> None:
    logging.getLogger("sqlalchemy.engine").info(MARK)
    logging.getLogger("alembic.runtime").warning(MARK)
    logging.getLogger("api.x").info("counted")
    logging.getLogger("api.x").debug("not asked for")
    assert [line["logger"] for line in _lines(configured)] == ["alembic.runtime", "api.x"]


def test_a_line_that_cannot_be_written_is_not_written_elsewhere_with_its_values(configured: io.StringIO) -> None:
    logging.getLogger("api.x").info("%d", MARK)
    assert configured.getvalue() == ""


@ON_SQLITE
def test_what_the_database_refuses_is_logged_without_the_row(
    client: TestClient, engine: Engine, logged: io.StringIO
) -> None:
    with writing(engine) as session:
        session.connection().execute(
            text("CREATE TRIGGER no BEFORE INSERT ON applicant BEGIN SELECT RAISE(ABORT, 'x'); END")
        )
    client.post(f"{API}/applicants", json={"applicant_id": ID_MARK, "programs": []})
    assert ID_MARK not in logged.getvalue()
    assert _requests(logged)[-1]["status"] >= 400
