"""A key is its caller's own, and no way past a permission."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.api.accounts.conftest import Headers

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

KEY = {"Idempotency-Key": "5f0c2a"}
POSTING = {"posting_id": "p9", "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1}


def test_two_callers_may_use_one_key(service: TestClient, everyone: Headers, signed_in: Headers) -> None:
    first = service.post("/api/v1/postings", json=POSTING, headers={**everyone("coordinator"), **KEY})
    other = POSTING | {"posting_id": "p8", "municipality_code": "32525"}
    second = service.post("/api/v1/postings", json=other, headers={**signed_in("id-other"), **KEY})
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json()["posting_id"] == "p8"


def test_a_key_gives_nobody_the_answer_to_somebody_elses_request(
    service: TestClient,
    everyone: Headers,
) -> None:
    service.post("/api/v1/postings", json=POSTING, headers={**everyone("coordinator"), **KEY})
    refused = service.post("/api/v1/postings", json=POSTING, headers={**everyone("researcher"), **KEY})
    assert (refused.status_code, "p9" in refused.text) == (403, False)
    assert service.post("/api/v1/postings", json=POSTING, headers=KEY).status_code == 401
