"""What a block keeps goes by no way, for nobody; a held record may be corrected, and what it was stays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.retention.holds import held, place_hold
from api.storage.database import reading, writing
from api.storage.history import history_of
from api.storage.record_kinds import APPLICATIONS
from api.storage.tables import HistoryRow
from tests.api.accounts.conftest import (
    Headers,
    Json,
    account,
    clock,
    database,
    everyone,
    guarded,
    passwords,
    service,
    signed_in,
)

__all__ = ["account", "clock", "database", "everyone", "guarded", "passwords", "service", "signed_in"]

HELD = "urn:enmusubi:problem:held"


def _block(service: TestClient, everyone: Headers, kind: str, an_id: str) -> str:
    order = {"kind": kind, "id": an_id, "reason": "訴訟第3号"}
    answer = service.post("/api/v1/holds", json=order, headers=everyone("administrator"))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["hold_id"])


@pytest.mark.parametrize(("kind", "an_id"), [("application", "x1"), ("applicant", "a1"), ("posting", "p1")])
def test_a_held_application_is_not_removed_until_the_block_is_lifted(
    kind: str, an_id: str, service: TestClient, everyone: Headers
) -> None:
    hold_id, town = _block(service, everyone, kind, an_id), everyone("coordinator")
    refused = service.delete("/api/v1/applications/x1", headers=town)
    assert (refused.status_code, refused.json()["type"]) == (409, HELD)
    assert refused.json()["detail"].startswith("application x1 is blocked from erasure")
    assert "訴訟" not in refused.text
    lifting = f"/api/v1/holds/{hold_id}/lifting"
    assert service.post(lifting, json={"reason": "終結"}, headers=everyone("administrator")).status_code == 200
    assert service.delete("/api/v1/applications/x1", headers=town).status_code == 204


def test_a_held_posting_that_nobody_names_is_not_removed(service: TestClient, everyone: Headers) -> None:
    town = everyone("coordinator")
    call = {"posting_id": "p7", "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1}
    assert service.post("/api/v1/postings", json=call, headers=town).status_code == 201
    _block(service, everyone, "posting", "p7")
    refused = service.delete("/api/v1/postings/p7", headers=town)
    assert (refused.status_code, refused.json()["type"]) == (409, HELD)
    assert service.get("/api/v1/postings/p7", headers=town).status_code == 200


def test_the_household_of_a_held_person_is_not_removed(loaded: TestClient) -> None:
    household = {"household_id": "h1", "members": ["a2", "a3"], "joint_preferences": [["p1", None]]}
    assert loaded.post("/api/v1/households", json=household).status_code == 201
    order = {"kind": "applicant", "id": "a3", "reason": "第4号"}
    assert loaded.post("/api/v1/holds", json=order).status_code in (201, 403)
    refused = loaded.delete("/api/v1/households/h1")
    assert (refused.status_code, refused.json()["type"]) == (409, HELD)


def test_a_held_record_is_corrected_and_what_it_was_stays(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    _block(service, everyone, "application", "x1")
    changed = {"application_id": "x1", "applicant_id": "a1", "posting_id": "p1", "wish_rank": 7}
    assert service.put("/api/v1/applications/x1", json=changed, headers=everyone("coordinator")).status_code == 200
    with reading(database) as session:
        (was,) = history_of(session, APPLICATIONS, "x1")
    assert was.record is not None and was.record.get("wish_rank") != 7


def test_whoever_a_held_application_was_of_before_is_kept_too(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    was: Json = {"application_id": "x1", "applicant_id": "a2", "posting_id": "p2"}
    with writing(database) as session:  # as it could be stored before an application stayed with its applicant
        now = datetime.now(UTC)
        session.add(HistoryRow(kind="application", id="x1", revision=0, until=1, until_at=now, record=was))
        place_hold(session, "application", "x1", reason="第5号", by="local", now=now)
        found = held(session)
    assert found.applicants == {"a1", "a2"}
    assert found.postings == {"p1", "p2"}
