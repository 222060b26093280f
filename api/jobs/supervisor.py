"""Workers beside a service: started with it, started again when one ends, and gone with it.

They are processes of their own, so that a long calculation never holds up a request. A worker that ends in the middle
of a job loses its lease at once; where the service itself is killed, its workers see their standard input end.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from types import FrameType
from typing import Final
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.clock import present
from api.jobs.leases import release
from api.jobs.worker import worker_name
from api.settings import Settings
from api.storage.database import database_engine, writing

__all__ = ["supervised_workers"]

_LOOK_SECONDS: Final = 0.2
_SHORT_LIFE_SECONDS: Final = 10.0  # a worker that ends sooner did not come far
_SHORTEST_PAUSE_SECONDS: Final = 0.5
_LONGEST_PAUSE_SECONDS: Final = 30.0
_log = logging.getLogger(__name__)


@contextmanager
def supervised_workers(settings: Settings) -> Generator[None]:
    """Workers while the block runs, as many as the settings say; they read their settings from the environment.

    ``enmusubi serve`` wraps what listens into this block::

        with supervised_workers(settings):
            listen(settings, found)
    """
    number = settings.job_workers if settings.jobs == "worker" else 0
    supervisor = _Supervisor(settings, [_Place() for _ in range(number)])
    if not number:
        yield
        return
    with _terminated_in_order():
        supervisor.start()
        try:
            yield
        finally:
            supervisor.stop()


class _Terminated(SystemExit):
    """SIGTERM, on its way out of the block."""


@contextmanager
def _terminated_in_order() -> Generator[None]:
    """SIGTERM leaves the block before it ends the process, as Ctrl-C does by itself."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(_number: int, _frame: FrameType | None) -> None:
        raise _Terminated

    before, is_terminated = signal.signal(signal.SIGTERM, leave), False
    try:
        yield
    except _Terminated:
        is_terminated = True
    finally:
        signal.signal(signal.SIGTERM, before)
    if is_terminated:
        signal.raise_signal(signal.SIGTERM)


@dataclass
class _Place:
    """The place of one worker, whichever process has it now."""

    name: str = ""
    process: subprocess.Popen[bytes] | None = None
    starts_at: float = 0.0
    started: float = 0.0
    pause: float = _SHORTEST_PAUSE_SECONDS


class _Supervisor:
    def __init__(self, settings: Settings, places: list[_Place]) -> None:
        self._settings, self._places = settings, places
        self._engine: Engine | None = None
        self._is_over = Event()
        self._thread = Thread(target=self._watch, name="supervisor of workers", daemon=True)

    def start(self) -> None:
        for place in self._places:
            _start(place)
        self._thread.start()

    def stop(self) -> None:
        """Let every worker finish or hand back what it has; one that does neither is ended and loses its lease."""
        self._is_over.set()
        self._thread.join()
        for place in self._places:
            if place.process is not None:
                _close(place.process)  # the sign to stop that also a killed service gives
        patience = time.monotonic() + self._settings.stop_seconds
        for place in self._places:
            self._end(place, patience)
        if self._engine is not None:
            self._engine.dispose()

    def _watch(self) -> None:
        while not self._is_over.wait(_LOOK_SECONDS):
            for place in self._places:
                if place.process is None:
                    if time.monotonic() >= place.starts_at:
                        _start(place)
                elif place.process.poll() is not None:
                    self._give_up(place, place.process)

    def _give_up(self, place: _Place, ended: subprocess.Popen[bytes]) -> None:
        _log.warning("worker %s ended with status %d; another takes its place", place.name, ended.returncode)
        _close(ended)
        self._release(place.name)
        lived, place.process = time.monotonic() - place.started, None
        is_short = lived < _SHORT_LIFE_SECONDS
        place.pause = min(2 * place.pause, _LONGEST_PAUSE_SECONDS) if is_short else _SHORTEST_PAUSE_SECONDS
        place.starts_at = time.monotonic() + place.pause

    def _end(self, place: _Place, patience: float) -> None:
        process = place.process
        if process is None:
            return
        try:
            process.wait(timeout=max(0.0, patience - time.monotonic()))
        except subprocess.TimeoutExpired:
            _log.warning("worker %s did not stop in time", place.name)
            process.kill()
            process.wait()
            self._release(place.name)

    def _release(self, worker: str) -> None:
        if self._engine is None:
            self._engine = database_engine(self._settings.database_url)
        try:
            with writing(self._engine) as session:
                release(session, worker, now=present())
        except SQLAlchemyError as error:  # its lease ends by itself
            _log.warning("worker %s: its lease could not be ended: %s", worker, type(error).__name__)


def _start(place: _Place) -> None:
    mark = uuid4().hex[:8]
    command = [sys.executable, "-P", "-m", "api.jobs", mark]
    place.process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 -- this program itself
    place.name = worker_name(place.process.pid, mark)
    place.started = time.monotonic()


def _close(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
