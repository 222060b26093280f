"""Imports as the interface tells of them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from api.imports.reports import plan_page
from api.imports.schemas import ImportAnswer, ImportSummary
from api.imports.store import kept_content, state_of
from api.imports.tables import ImportRow
from api.jobs.answers import job_answer
from api.jobs.tables import JobRow

__all__ = ["import_answer", "import_asked", "import_summary"]


def import_summary(session: Session, row: ImportRow, *, now: datetime) -> ImportSummary:
    """How far an import is."""
    told = row.model_dump(include={"created_at", "kept_until", "ended_at", "report"})
    return ImportSummary.model_validate({"import_id": row.id, "state": state_of(session, row, now=now), **told})


def import_asked(session: Session, row: ImportRow, *, now: datetime) -> ImportAnswer:
    """An import as whoever asks for a step is answered: without a cell, because answers under a key are kept."""
    told = import_summary(session, row, now=now)
    job = None if row.job_id is None else session.get(JobRow, row.job_id)
    job_told = None if job is None else job_answer(session, job)
    return ImportAnswer(**told.model_dump(), plan_digest=row.plan_digest, plan=None, job=job_told)


def import_answer(session: Session, row: ImportRow, *, now: datetime, limit: int, offset: int) -> ImportAnswer:
    """An import with its preview, where it has one and has not ended."""
    told = import_asked(session, row, now=now)
    if told.state not in ("previewed", "committing") or row.plan_digest is None:
        return told.model_copy(update={"plan_digest": None})
    plan = kept_content(session, row.id).plan or {}
    return told.model_copy(update={"plan": plan_page(plan, limit=limit, offset=offset)})
