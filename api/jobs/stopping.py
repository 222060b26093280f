"""A worker is asked to stop: it takes nothing new, and has some time to finish what it works on."""

from __future__ import annotations

import time
from threading import Event

__all__ = ["Stopping"]


class Stopping:
    """Whether a worker is to stop, and whether its time to finish is over; any thread or signal may ask."""

    def __init__(self) -> None:
        self._asked = Event()
        self._until = 0.0

    def ask(self, *, grace_seconds: float) -> None:
        """Stop; what is worked on may be finished within ``grace_seconds``. Asking again changes nothing."""
        if not self._asked.is_set():
            self._until = time.monotonic() + grace_seconds
            self._asked.set()

    def is_asked(self) -> bool:
        """Whether to take nothing new."""
        return self._asked.is_set()

    def is_due(self) -> bool:
        """Whether to hand back what is not finished."""
        return self._asked.is_set() and time.monotonic() >= self._until

    def wait(self, seconds: float) -> bool:
        """Rest for a while, or until somebody asks; whether somebody did."""
        return self._asked.wait(seconds)
