"""What the interface tells of a job."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field, JsonValue
from sqlmodel import Session

from api.http.problem_documents import Problem
from api.jobs.queue import last_event
from api.jobs.states import JobState
from api.jobs.tables import JobEventRow, JobRow

__all__ = ["JobAnswer", "JobEvent", "JobEvents", "event_answer", "job_answer"]


class JobEvent(BaseModel):
    """One thing that happened to a job."""

    number: int = Field(description="Counts from 1; the id of the event, to go on after it.")
    moment: datetime
    stage: str = Field(description="A stage of the work, or queued, resumed, handed_back, done, failed, cancelled.")
    done: int | None = Field(description="How much of the stage is done, where it is known.")
    total: int | None = Field(description="How much there is to do in it, where it is known.")
    words: str = Field(description="The same for people.")


class JobEvents(BaseModel):
    """What happened to a job after an event."""

    job_id: str
    state: JobState
    events: list[JobEvent]


class JobAnswer(BaseModel):
    """A job: what is asked for, how far it is, and what came of it."""

    job_id: str
    kind: str
    state: JobState
    asked_by: str = Field(description="The account, or local.")
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    attempts: int = Field(description="How often a worker took it up.")
    progress: JobEvent | None = Field(description="What happened last.")
    result: dict[str, JsonValue] | None
    error: Problem | None = Field(description="Why nothing came of it.")


def job_answer(session: Session, row: JobRow) -> JobAnswer:
    """The job as it stands."""
    last = last_event(session, row.id)
    told = row.model_dump(exclude={"id", "request", "asked_as", "worker", "lease_until", "losses"})
    return JobAnswer(job_id=row.id, progress=None if last is None else event_answer(last), **told)


def event_answer(row: JobEventRow) -> JobEvent:
    """One event."""
    return JobEvent.model_validate(row.model_dump(exclude={"job_id"}))
