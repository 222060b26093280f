"""Rounds over the stored records: run, proven, stored with their exact text, and read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

from sqlmodel import Session, col, func, select

from api.canonical import canonical_json
from api.errors import UnknownIdError
from api.run_record import run_record
from api.schemas import RunAnswer, RunPage, RunRequest, RunSummary
from api.tables import RunRow
from features.round_results import run_round
from features.rounds import open_round
from features.scored_market import ScoredMarket

__all__ = ["read_run", "run_page", "run_text", "solve", "store_run"]


def solve(market: ScoredMarket, request: RunRequest) -> dict[str, object]:
    """Run the round that was asked for and return its record, the same as ``enmusubi match`` writes."""
    opened = open_round(market, wishes=request.wishes, list_length=request.list_length, households=request.households)
    result = run_round(opened, mechanism=request.mechanism, seed=request.seed, lottery=request.lottery)
    return run_record(
        result,
        seed=request.seed,
        lottery=request.lottery,
        list_length=request.list_length,
        households=request.households,
    )


def store_run(session: Session, record: Mapping[str, object]) -> RunAnswer:
    """Store a run record; time and id stand beside the digested text, never in it."""
    row = RunRow(
        id=uuid4().hex,
        mechanism=str(record["mechanism"]),
        status="done",
        created_at=datetime.now(UTC),
        digest=str(record["digest"]),
        body=canonical_json(record),
    )
    session.add(row)
    session.flush()
    return _answer(row)


def run_page(session: Session, *, limit: int, offset: int) -> RunPage:
    """Stored runs, newest first; runs of one moment stand in the order of their ids."""
    rows = session.exec(select(RunRow).order_by(col(RunRow.created_at).desc(), RunRow.id).limit(limit).offset(offset))
    total = session.exec(select(func.count(col(RunRow.id)))).one()
    return RunPage(
        runs=[RunSummary.model_validate(_summary(row)) for row in rows], total=total, limit=limit, offset=offset
    )


def read_run(session: Session, run_id: str) -> RunAnswer:
    """One stored run.

    Raises
    ------
    UnknownIdError
        If there is none with that id.
    """
    return _answer(_row(session, run_id))


def run_text(session: Session, run_id: str) -> str:
    """The run's canonical JSON exactly as it was stored.

    Raises
    ------
    UnknownIdError
        If there is none with that id.
    """
    return _row(session, run_id).body


def _row(session: Session, run_id: str) -> RunRow:
    row = session.get(RunRow, run_id)
    if row is None:
        raise UnknownIdError("run", run_id)
    return row


def _summary(row: RunRow) -> dict[str, object]:
    return {"run_id": row.id, **row.model_dump(include={"mechanism", "status", "created_at", "digest"})}


def _answer(row: RunRow) -> RunAnswer:
    return RunAnswer.model_validate({**_summary(row), "run": json.loads(row.body)})
