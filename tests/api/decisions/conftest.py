"""A town with two officers and a posting of one seat, for which two people apply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
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

__all__ = [
    "Step",
    "account",
    "clock",
    "database",
    "decide",
    "everyone",
    "guarded",
    "last_of",
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
        for state in states:
            body: Json = {"application_id": application_id, "state": state, "reason": REASON, **more}
            body = {"after": last_of(service, headers, application_id), **body}
            answer = service.post("/api/v1/decisions", json=body, headers=headers)
        return answer

    return steps
