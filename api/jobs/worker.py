"""A worker: takes the job that has waited longest, does it, stores what came of it, and begins again."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from pydantic import BaseModel, JsonValue, ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.audit.trail import append
from api.clock import present
from api.jobs.errors import JobCancelledError, JobHandedBackError, LeaseLostError
from api.jobs.failures import FAILURES, failure_of
from api.jobs.heartbeat import Heartbeat
from api.jobs.kinds import JobKind, Outcome
from api.jobs.leases import Lease, end, held, leased, leave, take
from api.jobs.states import JobState
from api.jobs.stopping import Stopping
from api.jobs.task import Task
from api.operation.returned_memory import give_back_memory
from api.storage.database import writing
from api.storage.errors import DamagedRowError

__all__ = ["Worker", "worker_name"]

_log = logging.getLogger(__name__)
_REST_SECONDS = 0.5  # how long a new job waits at most for a worker that has nothing to do


def worker_name(process: int, mark: str) -> str:
    """A name no other worker has: where it runs, as which process, and a random mark of its own."""
    return f"{socket.gethostname()[:60]}:{process}:{mark}"


class Worker:
    """One worker on one database.

    Parameters
    ----------
    engine : Engine
    kinds : mapping of name to JobKind
        What it can do; a job of another kind waits for a worker that can.
    lease : timedelta
        How long a job is its own without a sign of life.
    name : str, optional
    key : bytes, optional
        ``Settings.audit_secret()``.
    clock : callable
    """

    def __init__(
        self,
        engine: Engine,
        kinds: Mapping[str, JobKind[Any]],
        *,
        lease: timedelta,
        name: str | None = None,
        key: bytes | None = None,
        clock: Callable[[], datetime] = present,
    ) -> None:
        self.name = name or worker_name(os.getpid(), uuid4().hex[:8])
        self._engine, self._kinds, self._span = engine, kinds, lease
        self._key, self._clock = key, clock

    def run(self, stopping: Stopping) -> None:
        """Work until somebody asks for the end."""
        with self._heartbeat() as heartbeat:
            heartbeat.beat()
            has_worked = False
            while not stopping.is_asked():
                if self._work_on_one(stopping):
                    has_worked = True
                    continue
                if has_worked:
                    give_back_memory()
                    has_worked = False
                stopping.wait(_REST_SECONDS)
        with writing(self._engine) as session:
            leave(session, self.name)

    def run_all(self) -> None:
        """Do every job that waits, then return: the worker of a service that has no other."""
        with self._heartbeat():
            while self._work_on_one(Stopping()):
                pass

    def _heartbeat(self) -> Heartbeat:
        return Heartbeat(self._engine, self.name, span=self._span, clock=self._clock)

    def _work_on_one(self, stopping: Stopping) -> bool:
        """Whether there was a job; one that the database broke off is taken up again when its lease is over."""
        try:
            with writing(self._engine) as session:
                lease = take(session, self.name, self._kinds, now=self._clock(), span=self._span)
            if lease is not None:
                self._attempt(lease, stopping)
            return lease is not None
        except LeaseLostError as lost:
            _log.warning("worker %s: %s", self.name, lost)
            return True
        except SQLAlchemyError as error:
            _log.warning("worker %s: the database did not answer: %s", self.name, type(error).__name__)
            return False

    def _attempt(self, lease: Lease, stopping: Stopping) -> None:
        kind = self._kinds[lease.kind]
        try:
            request = _request_of(kind, lease)
            task = Task(self._engine, lease, kind.stages, stopping=stopping, clock=self._clock)
            self._store(lease, kind.work(task, request))
        except JobCancelledError:
            self._end(lease, "cancelled")
        except JobHandedBackError as handed_back:
            _log.info("worker %s: %s", self.name, handed_back)
        except FAILURES as error:
            self._end(lease, "failed", error=failure_of(error))

    def _store(self, lease: Lease, outcome: Outcome) -> None:
        """Store all that came of it, or nothing where it was cancelled or lost meanwhile."""
        with writing(self._engine) as session:
            row = held(session, lease)
            outcome.store(session)
            end(session, row, "done", now=self._clock(), result=outcome.result)
            append(session, outcome.use, actor=lease.asked_by, key=self._key)

    def _end(self, lease: Lease, state: JobState, *, error: Mapping[str, JsonValue] | None = None) -> None:
        with writing(self._engine) as session:
            row = leased(session, lease)
            end(session, row, state, now=self._clock(), error=error)
            use = self._kinds[lease.kind].in_vain(lease.job_id, lease.request)
            append(session, use, actor=lease.asked_by, key=self._key)


def _request_of(kind: JobKind[Any], lease: Lease) -> BaseModel:
    try:
        request: BaseModel = kind.request.model_validate(lease.request)
    except ValidationError:  # a job that an earlier version stored; the message may quote it
        raise DamagedRowError("job", lease.job_id) from None
    return request
