"""The one way out of the log: entries past their years go, and an entry says which, with the hash of the last."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session, col, delete, select, update

from api.audit.entry import Actor, Removed, Subject, Use
from api.audit.errors import AuditError
from api.audit.moments import moment_of
from api.audit.tables import AuditHeadRow, AuditRow
from api.audit.trail import append
from api.audit.verification import verify
from api.storage.database import writing

__all__ = ["purge", "remove_through"]


def purge(engine: Engine, *, before: date, actor: Actor, key: bytes | None = None) -> Removed | None:
    """Remove the oldest entries, up to the first that was written on ``before`` or later.

    Parameters
    ----------
    engine : Engine
    before : date
        A day in Japan.
    actor : Actor
    key : bytes, optional

    Returns
    -------
    Removed or None
        The certificate, as the log holds it too; ``None`` where no entry is that old.

    Raises
    ------
    AuditError
        If the log does not hold: what is wrong would be gone with what it is wrong with.
    """
    found = verify(engine, key=key).finding
    if found is not None:
        raise AuditError(f"entry {found.sequence}: {found.reason}; a log that does not hold is not purged")
    with writing(engine) as session:
        moment = moment_of(before)
        last = _last_older(session, moment)
        return None if last is None else remove_through(session, last, before=moment, actor=actor, key=key)


def remove_through(session: Session, last: int, *, before: str, actor: Actor, key: bytes | None = None) -> Removed:
    """Write down what goes, then let it go, in the caller's writing transaction."""
    first = session.exec(select(AuditHeadRow.purged_through)).one() + 1
    last_hash = session.exec(select(AuditRow.hash).where(col(AuditRow.sequence) == last)).one()
    removed = Removed(first=first, last=last, hash=last_hash, before=before)
    gone = Subject(kind="audit", count=last - first + 1)
    append(session, Use(action="purged", purpose="retention", on=(gone,), removed=removed), actor=actor, key=key)
    # the trigger of the table lets go of what stands before this number, and of nothing else
    session.exec(update(AuditHeadRow).values(purged_through=last))
    session.exec(delete(AuditRow).where(col(AuditRow.sequence) <= last))
    return removed


def _last_older(session: Session, before: str) -> int | None:
    """The number of the last entry before the first one that is young enough to stay."""
    number = col(AuditRow.sequence)
    kept = session.exec(select(number).where(col(AuditRow.at) >= before).order_by(number).limit(1)).first()
    last = select(number).order_by(number.desc()).limit(1)
    return session.exec(last if kept is None else last.where(number < kept)).first()
