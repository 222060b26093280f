"""Signs of life of a worker, from a thread of its own: whoever works for long is not taken for dead."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from types import TracebackType
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.jobs.leases import beat
from api.storage.database import writing

__all__ = ["Heartbeat"]

_log = logging.getLogger(__name__)
_BEATS: Final = 3  # within one lease, so that one that is missed ends nothing


class Heartbeat:
    """Renews the leases of one worker while it is open.

    Parameters
    ----------
    engine : Engine
    worker : str
    span : timedelta
        How long a lease is.
    clock : callable
    """

    def __init__(self, engine: Engine, worker: str, *, span: timedelta, clock: Callable[[], datetime]) -> None:
        self._engine, self._worker = engine, worker
        self._span, self._clock = span, clock
        self._is_over = Event()
        self._thread = Thread(target=self._go_on, name=f"heartbeat of {worker}", daemon=True)

    def __enter__(self) -> Heartbeat:
        """Begin; the first sign is due after a part of the lease."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End, when the sign that is being given has been given."""
        self._is_over.set()
        self._thread.join()

    def beat(self) -> None:
        """Give one sign; where the database does not answer, the next one may be in time."""
        try:
            with writing(self._engine) as session:
                beat(session, self._worker, now=self._clock(), span=self._span)
        except SQLAlchemyError as error:
            _log.warning("worker %s: no sign of life could be stored: %s", self._worker, type(error).__name__)

    def _go_on(self) -> None:
        while not self._is_over.wait(self._span.total_seconds() / _BEATS):
            self.beat()
