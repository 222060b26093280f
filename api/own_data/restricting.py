"""Stopping the use of a person's record, and ending that; both count as changes of what the lists rest on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlmodel import Session, col, delete
from sqlmodel import select as select_rows

from api.listings.forgetting import forget_listed
from api.own_data.tables import ErasureRequestRow
from api.secret_tokens import new_id
from api.storage.stored_records import advance
from api.storage.tables import RestrictionRow, Row

__all__ = ["end_restriction", "restrict_use", "restriction_of"]

_HISTORY = Row.metadata.tables["history"]


def restriction_of(session: Session, applicant_id: str) -> RestrictionRow | None:
    """The stop that stands, where one does."""
    standing = select_rows(RestrictionRow).where(
        RestrictionRow.applicant_id == applicant_id, col(RestrictionRow.until).is_(None)
    )
    return session.exec(standing).first()


def restrict_use(
    session: Session, applicant_id: str, *, document: str | None, by: str, now: datetime
) -> RestrictionRow:
    """Stop the use of a stored applicant's record; where it is stopped already, nothing changes."""
    standing = restriction_of(session, applicant_id)
    if standing is not None:
        return standing
    row = RestrictionRow(
        id=new_id(),
        applicant_id=applicant_id,
        document=document,
        revision=_touch(session, applicant_id, now),
        stopped_at=now,
        stopped_by=by,
    )
    session.add(row)
    session.flush()
    forget_listed(session.connection(), [applicant_id])
    return row


def end_restriction(session: Session, applicant_id: str, *, by: str, now: datetime) -> bool:
    """Let the record be used again, whether it was stopped; an erasure that waits is called off with it."""
    session.exec(delete(ErasureRequestRow).where(col(ErasureRequestRow.applicant_id) == applicant_id))
    row = restriction_of(session, applicant_id)
    if row is None:
        return False
    row.until, row.ended_at, row.ended_by = _touch(session, applicant_id, now), now, by
    session.add(row)
    session.flush()
    return True


def _touch(session: Session, applicant_id: str, now: datetime) -> int:
    """Count a change of the person and the applications, so that whoever kept a market reads them again."""
    connection, revision = session.connection(), advance(session)
    session.flush()
    for kind, key in (("applicant", "id"), ("application", "applicant_id")):
        table = Row.metadata.tables[kind]
        of_person = table.c[key] == applicant_id
        for an_id, stored, record in connection.execute(
            select(table.c.id, table.c.revision, table.c.record).where(of_person)
        ).all():
            was = {"kind": kind, "id": an_id, "revision": stored, "until": revision, "until_at": now, "record": record}
            connection.execute(insert(_HISTORY).values(was))
        connection.execute(update(table).where(of_person).values(revision=revision))
    session.expire_all()
    return revision
