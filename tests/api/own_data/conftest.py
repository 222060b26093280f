"""A town, a person who has left a mark in every store, and ways to look for that mark."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import JSON, Date, DateTime, Engine, String, Table, Text, cast, func, insert, literal, or_, select
from sqlalchemy.types import TypeEngine
from starlette.testclient import TestClient

from api.own_data.stores import stores
from api.storage.database import reading, writing
from api.storage.schema_revision import METADATA
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
from tests.api.kept_databases import KeptDatabases

__all__ = [
    "account",
    "clock",
    "database",
    "everyone",
    "guarded",
    "passwords",
    "service",
    "signed_in",
]

MARK = "消えるべき印" + "７７"  # stands in every text of the person a1
MOMENT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
_ABOUT_OTHERS_TOO = ("application", "household", "company")  # records that hold ids and no word of the person
_CODES = ("role", "state", "kind")  # what stays in a row that stays
_TOLD = {("decision", "state"): "seen", ("decision", "role"): "coordinator"}  # no other word is ever stored there
_IDS = {
    "applicant_id": "a1",
    "application_id": "x1",
    "account_id": "id-applicant",
    "subject_id": "a1",
    "posting_id": "p1",
}


def marked(record: Json) -> Json:
    """An applicant's record whose texts all hold the mark."""
    profile = record.get("selection_profile", {})
    texts = {
        "occupations": [f"庭師 {MARK}"],
        "skills": [f"剪定 {MARK}"],
        "licences": [f"伐木 {MARK}"],
        "motivation_text": f"山の仕事に憧れています。{MARK}を忘れません。",
        "plan_text": f"一年目は森を歩く。{MARK}",
    }
    consent = {"purposes": [MARK], "share_with": [MARK]}
    return {**record, "selection_profile": {**profile, **texts}, "consent": consent}


def fill_every_store(engine: Engine) -> None:
    """A row with the mark in every table that an erasure must reach and that has none yet."""
    with writing(engine) as session:
        for table in METADATA.sorted_tables:
            is_due = stores()[table.name].erasure != "stays" and table.name not in _ABOUT_OTHERS_TOO
            if is_due and not mentions(session.connection(), table, MARK):
                session.connection().execute(insert(table).values(_row(table)))


def _row(table: Table) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in table.columns:
        if (table.name, column.name) in _TOLD:
            row[column.name] = _TOLD[table.name, column.name]
        elif column.name in _IDS:
            row[column.name] = _IDS[column.name]
        elif column.primary_key or column.name in _CODES:
            row[column.name] = "id-marked" if _is_text(column.type) else 1
        elif column.name.endswith("_by"):
            row[column.name] = None if column.nullable else "id-administrator"
        else:
            row[column.name] = _value(column.type)
    return row


def _is_text(kind: TypeEngine[Any]) -> bool:
    return isinstance(getattr(kind, "impl", kind), String)  # sqlmodel wraps it


def _value(kind: TypeEngine[Any]) -> Any:
    kind = getattr(kind, "impl", kind)
    if isinstance(kind, DateTime):
        return MOMENT
    if isinstance(kind, Date):
        return date(2026, 11, 1)
    if isinstance(kind, JSON):
        return {"x": MARK}
    return _fitting(MARK, kind) if isinstance(kind, (String, Text)) else 1


def _fitting(text: str, kind: TypeEngine[Any]) -> str:
    return text[: getattr(getattr(kind, "impl", kind), "length", None) or 1000]


def mentions(connection: Any, table: Table, text: str) -> bool:
    """Whether any column of a table holds a text."""
    cells = (func.coalesce(cast(column, Text), "") for column in table.columns)
    return _any(connection, table, or_(*(cell.like(f"%{text}%") for cell in cells)))


def _any(connection: Any, table: Table, condition: Any) -> bool:
    return connection.execute(select(literal(1)).select_from(table).where(condition).limit(1)).first() is not None


def tables_with(engine: Engine, text: str) -> list[str]:
    """Names of every table in which a text stands, the audit log among them."""
    with reading(engine) as session:
        return [table.name for table in METADATA.sorted_tables if mentions(session.connection(), table, text)]


def tables_naming(engine: Engine, an_id: str) -> list[str]:
    """Names of every table in which an id stands, alone or in JSON."""
    found: list[str] = []
    with reading(engine) as session:
        for table in METADATA.sorted_tables:
            cells = [func.coalesce(cast(column, Text), "") for column in table.columns]
            named = or_(*(condition for cell in cells for condition in (cell == an_id, cell.like(f'%"{an_id}"%'))))
            if _any(session.connection(), table, named):
                found.append(table.name)
    return found


@pytest.fixture
def person(
    everyone: Headers, service: TestClient, records: Json, database: Engine, kept_databases: KeptDatabases
) -> Headers:
    """The applicant a1, who has left the mark in the record, in what it was, and in every other store."""

    def store() -> None:
        first = marked(records["applicants"][0])
        own = everyone("applicant")
        assert service.put("/api/v1/applicants/a1", json=first, headers=own).status_code == 200
        later = {**first, "months_served": 3}
        assert service.put("/api/v1/applicants/a1", json=later, headers=own).status_code == 200
        fill_every_store(database)

    kept_databases.fill("person", database, store, said=records)
    return everyone
