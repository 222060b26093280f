"""Every refusal is one problem document that names the place and repeats nothing a person wrote."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from urllib.parse import quote

import anyio
import pytest
from fastapi import FastAPI, Request
from sqlalchemy.exc import IntegrityError, OperationalError
from starlette.testclient import TestClient

from api.app import create_app
from api.http.problem_documents import MEDIA_TYPE
from api.settings import Settings
from features.errors import RulesetError
from matching.errors import CertificateError, MechanismError
from tests.api.conftest import SECRET, Json
from tests.api.fuzz.asking import Raw, ask

JSON_HEADERS = {"content-type": "application/json"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is asked here is answered before anything is stored: one database is enough."""
    return sqlite_url


def _problem(response: object, status: int) -> Json:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == MEDIA_TYPE
    body: Json = response.json()
    assert body["status"] == status
    assert body["type"].startswith("urn:enmusubi:problem:")
    assert body["title"]
    assert body.get("errors") != []
    return body


@pytest.mark.parametrize(
    ("change", "loc", "msg"),
    [
        ({"headcount": 0}, "body.headcount", "greater than or equal to 1"),
        ({"headcount": None}, "body.headcount", "valid integer"),
        ({"program": "kyouryokutai"}, "body.program", "expected one of 'kyoryokutai', 'kigyojin'"),
        ({"municipality_code": "99999"}, "body.municipality_code", "99999 is not in the reference table"),
        ({"mision_text": SECRET}, "body.mision_text", "unknown key"),
        ({"deadline": "tomorrow"}, "body.deadline", "expected a date such as 2026-11-23"),
        ({"deadline": 20261220}, "body.deadline", "expected a date such as 2026-11-23"),
        ({"headcount": True}, "body.headcount", "expected a number"),
        ({"monthly_pay_yen": "200000"}, "body.monthly_pay_yen", "expected a number"),
        ({"bonus": 1}, "body.bonus", "expected true or false"),
        ({"seats_left": 5}, "body", "seats_left is 5, expected at most headcount 1"),
        ({"host": {"typ": "npo"}}, "body.host.typ", "unknown key"),
        ({"required_languages": [{"code": "en", "cefr": "Z9"}]}, "body.required_languages[0].cefr", "expected one of"),
        ({"posting_id": "a\nb"}, "body.posting_id", "match pattern"),
    ],
)
def test_a_faulty_field_is_named(client: TestClient, change: Json, loc: str, msg: str) -> None:
    posting = {"posting_id": "p1", "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1}
    response = client.post("/api/v1/postings", content=json.dumps(posting | change), headers=JSON_HEADERS)
    body = _problem(response, 422)
    assert body["errors"][0]["loc"] == loc
    assert msg in body["errors"][0]["msg"]
    assert body["detail"].startswith(f"{loc}: ")
    assert client.get("/api/v1/postings").json()["total"] == 0


def test_every_faulty_field_is_listed(client: TestClient) -> None:
    body = _problem(client.post("/api/v1/postings", json={"posting_id": "p1", "headcount": 0}), 422)
    assert {fault["loc"] for fault in body["errors"]} == {"body.program", "body.municipality_code", "body.headcount"}
    assert body["detail"].endswith("(and 2 more)")


@pytest.mark.parametrize(
    "profile",
    [
        {"origin": {"municipality_code": SECRET}},
        {"origin": {"municipality_code": SECRET * 5}},
        {"origin": {"zone": SECRET, "municipality_code": "01468"}},
        {"exception": {"kind": SECRET}},
        {"available_from": SECRET},
        {"days_per_month": SECRET},
        {"desired_activities": [SECRET]},
        {"languages": [{"code": SECRET, "cefr": SECRET}]},
        {"skills": SECRET},
        {"motivation_text": SECRET * 10_000},
        {"links": [{"municipality_code": SECRET, "kind": SECRET}]},
    ],
)
def test_no_answer_and_no_log_repeats_what_a_person_wrote(
    client: TestClient, caplog: pytest.LogCaptureFixture, profile: Json
) -> None:
    caplog.set_level(logging.DEBUG)
    applicant = {"applicant_id": "a1", "programs": ["kyoryokutai"], "selection_profile": profile}
    response = client.post("/api/v1/applicants", json=applicant)
    _problem(response, 422)
    assert SECRET[:4] not in response.text
    assert SECRET[:4] not in caplog.text


@pytest.mark.parametrize(
    "wish", [{"regions_wanted": [SECRET]}, {"needs": {"nursery": SECRET}}, {"place_weight": SECRET}]
)
def test_private_wishes_are_not_repeated_either(client: TestClient, wish: Json) -> None:
    applicant = {"applicant_id": "a1", "programs": [], "private_preferences": wish}
    response = client.post("/api/v1/applicants", json=applicant)
    _problem(response, 422)
    assert SECRET[:4] not in response.text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"posting_id": ', "not JSON at character 15: Expecting value"),
        (b'{"posting_id": "p1", "posting_id": "p2"}', "key posting_id occurs twice"),
        (b'{"headcount": NaN}', "NaN is not a JSON number"),
        (b'{"headcount": -Infinity}', "-Infinity is not a JSON number"),
        (b"\xff\xfe\xfa", "not UTF-8 at byte 0"),
        ('{"headcount": 1}'.encode("utf-16"), "not UTF-8 at byte 0"),
        (b'{"title": "\\ud83d"}', "expected both halves of the character"),
        (b'{"title": "a\\u0000"}', "the character NUL"),
        (b'{"\\udc00": 1}', "expected both halves of the character"),
        (b"[" * 100_000, "body"),
    ],
)
def test_a_body_that_is_not_json_is_a_bad_request(client: TestClient, content: bytes, reason: str) -> None:
    body = _problem(client.post("/api/v1/postings", content=content, headers=JSON_HEADERS), 400)
    assert reason in body["detail"]


def test_a_body_of_another_kind_is_refused(client: TestClient) -> None:
    form = _problem(client.post("/api/v1/postings", data={"posting_id": "p1"}), 422)
    assert "content-type: application/json" in form["detail"]
    _problem(client.post("/api/v1/postings"), 422)
    _problem(client.post("/api/v1/postings", json=["p1"]), 422)


@pytest.mark.parametrize("path", ["postings", "postings/p1", "applicants", "health", "runs", "municipalities/01468"])
def test_an_unknown_parameter_is_named(loaded: TestClient, path: str) -> None:
    body = _problem(loaded.get(f"/api/v1/{path}", params={"limt": "5"}), 422)
    assert body["errors"][0]["loc"] == "query.limt"
    assert "known parameters: " in body["detail"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("postings?limit=0", "limit"),
        ("postings?limit=1001", "limit"),
        ("postings?offset=99999999999999999999", "offset"),
        ("applicants?offset=-1", "offset"),
        ("postings?program=x", "program"),
        ("postings?municipality_code=99999", "municipality_code"),
        ("municipalities?prefecture=nowhere", "prefecture"),
        ("postings/p1/candidates?top=0", "top"),
        ("postings/p1/candidates?on=yesterday", "on"),
    ],
)
def test_a_parameter_out_of_range_is_named(loaded: TestClient, path: str, name: str) -> None:
    body = _problem(loaded.get(f"/api/v1/{path}"), 422)
    assert body["errors"][0]["loc"] == f"query.{name}"


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/nothing", "/api/v2/postings", "/api/v1/postings/", "/doc"])
def test_an_unknown_address_is_not_found(client: TestClient, path: str) -> None:
    _problem(client.get(path), 404)


def test_a_method_the_address_does_not_take_is_named_with_those_it_takes(client: TestClient) -> None:
    response = client.delete("/api/v1/postings")
    _problem(response, 405)
    assert response.headers["allow"] == "GET, POST"
    assert client.options("/api/v1/postings/p1").headers["allow"] == "GET, PUT, DELETE"
    assert client.put("/api/v1/postings/p1/quality").headers["allow"] == "GET"
    own = client.post("/api/v1/documents/reminders", json={})  # not the route of any kind, which takes POST
    _problem(own, 405)
    assert own.headers["allow"] == "GET"


@pytest.mark.parametrize("an_id", ["a/b", "a/quality", "/", "あ/い"])
def test_a_slash_of_an_id_is_sent_encoded_and_a_bare_one_parts_the_address(client: TestClient, an_id: str) -> None:
    posting = {"posting_id": an_id, "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1}
    assert client.post("/api/v1/postings", json=posting).status_code == 201
    encoded = quote(an_id, safe="")
    assert client.get(f"/api/v1/postings/{encoded}").json() == posting
    assert client.get(f"/api/v1/postings/{encoded.lower()}/quality").json()["posting_id"] == an_id
    _problem(client.get(f"/api/v1/postings/{quote(an_id)}"), 404)
    assert client.delete(f"/api/v1/postings/{encoded}").status_code == 204


def test_a_query_that_is_not_ascii_is_answered(app: FastAPI) -> None:
    raw = Raw("", "", "GET", b"/api/v1/municipalities", b"q=\xe3\x81%82")
    with TestClient(app):
        assert anyio.run(ask, app, raw).status == 200


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_large_is_refused(app: FastAPI, client: TestClient, declared: bool) -> None:
    app.state.settings = app.state.settings.model_copy(update={"max_body_bytes": 1000})
    content = json.dumps({"posting_id": "p" * 2000}).encode()
    sent = content if declared else iter([content])
    body = _problem(client.post("/api/v1/postings", content=sent, headers=JSON_HEADERS), 413)
    assert "1000 bytes" in body["detail"]


def _fail(request: Request) -> None:
    raise request.app.state.error


def _wrong() -> int:
    return SECRET  # type: ignore[return-value]


@pytest.fixture(scope="module")
def faulty_app() -> FastAPI:
    """An application of this module, one of whose routes fails as a test says, and another always."""
    faulty = create_app(Settings())
    faulty.add_api_route("/fail", _fail)
    faulty.add_api_route("/wrong", _wrong)
    return faulty


@pytest.fixture
def faulty(faulty_app: FastAPI, settings: Settings) -> Iterator[TestClient]:
    faulty_app.state.settings = settings
    with TestClient(faulty_app, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (RulesetError("no rule file covers 1990-01-01"), 422, "no rule file covers 1990-01-01"),
        (MechanismError("seed is -1"), 422, "seed is -1"),
        (CertificateError("posting 3 is worth less than its price"), 500, "posting 3"),
        (OperationalError("SELECT 1", {"text": SECRET}, Exception("locked")), 503, "nothing was stored"),
        (
            OperationalError("COMMIT", {}, Exception("gone"), connection_invalidated=True),
            503,
            "read whether it was stored",
        ),
        (IntegrityError("INSERT", {"text": SECRET}, Exception("UNIQUE constraint failed")), 409, "at the same time"),
        (RuntimeError(SECRET), 500, "an unexpected error"),
    ],
)
def test_errors_of_the_inside_become_problems(
    faulty_app: FastAPI, faulty: TestClient, error: Exception, status: int, says: str
) -> None:
    faulty_app.state.error = error
    response = faulty.get("/fail")
    assert says in _problem(response, status)["detail"]
    assert SECRET not in response.text


def test_an_answer_that_breaks_its_schema_tells_places_only(
    faulty: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = faulty.get("/wrong")
    _problem(response, 500)
    assert SECRET not in response.text + caplog.text
    assert "/wrong" in caplog.text
