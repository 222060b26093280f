"""Reading records once more to draw a form again: within the same reach, and on record like the first time.

The session of the request that failed has ended, and with it what it noted.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from fastapi import Request
from sqlmodel import Session

from api.accounts.access import require_permission
from api.accounts.restricted_session import restrict
from api.audit.trail import Trail
from api.http.dependencies import audit_trail
from api.storage.database import reading

__all__ = ["reading_again"]


@contextmanager
def reading_again(request: Request) -> Generator[tuple[Session, Trail]]:
    """A session within the reach of a request, and the trail that is written when it has ended."""
    reach = require_permission(request)
    with contextmanager(audit_trail)(request, reach) as trail, reading(request.app.state.engine) as session:
        restrict(session, reach)
        yield session, trail
