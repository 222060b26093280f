"""The town of the decisions' tests, whose papers are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select
from starlette.testclient import TestClient

from api.audit.tables import AuditRow
from api.storage.database import reading
from tests.api.accounts.conftest import Headers, Json
from tests.api.decisions.conftest import (
    Step,
    account,
    clock,
    database,
    decide,
    everyone,
    guarded,
    passwords,
    service,
    signed_in,
    town,
)
from tests.api.kept_databases import KeptDatabases

__all__ = [
    "Ask",
    "account",
    "ask",
    "clock",
    "database",
    "decide",
    "entries",
    "everyone",
    "guarded",
    "offered",
    "passwords",
    "service",
    "signed_in",
    "town",
]

Ask = Callable[..., Any]


@pytest.fixture
def ask(service: TestClient, town: Headers) -> Ask:
    """``ask("coordinator", "briefing", posting_id="p1")``; with ``body`` it is sent by POST."""

    def answer(role: str, kind: str, *, body: Json | None = None, purpose: str | None = None, **query: str) -> Any:
        headers = town(role) | ({} if purpose is None else {"Enmusubi-Purpose": purpose})
        method = "GET" if body is None else "POST"
        return service.request(method, f"/api/v1/documents/{kind}", params=query, json=body, headers=headers)

    return answer


@pytest.fixture
def entries(database: Engine) -> Callable[[], list[str]]:
    """The whole log as it is stored."""

    def told() -> list[str]:
        with reading(database) as session:
            return [row.entry for row in session.exec(select(AuditRow).order_by(col(AuditRow.sequence)))]

    return told


@pytest.fixture
def offered(decide: Step, database: Engine, kept_databases: KeptDatabases) -> None:
    """x1 was interviewed and is offered the seat."""
    steps = ("seen", "shortlisted", "interview", "offered")
    kept_databases.fill("offered_after_interview", database, lambda: decide("x1", *steps).json())
