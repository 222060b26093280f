"""A client has so long to send one request: whoever sends a byte a minute holds no connection for ever."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["TimedConfig", "TimedProtocol"]


class TimedConfig(uvicorn.Config):
    """uvicorn's settings, and the seconds that one request may take to come in."""

    request_seconds: float = 60.0


class TimedProtocol(H11Protocol):
    """uvicorn's protocol that closes a connection whose request does not come in whole in time.

    The time runs from the connection's beginning and again from the end of each answer; the answer itself may take as
    long as it takes. It needs a :class:`TimedConfig`.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._begin_waiting()

    def on_response_complete(self) -> None:
        """Begin to wait for the next one."""
        self._timer.cancel()
        self._begin_waiting()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._timer.cancel()
        super().connection_lost(exc)

    def _begin_waiting(self) -> None:
        self._timer = self.loop.call_later(cast("TimedConfig", self.config).request_seconds, self._end_waiting)

    def _end_waiting(self) -> None:
        cycle: Any = self.cycle  # None before the first request, whatever uvicorn's annotation says
        if cycle is None or cycle.response_complete or cycle.more_body:
            self.transport.abort()
