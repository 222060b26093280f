"""Decisions, outcomes, scores and conflicts survive a backup, from either database into either."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from starlette.testclient import TestClient

from api.backup.restoring import restore
from api.backup.saving import save
from api.conflicts.tables import ConflictRow
from api.decisions.answers import decision_answer
from api.decisions.tables import DecisionRow
from api.interviews.tables import InterviewScoreRow
from api.outcomes.tables import OutcomeRow
from api.storage.database import database_engine, reading
from tests.api.accounts.conftest import Headers, Json
from tests.api.conftest import DATABASES, EmptyDatabase
from tests.api.decisions.conftest import Step

SCORES: Json = {"job_knowledge": 4, "talk_with_residents": 3, "plan": 5, "grasp_of_conditions": 4}


def _rows(engine: Engine) -> list[list[Json]]:
    with reading(engine) as session:
        tables = (DecisionRow, OutcomeRow, InterviewScoreRow, ConflictRow)
        return [[row.model_dump() for row in session.exec(select(table).order_by(table.id))] for table in tables]


def test_a_decision_from_before_its_rule_was_kept_answers_as_it_did() -> None:
    row = DecisionRow(
        id="d" * 24,
        application_id="x1",
        number=1,
        from_state="received",
        state="seen",
        role="coordinator",
        decided_at=datetime(2026, 11, 20, tzinfo=UTC),
        list_order="score",
        listed_on=date(2026, 11, 20),
        n_listed=2,
        verdict="needs_review",
        n_ahead=0,
        provenance="ab" * 32,
    )
    told = decision_answer(row).model_dump(mode="json")["in_list"]

    assert "deciding_rule" not in told  # the audit log has the digest of that answer
    row.deciding_rule = "must-licence"
    assert decision_answer(row).model_dump(mode="json")["in_list"] == told | {"deciding_rule": "must-licence"}


@pytest.mark.parametrize("kind", DATABASES)
def test_what_was_decided_survives_a_backup(
    kind: str,
    service: TestClient,
    town: Headers,
    decide: Step,
    database: Engine,
    empty_database: EmptyDatabase,
    tmp_path: Path,
) -> None:
    headers = town("coordinator")
    decide("x1", "seen", "shortlisted", "interview")
    scored = {"application_id": "x1", "items": SCORES, "note": "進め方が具体的"}
    outcome = {
        "application_id": "x1",
        "months": 3,
        "state": "there",
        "found_on": "2026-07-01",
        "started_on": "2026-04-01",
    }
    assert service.post("/api/v1/interview-scores", json=scored, headers=headers).status_code == 201
    assert decide("x1", "offered", "accepted").status_code == 201
    assert service.post("/api/v1/outcomes", json=outcome, headers=headers).status_code == 201
    conflict = {"kind": "other", "posting_id": "p1"}
    assert service.post("/api/v1/conflicts", json=conflict, headers=headers).status_code == 201
    target = database_engine(empty_database(kind))
    save(database, tmp_path / "a.backup")
    restore(target, tmp_path / "a.backup")
    kept = _rows(target)
    assert kept == _rows(database)
    assert [len(rows) for rows in kept] == [5, 1, 1, 1]
    assert all(row["deciding_rule"] for row in kept[0])
    target.dispose()
