"""Telling somebody who declared a conflict why a record is closed to them; to others it is as unknown as any."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine
from sqlmodel import Session, select

from api.accounts.reach import Reach
from api.accounts.restricted_session import restrict
from api.conflicts.errors import ConflictOfInterestError
from api.storage.database import reading
from api.storage.tables import RecordRow

__all__ = ["tell_conflict"]


def tell_conflict(session: Session, engine: Engine, reach: Reach, row: type[RecordRow], an_id: str) -> None:
    """Say so where a record is out of reach of ``session`` for nothing but a conflict the caller declared.

    Raises
    ------
    ConflictOfInterestError
        If without the conflict the record would be within reach.
    """
    asked = select(row.id).where(row.id == an_id)
    if reach.conflicts_of is None or session.exec(asked).first() is not None:
        return
    with reading(engine) as wider:
        restrict(wider, replace(reach, conflicts_of=None))
        if wider.exec(asked).first() is not None:
            raise ConflictOfInterestError(row.__name__.removesuffix("Row").lower(), an_id)
