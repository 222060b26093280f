"""Asking for a preview and for its commit: the import names the one job that may work on it."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from api.audit.entry import Actor
from api.imports.commit_job import COMMIT
from api.imports.errors import PlanChangedError, RecordsMovedError
from api.imports.preview_job import PREVIEW, ImportJob
from api.imports.store import kept_content, state_of, verify_state
from api.imports.storing import moved_since, seen_of
from api.imports.tables import ImportRow
from api.jobs.queue import ask_for

__all__ = ["ask_for_commit", "ask_for_preview"]


def ask_for_preview(session: Session, row: ImportRow, *, by: Actor, now: datetime, on: date) -> None:
    """Have the file read; what was read of it before counts no more."""
    job = ask_for(session, PREVIEW, ImportJob(import_id=row.id, on=on), by=by, now=now)
    kept = kept_content(session, row.id)
    kept.plan = kept.accepted = None
    row.state, row.job_id, row.plan_digest = "previewing", job.id, None
    session.add_all([row, kept])
    session.flush()


def ask_for_commit(session: Session, row: ImportRow, plan_digest: str, *, by: Actor, now: datetime, on: date) -> None:
    """Have a preview stored; where that is asked for already, nothing changes.

    Raises
    ------
    ImportStateError
        If there is no preview to store.
    PlanChangedError
        If another preview was looked at.
    RecordsMovedError
        If records changed since.
    """
    if state_of(session, row, now=now) == "committed":
        return
    verify_state(session, row, "previewed", "committing", now=now)
    if row.plan_digest != plan_digest:
        raise PlanChangedError(row.id)
    if row.state == "committing":
        return
    moved = moved_since(session, seen_of(kept_content(session, row.id).accepted or []))
    if moved:
        raise RecordsMovedError(moved)
    job = ask_for(session, COMMIT, ImportJob(import_id=row.id, on=on), by=by, now=now)
    row.state, row.job_id = "committing", job.id
    session.add(row)
    session.flush()
