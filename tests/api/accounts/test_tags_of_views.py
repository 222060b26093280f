"""A tag names what its reader is shown: an officer's does not tell that a person changed the private part."""

from __future__ import annotations

from starlette.testclient import TestClient

from tests.api.accounts.conftest import Headers, Json, NewAccount

A9 = "/api/v1/applicants/a9"
ENTERED: Json = {"applicant_id": "a9", "programs": ["kyoryokutai"]}


def test_an_officers_tag_outlives_a_private_change_and_protects_every_other(
    service: TestClient, everyone: Headers, account: NewAccount
) -> None:
    town = everyone("coordinator")
    assert service.post("/api/v1/applicants", json=ENTERED, headers=town).status_code == 201
    account("nine", "applicant", applicant_id="a9")
    own = everyone("nine")
    read = service.get(A9, headers=town).headers["etag"]
    mine = service.get(A9, headers=own).headers["etag"]
    private = ENTERED | {"private_preferences": {"snow_ok": False}}
    stored = service.put(A9, json=private, headers=own | {"If-Match": mine})
    assert stored.status_code == 200 and stored.headers["etag"] != mine
    assert service.get(A9, headers=town).headers["etag"] == read
    # the person's own earlier tag protects the private part, and is none of the officer's
    assert service.put(A9, json=private, headers=own | {"If-Match": mine}).status_code == 412
    assert service.put(A9, json=ENTERED, headers=town | {"If-Match": stored.headers["etag"]}).status_code == 412
    changed = service.put(A9, json=ENTERED | {"months_served": 3}, headers=town | {"If-Match": read})
    assert changed.status_code == 200 and changed.headers["etag"] != read
    assert service.put(A9, json=ENTERED, headers=town | {"If-Match": read}).status_code == 412
    assert service.put(A9, json=private, headers=own | {"If-Match": stored.headers["etag"]}).status_code == 412
    shown = service.get("/api/v1/me/data", headers=own).json()["sections"][0]["rows"][0]
    assert shown["private_preferences"] == {"snow_ok": False}


def test_a_tag_of_the_public_part_returns_with_nobody_else(service: TestClient, everyone: Headers) -> None:
    town = everyone("coordinator")
    read = service.post("/api/v1/applicants", json=ENTERED, headers=town).headers["etag"]
    assert service.get(A9, headers=town).headers["etag"] == read
    assert service.delete(A9, headers=town | {"If-Match": read}).status_code == 204
    assert service.post("/api/v1/applicants", json=ENTERED, headers=town).headers["etag"] != read
    assert service.put(A9, json=ENTERED, headers=town | {"If-Match": read}).status_code == 412
