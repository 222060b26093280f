"""A town with two officers and a posting of one seat, for which two people apply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from tests.api.accounts.conftest import (
    Headers,
    Json,
    NewAccount,
    account,
    clock,
    database,
    everyone,
    guarded,
    passwords,
    service,
    signed_in,
)
from tests.api.kept_databases import KeptDatabases

__all__ = [
    "Step",
    "account",
    "clock",
    "database",
    "decide",
    "everyone",
    "guarded",
    "last_of",
    "offered",
    "passwords",
    "service",
    "signed_in",
    "town",
]

REASON = "森の仕事の経験と計画がはっきりしている"  # invented; it may never stand in the audit log
Step = Callable[..., Any]


@pytest.fixture
def town(everyone: Headers, account: NewAccount) -> Headers:
    """Headers of a role; ``officer`` is a second officer of the same town."""
    account("officer", "coordinator", municipality_code="01468")
    return everyone


def last_of(service: TestClient, headers: dict[str, str], application_id: str) -> str | None:
    page = service.get("/api/v1/decisions", params={"application_id": application_id}, headers=headers).json()
    return page["decisions"][-1]["decision_id"] if page["decisions"] else None


@pytest.fixture
def decide(service: TestClient, town: Headers) -> Step:
    """Takes steps of one application one after the other, each after the last; gives the last answer."""

    def steps(application_id: str, *states: str, by: str = "coordinator", **more: Any) -> Any:
        headers, answer = town(by), None
        body: Json = {"application_id": application_id, "reason": REASON, **more}
        after = more["after"] if "after" in more else last_of(service, headers, application_id)
        for state in states:
            answer = service.post("/api/v1/decisions", json={"after": after, "state": state, **body}, headers=headers)
            if answer.is_success:
                after = answer.json()["decision_id"]
        return answer

    return steps


@pytest.fixture
def offered(decide: Step, database: Engine, kept_databases: KeptDatabases) -> Json:
    """x1 is offered the seat; gives the answer to that step."""
    offer: Json = kept_databases.fill(
        "offered", database, lambda: decide("x1", "seen", "shortlisted", "offered").json()
    )
    assert offer["state"] == "offered"
    return offer
