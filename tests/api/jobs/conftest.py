"""A kind of job whose work a test writes itself, and workers that do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import BaseModel, ConfigDict, JsonValue
from sqlalchemy import Engine

from api.audit.entry import Actor, Use, subject
from api.jobs.answers import JobAnswer, job_answer
from api.jobs.kinds import JobKind, Outcome
from api.jobs.queue import ask_for, events_after, read_job
from api.jobs.task import Task
from api.jobs.worker import Worker
from api.storage.database import reading, writing

ASKER = Actor(id="5f0c", role="administrator")
SPAN = timedelta(seconds=30)
NAME = "count"


class Count(BaseModel):
    """What the jobs of these tests ask for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    to: int = 3


Work = Callable[[Task, Count], Outcome]


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **spans: float) -> None:
        self.now += timedelta(**spans)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


def use(job_id: str, action: str = "run") -> Use:
    return Use(action=action, purpose="placement", on=(subject("job", [job_id]),))  # type: ignore[arg-type]


def counted(task: Task, asked: Count) -> Outcome:
    """Two stages, and what was asked for as the result."""
    task.at("first", total=asked.to)
    task.at("second", done=asked.to, total=asked.to)
    return Outcome(result={"to": asked.to}, use=use(task.job_id))


def kinds(work: Work = counted) -> Mapping[str, JobKind[Count]]:
    stages = {"first": "一つめ", "second": "二つめ"}
    return {NAME: JobKind(NAME, Count, stages, work, lambda job_id, _request: use(job_id, "read"))}


def asked(engine: Engine, clock: Callable[[], datetime], **request: JsonValue) -> str:
    """The id of a new job."""
    with writing(engine) as session:
        return ask_for(session, NAME, Count.model_validate(request), by=ASKER, now=clock()).id


def worker(engine: Engine, clock: Callable[[], datetime], work: Work = counted, *, name: str = "w1") -> Worker:
    return Worker(engine, kinds(work), lease=SPAN, name=name, clock=clock)


def job(engine: Engine, job_id: str) -> JobAnswer:
    with reading(engine) as session:
        return job_answer(session, read_job(session, job_id))


def stages(engine: Engine, job_id: str) -> Iterator[str]:
    """What happened, in order; the numbers have no gap."""
    with reading(engine) as session:
        for number, event in enumerate(events_after(session, job_id, 0), start=1):
            assert event.number == number
            yield event.stage
