"""Postings over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Json

POSTING: Json = {"posting_id": "p1", "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1}


def test_a_posting_comes_back_as_it_was_sent(client: TestClient, records: Json) -> None:
    sent = records["postings"][0]
    created = client.post("/api/v1/postings", json=sent)
    assert (created.status_code, created.json()) == (201, sent)
    assert client.get("/api/v1/postings/p1").json() == sent


def test_codes_are_stored_as_the_records_read_them(client: TestClient) -> None:
    created = client.post("/api/v1/postings", json=POSTING | {"municipality_code": "141019"})
    assert created.status_code == 422  # the check digit is wrong
    client.post("/api/v1/postings", json=POSTING | {"municipality_code": "14101"})
    assert client.get("/api/v1/postings/p1").json()["municipality_code"] == "14100"
    assert client.get("/api/v1/postings", params={"municipality_code": "141003"}).json()["total"] == 1


def test_a_taken_id_is_a_conflict_that_names_it(client: TestClient) -> None:
    client.post("/api/v1/postings", json=POSTING)
    again = client.post("/api/v1/postings", json=POSTING | {"headcount": 9})
    assert again.status_code == 409
    assert again.json()["errors"] == [{"loc": "body.posting_id", "msg": "p1 is stored already"}]
    assert client.get("/api/v1/postings/p1").json()["headcount"] == 1


def test_a_change_counts_the_version_up(client: TestClient) -> None:
    client.post("/api/v1/postings", json=POSTING)
    changed = client.put("/api/v1/postings/p1", json=POSTING | {"title": "林業", "state": "closed"})
    assert changed.json() == POSTING | {"title": "林業", "state": "closed", "version": 2}
    assert client.put("/api/v1/postings/p1", json=changed.json()).json()["version"] == 3
    assert client.get("/api/v1/postings", params={"state": "closed"}).json()["total"] == 1


def test_a_change_of_what_somebody_else_changed_is_refused(client: TestClient) -> None:
    client.post("/api/v1/postings", json=POSTING)
    client.put("/api/v1/postings/p1", json=POSTING | {"title": "first", "version": 1})
    late = client.put("/api/v1/postings/p1", json=POSTING | {"title": "second", "version": 1})
    assert late.status_code == 409
    assert late.json()["errors"][0] == {"loc": "body.version", "msg": "is 1, the stored record has 2; read it again"}
    assert client.get("/api/v1/postings/p1").json()["title"] == "first"


def test_of_two_writers_who_read_the_same_version_one_wins(client: TestClient) -> None:
    client.post("/api/v1/postings", json=POSTING)

    def change(number: int) -> int:
        body = POSTING | {"title": f"title {number}", "version": 1}
        return client.put("/api/v1/postings/p1", json=body).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(change, range(8)))
    assert statuses == [200] + [409] * 7
    assert client.get("/api/v1/postings/p1").json()["version"] == 2


def test_the_id_of_a_posting_cannot_be_changed(client: TestClient) -> None:
    client.post("/api/v1/postings", json=POSTING)
    moved = client.put("/api/v1/postings/p1", json=POSTING | {"posting_id": "p2"})
    assert moved.status_code == 422
    assert moved.json()["errors"][0]["loc"] == "body.posting_id"


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_an_unknown_id_is_not_found_by_name(client: TestClient, method: str) -> None:
    body = {"json": POSTING | {"posting_id": "p9"}} if method == "put" else {}
    response = client.request(method, "/api/v1/postings/p9", **body)
    assert response.status_code == 404
    assert response.json()["detail"] == "no posting has the id p9"


@pytest.mark.parametrize("posting_id", ["下川町/林業 2026", "a/b", "50%", "a?b#c", "/", "x/candidates/y", "é+&="])
def test_ids_are_read_percent_encoded(client: TestClient, posting_id: str) -> None:
    client.post("/api/v1/postings", json=POSTING | {"posting_id": posting_id})
    address = f"/api/v1/postings/{quote(posting_id, safe='')}"
    assert client.get(address).json()["posting_id"] == posting_id
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


def test_an_id_no_record_can_have_is_not_found(client: TestClient) -> None:
    assert client.get("/api/v1/postings/a%00b").status_code == 404
    assert client.get(f"/api/v1/postings/{'x' * 201}").status_code == 404


def test_a_deleted_posting_is_gone(client: TestClient) -> None:
    client.post("/api/v1/postings", json=POSTING)
    gone = client.delete("/api/v1/postings/p1")
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.get("/api/v1/postings").json()["total"] == 0


def test_a_posting_somebody_applied_to_stays(loaded: TestClient) -> None:
    kept = loaded.delete("/api/v1/postings/p1")
    assert kept.status_code == 409
    assert "application x1, application x2" in kept.json()["detail"]
    assert loaded.get("/api/v1/postings/p1").status_code == 200


def test_a_list_is_cut_into_pages_by_id(client: TestClient) -> None:
    for number in (3, 1, 2):
        client.post("/api/v1/postings", json=POSTING | {"posting_id": f"p{number}"})
    page = client.get("/api/v1/postings", params={"limit": 2, "offset": 1}).json()
    assert [posting["posting_id"] for posting in page["postings"]] == ["p2", "p3"]
    assert {name: page[name] for name in ("total", "limit", "offset")} == {"total": 3, "limit": 2, "offset": 1}


def test_a_list_is_filtered_by_programme(client: TestClient) -> None:
    client.post("/api/v1/postings", json=POSTING)
    client.post("/api/v1/postings", json=POSTING | {"posting_id": "p2", "program": "kigyojin"})
    page = client.get("/api/v1/postings", params={"program": "kigyojin"}).json()
    assert [posting["posting_id"] for posting in page["postings"]] == ["p2"]
    assert page["total"] == 1
