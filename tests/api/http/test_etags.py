"""Two officers who edit one record never overwrite each other silently."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.api.conftest import Json
from tests.api.kept_databases import KeptDatabases

HOUSEHOLD: Json = {"household_id": "h1", "members": ["a2", "a3"], "joint_preferences": [["p1", None], ["p2", "p2"]]}
COMPANY: Json = {"company_id": "c1", "name": "株式会社例", "people": ["a3"]}
KINDS: list[tuple[str, str, Json]] = [  # path, id, and what one officer changes
    ("applicants", "a3", {"months_served": 3}),
    ("postings", "p1", {"headcount": 2}),
    ("applications", "x1", {"wish_rank": 2}),
    ("households", "h1", {"joint_preferences": [["p2", "p2"]]}),
    ("companies", "c1", {"industry": "観光"}),
]
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
each_kind = pytest.mark.parametrize(("path", "an_id", "change"), KINDS, ids=[kind[0] for kind in KINDS])


@pytest.fixture
def filled(client: TestClient, app: FastAPI, records: Json, kept_databases: KeptDatabases) -> TestClient:
    """The service with a record of every kind."""

    def store() -> None:
        for what, content in (("records", records), ("households", HOUSEHOLD), ("companies", COMPANY)):
            assert client.post(f"/api/v1/{what}", json=content).status_code == 201

    kept_databases.fill("of_every_kind", app.state.engine, store, said=[records, HOUSEHOLD, COMPANY])
    return client


def _read(client: TestClient, path: str, an_id: str) -> tuple[str, Json]:
    found = client.get(f"/api/v1/{path}/{an_id}")
    assert found.status_code == 200, found.text
    return found.headers["etag"], found.json()


@each_kind
def test_the_second_of_two_officers_is_told_and_overwrites_nothing(
    filled: TestClient, path: str, an_id: str, change: Json
) -> None:
    address = f"/api/v1/{path}/{an_id}"
    read, record = _read(filled, path, an_id)
    first = filled.put(address, json=record | change, headers={"if-match": read})
    assert first.status_code == 200, first.text
    second = filled.put(address, json=record, headers={"if-match": read})
    assert second.status_code == 412
    assert second.json()["type"] == "urn:enmusubi:problem:changed"
    assert f"{an_id} is not as it was read; read it again" in second.json()["detail"]
    removed = filled.delete(address, headers={"if-match": read})
    assert removed.status_code == 412
    now, stored = _read(filled, path, an_id)
    assert now == first.headers["etag"] != read
    assert stored == first.json()
    assert filled.put(address, json=stored, headers={"if-match": now}).status_code == 200


@each_kind
def test_of_many_at_once_exactly_one_wins(filled: TestClient, path: str, an_id: str, change: Json) -> None:
    read, record = _read(filled, path, an_id)

    def put(_number: int) -> int:
        headers = {"if-match": read}
        return filled.put(f"/api/v1/{path}/{an_id}", json=record | change, headers=headers).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(put, range(8)))
    assert statuses == [200, *[412] * 7]


def test_a_tag_never_returns_with_a_record_that_was_deleted_and_made_anew(loaded: TestClient) -> None:
    read, record = _read(loaded, "applicants", "a3")
    loaded.delete("/api/v1/applicants/a3")
    made = loaded.post("/api/v1/applicants", json=record)
    assert made.headers["etag"] != read
    assert loaded.put("/api/v1/applicants/a3", json=record, headers={"if-match": read}).status_code == 412


def test_a_change_of_the_private_part_changes_the_tag(loaded: TestClient) -> None:
    read, shown = _read(loaded, "applicants", "a1")
    changed = loaded.put("/api/v1/applicants/a1", json=shown | {"private_preferences": {"snow_ok": False}})
    assert changed.json() == shown
    assert changed.headers["etag"] != read


@ON_SQLITE  # how a header is read; what is stored and refused then, the tests above tell of both databases
@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("*", 200),
        ('"0", {tag}', 200),
        ('{tag}, W/"0"', 200),
        ("W/{tag}", 412),
        ('"0"', 412),
        ('"0", "99"', 412),
        ("0", 422),
        ('"0" "1"', 422),
        ("", 422),
    ],
)
def test_if_match_is_read_as_the_standard_says(loaded: TestClient, header: str, status: int) -> None:
    read, record = _read(loaded, "applications", "x2")
    answer = loaded.put("/api/v1/applications/x2", json=record, headers={"if-match": header.format(tag=read)})
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["errors"][0]["loc"] == "header.if-match"


def test_the_document_tells_of_tags_on_every_route_of_one_record(app: FastAPI) -> None:
    for path in ("applicants", "postings", "applications", "households", "companies"):
        (address,) = (one for one in app.openapi()["paths"] if one.startswith(f"/api/v1/{path}/{{") and one[-1] == "}")
        operations: dict[str, Any] = app.openapi()["paths"][address]
        assert "ETag" in operations["get"]["responses"]["200"]["headers"]
        assert "ETag" in operations["put"]["responses"]["200"]["headers"]
        assert "ETag" in app.openapi()["paths"][f"/api/v1/{path}"]["post"]["responses"]["201"]["headers"]
        for method in ("put", "delete"):
            assert "412" in operations[method]["responses"]
            headers = [one["name"] for one in operations[method]["parameters"] if one["in"] == "header"]
            assert [name for name in headers if name != "Enmusubi-Purpose"] == ["if-match"]


def test_households_and_companies_are_listed_and_removed(filled: TestClient) -> None:
    assert filled.get("/api/v1/households").json()["households"] == [HOUSEHOLD]
    assert filled.get("/api/v1/companies").json()["companies"] == [COMPANY]
    assert filled.delete("/api/v1/applicants/a3").status_code == 409
    assert filled.delete("/api/v1/households/h1").status_code == 204
    assert filled.delete("/api/v1/companies/c1").status_code == 204
    assert filled.delete("/api/v1/applicants/a3").status_code == 204
    assert filled.get("/api/v1/households/h1").status_code == filled.get("/api/v1/companies/c1").status_code == 404


@pytest.mark.parametrize(
    ("path", "record", "key"),
    [
        ("households", HOUSEHOLD | {"members": ["a2", "a9"]}, "members"),
        ("households", HOUSEHOLD | {"joint_preferences": [["p9", None]]}, "joint_preferences"),
        ("companies", COMPANY | {"people": ["a9"]}, "people"),
    ],
)
def test_who_is_not_stored_cannot_be_named(loaded: TestClient, path: str, record: Json, key: str) -> None:
    refused = loaded.post(f"/api/v1/{path}", json=record)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["loc"] == f"body.{key}"
    assert "which is not stored" in refused.json()["errors"][0]["msg"]
    assert loaded.get(f"/api/v1/{path}").json()["total"] == 0
