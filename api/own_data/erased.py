"""Who of some people is stored no longer: a round that was computed before still names them, a page must not."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import select
from sqlmodel import Session

from api.storage.schema_revision import METADATA

__all__ = ["erased_among"]

_TOGETHER: Final = 500  # ids of one statement


def erased_among(session: Session, applicant_ids: Collection[str]) -> frozenset[str]:
    """Those of some applicants who have no record any more, whatever the caller's session reaches of the others."""
    applicant = METADATA.tables["applicant"]
    # a statement on the connection: the session's own would not find people out of the caller's reach
    asked, connection = sorted(applicant_ids), session.connection()
    there = {
        an_id
        for begin in range(0, len(asked), _TOGETHER)
        for an_id in connection.scalars(
            select(applicant.c.id).where(applicant.c.id.in_(asked[begin : begin + _TOGETHER]))
        )
    }
    return frozenset(applicant_ids) - there
