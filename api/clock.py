"""The present moment, and the one a request is answered at; tests put their own clock into the application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from starlette.requests import Request

__all__ = ["Clock", "now_of", "present"]

Clock: TypeAlias = Callable[[], datetime]


def present() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def now_of(request: Request) -> datetime:
    """The moment by the application's clock."""
    clock: Clock = request.app.state.clock
    return clock()
