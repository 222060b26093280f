"""What people do with jobs: ask for one, look at it, ask for its end. Everything works inside the caller's session."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from pydantic import BaseModel
from sqlmodel import Session, col, func, select

from api.audit.entry import Actor
from api.http.errors import UnknownIdError
from api.jobs.errors import JobEndedError
from api.jobs.states import WORDS
from api.jobs.tables import JobEventRow, JobRow, JobWorkerRow

__all__ = [
    "add_event",
    "ask_for",
    "cancel",
    "events_after",
    "job_counts",
    "job_page",
    "last_event",
    "read_job",
    "worker_seen_at",
]


def ask_for(session: Session, kind: str, request: BaseModel, *, by: Actor, now: datetime) -> JobRow:
    """Put a job at the end of the queue; whoever is told of it is told of something that will happen."""
    row = JobRow(
        id=uuid4().hex,
        kind=kind,
        request=request.model_dump(mode="json"),
        state="queued",
        asked_by=by.id,
        asked_as=by.role,
        asked_at=now,
    )
    session.add(row)
    session.flush()
    add_event(session, row.id, "queued", WORDS["queued"], now=now)
    return row


def cancel(session: Session, job_id: str, *, kind: str | None = None, now: datetime) -> JobRow:
    """Ask for the end of a job: at once where it waits, at the next stage where somebody works on it.

    Asking again changes nothing.

    Raises
    ------
    UnknownIdError
        If there is no such job.
    JobEndedError
        If it is done or has failed.
    """
    row = read_job(session, job_id, kind=kind)
    if row.state in ("done", "failed"):
        raise JobEndedError(row.id, row.state)
    if row.state == "queued":
        row.state, row.ended_at = "cancelled", now
        add_event(session, row.id, "cancelled", WORDS["cancelled"], now=now)
    elif row.state == "running":
        row.state = "cancelling"
        add_event(session, row.id, "cancelling", WORDS["cancelling"], now=now)
    session.add(row)
    session.flush()
    return row


def read_job(session: Session, job_id: str, *, kind: str | None = None) -> JobRow:
    """One job.

    Raises
    ------
    UnknownIdError
        If there is none with that id, or it is of another ``kind`` than was asked for.
    """
    row = session.get(JobRow, job_id)
    if row is None or kind not in (None, row.kind):
        raise UnknownIdError("job" if kind is None else kind, job_id)
    return row


def job_page(
    session: Session, *, kind: str | None, state: str | None, limit: int, offset: int
) -> tuple[Sequence[JobRow], int]:
    """``limit`` jobs after the first ``offset``, newest first, and how many there are."""
    equal = [
        column == value for column, value in ((col(JobRow.kind), kind), (col(JobRow.state), state)) if value is not None
    ]
    newest = select(JobRow).where(*equal).order_by(col(JobRow.asked_at).desc(), col(JobRow.id))
    total = session.exec(select(func.count(col(JobRow.id))).where(*equal)).one()
    return session.exec(newest.limit(limit).offset(offset)).all(), total


def events_after(session: Session, job_id: str, number: int, *, limit: int = 1000) -> Sequence[JobEventRow]:
    """What happened to a job after the event ``number``, in order."""
    later = select(JobEventRow).where(JobEventRow.job_id == job_id, col(JobEventRow.number) > number)
    return session.exec(later.order_by(col(JobEventRow.number)).limit(limit)).all()


def last_event(session: Session, job_id: str) -> JobEventRow | None:
    """What happened last."""
    every = select(JobEventRow).where(JobEventRow.job_id == job_id)
    return session.exec(every.order_by(col(JobEventRow.number).desc()).limit(1)).first()


def add_event(
    session: Session,
    job_id: str,
    stage: str,
    words: str,
    *,
    now: datetime,
    done: int | None = None,
    total: int | None = None,
) -> None:
    """Tell one thing more of a job; the caller's write lock keeps the numbers without a gap."""
    before = session.exec(select(func.max(JobEventRow.number)).where(JobEventRow.job_id == job_id)).one()
    number = 1 + (before or 0)
    session.add(JobEventRow(job_id=job_id, number=number, moment=now, stage=stage, done=done, total=total, words=words))
    session.flush()


def job_counts(session: Session) -> dict[str, int]:
    """How many jobs are in each state that some job is in; for figures of operation."""
    return dict(session.exec(select(JobRow.state, func.count(col(JobRow.id))).group_by(JobRow.state)).all())


def worker_seen_at(session: Session) -> datetime | None:
    """When the worker that was seen last was seen; ``None`` where there never was one."""
    newest = select(JobWorkerRow.seen_at).order_by(col(JobWorkerRow.seen_at).desc()).limit(1)
    return session.exec(newest).first()
