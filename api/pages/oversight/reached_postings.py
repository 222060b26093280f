"""Every posting within reach, as the API lists them."""

from __future__ import annotations

from typing import Final

from fastapi import Request
from sqlmodel import Session

from api.routes import postings as api_postings
from features.records import Posting

__all__ = ["reached_postings"]

_AT_ONCE: Final = 1000


def reached_postings(request: Request, session: Session) -> list[Posting]:
    """Postings in the order of their ids, page after page."""
    found: list[Posting] = []
    while True:
        page = api_postings.postings(request=request, session=session, limit=_AT_ONCE, offset=len(found))
        found += page.postings
        if not page.postings or len(found) >= page.total:
            return found
