"""The moment a request is answered at, as routes ask for it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

from fastapi import Depends, Request

from api.clock import now_of

__all__ = ["Now"]


async def _now(request: Request) -> datetime:
    return now_of(request)


Now: TypeAlias = Annotated[datetime, Depends(_now)]
