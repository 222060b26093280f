"""Jobs of a service that has no worker beside it: done in the service itself, once the answer is out."""

from __future__ import annotations

from datetime import timedelta

from fastapi import BackgroundTasks, Request

from api.jobs.catalogue import JOB_KINDS
from api.jobs.worker import Worker
from api.settings import Settings

__all__ = ["work_after_answer"]


def work_after_answer(request: Request, tasks: BackgroundTasks) -> None:
    """Do every job that waits when the answer has gone out, if the settings say that nobody else does."""
    settings: Settings = request.app.state.settings
    if settings.jobs == "inline":
        worker = Worker(
            request.app.state.engine,
            JOB_KINDS,
            lease=timedelta(seconds=settings.job_lease_seconds),
            key=settings.audit_secret(),
            clock=request.app.state.clock,
        )
        tasks.add_task(worker.run_all)
