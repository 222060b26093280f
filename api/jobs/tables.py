"""Tables of jobs: what was asked, what happened so far, and which workers there are."""

from __future__ import annotations

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import JSON, BigInteger, Column
from sqlmodel import Field

from api.storage.tables import RecordId, Row, UtcDateTime

__all__ = ["JobEventRow", "JobRow", "JobWorkerRow"]

_ID = 32
_WORKER = 120


class JobRow(Row, table=True):
    """One job; ``worker`` may do it until ``lease_until``, and nobody else.

    ``request`` holds everything the job depends on, so that who takes it up again computes the same. ``attempts``
    counts how often it was taken up, ``losses`` how often a worker ended in the middle of it.
    """

    id: str = Field(primary_key=True, max_length=_ID)
    kind: str = Field(max_length=30, index=True)
    request: dict[str, JsonValue] = Field(sa_type=JSON)
    state: str = Field(max_length=12, index=True)
    asked_by: str = Field(sa_type=RecordId)
    asked_as: str = Field(max_length=20)
    asked_at: datetime = Field(sa_type=UtcDateTime, index=True)
    worker: str | None = Field(default=None, max_length=_WORKER, index=True)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    losses: int = 0
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    result: dict[str, JsonValue] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    error: dict[str, JsonValue] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class JobEventRow(Row, table=True):
    """One thing that happened to a job; ``number`` counts from 1 without a gap."""

    job_id: str = Field(primary_key=True, foreign_key="job.id", ondelete="CASCADE", max_length=_ID)
    number: int = Field(primary_key=True)
    moment: datetime = Field(sa_type=UtcDateTime)
    stage: str = Field(max_length=30)
    done: int | None = Field(default=None, sa_type=BigInteger)
    total: int | None = Field(default=None, sa_type=BigInteger)
    words: str = Field(max_length=200)


class JobWorkerRow(Row, table=True):
    """One worker and when it last said that it lives."""

    id: str = Field(primary_key=True, max_length=_WORKER)
    started_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime, index=True)
