"""A request that is sent again under its key is done once and answered alike, on both databases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import col, func, select
from starlette.testclient import TestClient

from api.app import create_app
from api.idempotency import kept_answers
from api.idempotency.in_flight import KeysInFlight
from api.idempotency.kept_answers import forget_answers_about
from api.idempotency.tables import KeptAnswerRow, KeptAnswerSubjectRow
from api.routes import applicants
from api.settings import Settings
from api.storage.database import reading, writing
from tests.api.conftest import SECRET, Json

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
API = "/api/v1"
KEY = {"Idempotency-Key": "5f0c2a"}
APPLICANT: Json = {"applicant_id": "a9", "programs": [], "private_preferences": {"snow_ok": True}}
NEW: dict[str, Json] = {
    "applicants": APPLICANT,
    "postings": {"posting_id": "p9", "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1},
    "applications": {"application_id": "x9", "applicant_id": "a3", "posting_id": "p2"},
    "households": {"household_id": "h9", "members": ["a1", "a2"], "joint_preferences": [["p1", "p2"]]},
    "companies": {"company_id": "c9", "name": "会社", "people": ["a1"]},
    "runs": {"seed": 3},
}


def _kept(engine: Engine) -> list[KeptAnswerRow]:
    with reading(engine) as session:
        return list(session.exec(select(KeptAnswerRow)))


def _total(client: TestClient, kind: str = "applicants") -> int:
    total: int = client.get(f"{API}/{kind}").json()["total"]
    return total


def test_a_repeated_request_is_done_once_and_answered_alike(loaded: TestClient) -> None:
    for path, body in NEW.items():
        counted, key = "jobs" if path == "runs" else path, {"Idempotency-Key": path}
        before = _total(loaded, counted)
        first, again = (loaded.post(f"{API}/{path}", json=body, headers=key) for _ in range(2))
        assert first.status_code in (201, 202), first.text
        assert (again.status_code, again.content) == (first.status_code, first.content), path
        for name in ("etag", "location", "content-type"):
            assert again.headers.get(name) == first.headers.get(name), path
        assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
        assert _total(loaded, counted) == before + 1, path


def test_a_repeated_file_of_records_is_stored_once(client: TestClient) -> None:
    answers = [client.post(f"{API}/records", json={"applicants": [APPLICANT]}, headers=KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert _total(client) == 1


def test_without_a_key_a_repeated_request_is_another_one(loaded: TestClient) -> None:
    answers = [loaded.post(f"{API}/runs", json={}) for _ in range(2)]
    assert answers[0].json()["run_id"] != answers[1].json()["run_id"]
    assert loaded.post(f"{API}/applicants", json=APPLICANT).status_code == 201
    assert loaded.post(f"{API}/applicants", json=APPLICANT).status_code == 409


@ON_SQLITE
def test_a_key_that_was_used_for_another_request_is_refused_and_named(client: TestClient) -> None:
    client.post(f"{API}/applicants", json=APPLICANT, headers=KEY)
    for path, body in (("applicants", APPLICANT | {"applicant_id": "a8"}), ("postings", NEW["postings"])):
        refused = client.post(f"{API}/{path}", json=body, headers=KEY)
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:enmusubi:problem:idempotency-key-reused")
        assert refused.json()["errors"][0]["loc"] == "header.idempotency-key"
    assert (_total(client), _total(client, "postings")) == (1, 0)


@ON_SQLITE
def test_a_key_that_is_none_is_refused(client: TestClient) -> None:
    for key in ("", "a b", "é".encode(), "x" * 256):
        refused = client.post(f"{API}/applicants", json=APPLICANT, headers={"Idempotency-Key": key})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["loc"] == "header.idempotency-key"
    assert _total(client) == 0


def test_what_was_refused_is_not_kept_and_may_be_sent_again(client: TestClient, engine: Engine) -> None:
    wrong = NEW["applications"]
    assert client.post(f"{API}/applications", json=wrong, headers=KEY).status_code == 422
    assert _kept(engine) == []
    client.post(f"{API}/applicants", json=APPLICANT | {"applicant_id": "a3"})
    client.post(f"{API}/postings", json=NEW["postings"] | {"posting_id": "p2"})
    assert client.post(f"{API}/applications", json=wrong, headers=KEY).status_code == 201


def test_an_answer_is_kept_for_a_day(client: TestClient, app: FastAPI, engine: Engine) -> None:
    begin = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    app.state.clock = lambda: begin
    first = client.post(f"{API}/runs", json={}, headers=KEY).json()["run_id"]
    app.state.clock = lambda: begin + timedelta(hours=24, seconds=-1)
    assert client.post(f"{API}/runs", json={}, headers=KEY).json()["run_id"] == first
    app.state.clock = lambda: begin + timedelta(hours=24)
    assert client.post(f"{API}/runs", json={}, headers=KEY).json()["run_id"] != first
    assert len(_kept(engine)) == 1


def test_an_effect_is_never_there_without_its_answer(
    client: TestClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(kept_answers, "KEPT", None)  # keeping fails when everything else is written
        assert client.post(f"{API}/applicants", json=APPLICANT, headers=KEY).status_code == 500
    assert (_total(client), _kept(engine)) == (0, [])
    assert client.post(f"{API}/applicants", json=APPLICANT, headers=KEY).status_code == 201


def test_a_second_request_while_the_first_is_answered_is_told_to_come_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, goes_on, add = Event(), Event(), applicants.add

    def slow(*arguments: object) -> object:
        began.set()
        assert goes_on.wait(20)
        return add(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(applicants, "add", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, f"{API}/applicants", json=APPLICANT, headers=KEY)
        assert began.wait(20)
        second = client.post(f"{API}/applicants", json=APPLICANT, headers=KEY)
        goes_on.set()
        assert first.result(20).status_code == 201
    assert (second.status_code, second.headers["retry-after"]) == (409, "1")
    assert second.json()["type"] == "urn:enmusubi:problem:idempotency-key-in-flight"
    again = client.post(f"{API}/applicants", json=APPLICANT, headers=KEY)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")


@pytest.fixture(scope="module")
def second() -> FastAPI:
    return create_app(Settings())


@pytest.fixture
def two_services(app: FastAPI, second: FastAPI, settings: Settings) -> Iterator[list[TestClient]]:
    """Two processes' worth of services on one database: neither knows what the other has in hand."""
    second.state.settings, second.state.keys_in_flight = settings, KeysInFlight()
    with TestClient(app) as one, TestClient(second) as other:
        for client in (one, other):  # the first request builds the OpenAPI document, not for two threads at once
            client.get(f"{API}/health")
        yield [one, other]


def test_two_services_do_a_repeated_request_once(two_services: list[TestClient]) -> None:
    def send(number: int) -> tuple[int, bytes]:
        answer = two_services[number % 2].post(f"{API}/postings", json=NEW["postings"], headers=KEY)
        return answer.status_code, answer.content

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(12)))
    assert {status for status, _ in answers} <= {201, 409}
    assert len({content for status, content in answers if status == 201}) == 1
    assert _total(two_services[0], "postings") == 1


def test_the_answer_about_an_erased_person_is_gone_and_the_request_is_not_done_again(
    loaded: TestClient, engine: Engine
) -> None:
    person = APPLICANT | {"selection_profile": {"motivation_text": SECRET}}
    loaded.post(f"{API}/applicants", json=person, headers=KEY)
    other = loaded.post(f"{API}/applications", json=NEW["applications"], headers={"Idempotency-Key": "other"})
    with writing(engine) as session:
        assert set(session.exec(select(KeptAnswerSubjectRow.applicant_id))) == {"a9", "a3"}
        forget_answers_about(session, "a9")
    kept = _kept(engine)
    assert SECRET not in json.dumps([row.model_dump(mode="json") for row in kept], ensure_ascii=False)
    assert sorted(row.request_digest == "" for row in kept) == [False, True]
    loaded.delete(f"{API}/applicants/a9")
    gone = loaded.post(f"{API}/applicants", json=person, headers=KEY)
    assert (gone.status_code, gone.json()["type"]) == (410, "urn:enmusubi:problem:answer-forgotten")
    assert loaded.get(f"{API}/applicants/a9").status_code == 404
    again = loaded.post(f"{API}/applications", json=NEW["applications"], headers={"Idempotency-Key": "other"})
    assert again.content == other.content


def test_an_answer_knows_everybody_it_names(loaded: TestClient, engine: Engine) -> None:
    for number, (path, people) in enumerate({"households": {"a1", "a2"}, "companies": {"a1"}}.items()):
        loaded.post(f"{API}/{path}", json=NEW[path], headers={"Idempotency-Key": path})
        with reading(engine) as session:
            assert session.exec(select(func.count(col(KeptAnswerRow.key_digest)))).one() == number + 1
            named = session.exec(select(KeptAnswerSubjectRow.applicant_id)).all()
        assert people <= set(named)


@ON_SQLITE
def test_neither_key_nor_caller_is_stored_in_words(client: TestClient, engine: Engine) -> None:
    client.post(f"{API}/applicants", json=APPLICANT, headers={"Idempotency-Key": "tanaka-hanako"})
    (row,) = _kept(engine)
    assert "tanaka" not in json.dumps(row.model_dump(mode="json"))
    assert "snow_ok" not in str(row.body)  # the private part is not in any answer
