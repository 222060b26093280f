"""A worker as a process: it works until it is told to stop, and then finishes or hands back what it has."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from types import FrameType
from typing import Final

from api.jobs.catalogue import JOB_KINDS
from api.jobs.stopping import Stopping
from api.jobs.worker import Worker, worker_name
from api.own_data.forgetting import erasures_watched_beside
from api.settings import Settings
from api.storage.database import database_engine

__all__ = ["GRACE_SHARE", "stop_with_parent", "work"]

# of the time a service has to stop: what is not finished by then is handed back before the service ends
GRACE_SHARE: Final = 0.5
_POLITE: Final = 5  # requests are answered before jobs are done, where both want the processor


def work(settings: Settings, stopping: Stopping, *, mark: str | None = None) -> None:
    """Do jobs of the database of the settings until ``stopping`` is asked, or the process is told to end.

    The database has this version's schema; while it has not, the worker waits.

    Parameters
    ----------
    settings : Settings
    stopping : Stopping
    mark : str, optional
        What tells this worker from every other; whoever started it knows its name by it.
    """
    if hasattr(os, "nice"):
        os.nice(_POLITE)
    engine = database_engine(settings.database_url)
    worker = Worker(
        engine,
        JOB_KINDS,
        lease=timedelta(seconds=settings.job_lease_seconds),
        name=None if mark is None else worker_name(os.getpid(), mark),
        key=settings.audit_secret(),
    )
    try:
        with _stopped_by_signals(stopping, settings), erasures_watched_beside(engine):
            worker.run(stopping)
    finally:
        engine.dispose()


def stop_with_parent(stopping: Stopping, settings: Settings) -> None:
    """Ask for the stop when standard input ends: whoever started this process is gone, however it went."""

    def wait() -> None:
        while os.read(0, 1):  # not by way of sys.stdin, whose lock would be held when the process ends
            pass
        stopping.ask(grace_seconds=settings.stop_seconds * GRACE_SHARE)

    Thread(target=wait, name="waiting for the parent's end", daemon=True).start()


@contextmanager
def _stopped_by_signals(stopping: Stopping, settings: Settings) -> Generator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.ask(grace_seconds=settings.stop_seconds * GRACE_SHARE)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
