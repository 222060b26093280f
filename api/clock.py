"""The moment a request is answered at; tests put their own clock into the application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, TypeAlias

from fastapi import Depends, Request

__all__ = ["Clock", "Now", "now_of", "present"]

Clock: TypeAlias = Callable[[], datetime]


def present() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def now_of(request: Request) -> datetime:
    """The moment by the application's clock."""
    clock: Clock = request.app.state.clock
    return clock()


async def _now(request: Request) -> datetime:
    return now_of(request)


Now: TypeAlias = Annotated[datetime, Depends(_now)]
