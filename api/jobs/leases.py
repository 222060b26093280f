"""What workers do with jobs: take one, tell how far it is, end it. The lease says who may, and until when.

Every function works inside a writing transaction (:func:`api.storage.database.writing`), so two workers decide in
turn. Whoever lost the lease is told so before anything is stored: a job may be worked on twice where a worker was
stopped for longer than its lease, but only one of them stores what came of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from pydantic import JsonValue
from sqlmodel import Session, col, delete, or_, select, update

from api.audit.entry import Actor
from api.audit.vocabulary import Role
from api.jobs.errors import JobCancelledError, LeaseLostError
from api.jobs.queue import add_event
from api.jobs.states import HELD, WORDS, JobState
from api.jobs.tables import JobRow, JobWorkerRow

__all__ = ["MOST_LOSSES", "Lease", "beat", "end", "hand_back", "held", "leased", "leave", "release", "take", "tell"]

MOST_LOSSES: Final = 5  # a job that ends its worker that often would end every other too
_FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True)
class Lease:
    """One attempt of one worker at one job.

    Attributes
    ----------
    job_id, worker : str
    attempt : int
        No two attempts at a job have one number.
    kind : str
    request : mapping
    asked_by : Actor
    """

    job_id: str
    worker: str
    attempt: int
    kind: str
    request: Mapping[str, JsonValue]
    asked_by: Actor


def take(session: Session, worker: str, kinds: Collection[str], *, now: datetime, span: timedelta) -> Lease | None:
    """The job of these kinds that has waited longest; one whose worker is gone counts as waiting."""
    is_lost = col(JobRow.state).in_(HELD) & (col(JobRow.lease_until) <= now)
    waiting = select(JobRow).where(col(JobRow.kind).in_(kinds), or_(JobRow.state == "queued", is_lost))
    for row in session.exec(waiting.order_by(col(JobRow.asked_at), col(JobRow.id)).limit(100)).all():
        if row.state in HELD and not _may_resume(session, row, now=now):
            continue
        row.state, row.worker, row.lease_until = "running", worker, now + span
        row.attempts += 1
        row.started_at = row.started_at or now
        session.add(row)
        session.flush()
        asked_by = Actor(id=row.asked_by, role=cast("Role", row.asked_as))
        return Lease(row.id, worker, row.attempts, row.kind, dict(row.request), asked_by)
    return None


def leased(session: Session, lease: Lease) -> JobRow:
    """The job of a lease.

    Raises
    ------
    LeaseLostError
        If another worker has it, or it has ended.
    """
    row = session.get(JobRow, lease.job_id)
    if row is None or (row.worker, row.attempts) != (lease.worker, lease.attempt) or row.state not in HELD:
        raise LeaseLostError(f"job {lease.job_id}: attempt {lease.attempt} is not the present one")
    return row


def held(session: Session, lease: Lease) -> JobRow:
    """The job of a lease, if it is to go on.

    Raises
    ------
    LeaseLostError
        If another worker has it, or it has ended.
    JobCancelledError
        If somebody asked for its end.
    """
    row = leased(session, lease)
    if row.state == "cancelling":
        raise JobCancelledError(f"job {lease.job_id} was cancelled")
    return row


def tell(
    session: Session, lease: Lease, stage: str, words: str, *, now: datetime, done: int | None, total: int | None
) -> None:
    """Say that a stage begins, if the job is still this worker's.

    Raises
    ------
    LeaseLostError, JobCancelledError
        As :func:`held`.
    """
    held(session, lease)
    add_event(session, lease.job_id, stage, words, now=now, done=done, total=total)


def end(
    session: Session,
    row: JobRow,
    state: JobState,
    *,
    now: datetime,
    result: Mapping[str, JsonValue] | None = None,
    error: Mapping[str, JsonValue] | None = None,
) -> None:
    """End a job: done with its result, failed with a problem document, or cancelled."""
    row.state, row.ended_at, row.worker, row.lease_until = state, now, None, None
    row.result = None if result is None else dict(result)
    row.error = None if error is None else dict(error)
    session.add(row)
    session.flush()
    add_event(session, row.id, state, WORDS[state], now=now)


def hand_back(session: Session, lease: Lease, *, now: datetime) -> None:
    """Put a job back into the queue because its worker is to stop.

    Raises
    ------
    LeaseLostError, JobCancelledError
        As :func:`held`.
    """
    row = held(session, lease)
    row.state, row.worker, row.lease_until = "queued", None, None
    session.add(row)
    add_event(session, row.id, "handed_back", WORDS["handed_back"], now=now)


def release(session: Session, worker: str, *, now: datetime) -> None:
    """Let the leases of a worker end now, because whoever started it knows that it is gone."""
    _renew(session, worker, until=now)
    leave(session, worker)


def beat(session: Session, worker: str, *, now: datetime, span: timedelta) -> None:
    """Say that a worker lives, and keep its leases."""
    row = session.get(JobWorkerRow, worker)
    if row is None:
        session.exec(delete(JobWorkerRow).where(col(JobWorkerRow.seen_at) <= now - _FORGOTTEN))
        row = JobWorkerRow(id=worker, started_at=now, seen_at=now)
    row.seen_at = now
    session.add(row)
    _renew(session, worker, until=now + span)


def leave(session: Session, worker: str) -> None:
    """Strike a worker off the list."""
    session.exec(delete(JobWorkerRow).where(col(JobWorkerRow.id) == worker))


def _renew(session: Session, worker: str, *, until: datetime) -> None:
    session.exec(update(JobRow).where(col(JobRow.worker) == worker).values(lease_until=until))


def _may_resume(session: Session, row: JobRow, *, now: datetime) -> bool:
    """Whether to begin a lost job anew; one that was being cancelled, or is lost time and again, ends here."""
    row.losses += 1
    if row.state == "cancelling":
        end(session, row, "cancelled", now=now)
        return False
    if row.losses >= MOST_LOSSES:
        end(session, row, "failed", now=now, error=_LOST)
        return False
    add_event(session, row.id, "resumed", WORDS["resumed"], now=now)
    return True


_LOST: Final[Mapping[str, JsonValue]] = {
    "type": "urn:enmusubi:problem:job-lost",
    "title": "The job ended its worker again and again",
    "status": 500,
    "detail": f"{MOST_LOSSES} workers ended in the middle of the job; see their logs, then ask for it again",
}
