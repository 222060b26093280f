"""Writing the log: an entry is stored in the transaction of what it tells of, or neither is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from api.audit.chain import GENESIS, Head, chained
from api.audit.entry import Actor, Entry, Use
from api.audit.errors import UndeclaredPurposeError
from api.audit.tables import AuditHeadRow, AuditRow
from api.audit.vocabulary import PEOPLE, Purpose

__all__ = ["MOMENT", "Trail", "append"]

MOMENT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
# every request appends, so the statements are built once, and below the ORM
_TABLES: Final = AuditRow.metadata.tables
_HEADS: Final = _TABLES[str(AuditHeadRow.__tablename__)]
_LOCK_HEAD: Final = select(_HEADS.c.sequence, _HEADS.c.hash).with_for_update()
_APPEND: Final = insert(_TABLES[str(AuditRow.__tablename__)])
_MOVE_HEAD: Final = update(_HEADS).values(sequence=bindparam("last"), hash=bindparam("last_hash"))


def append(session: Session, use: Use, *, actor: Actor, key: bytes | None = None) -> Head:
    """Store one entry at the end of the log and return the new end.

    Two writers append one after the other, in whatever process: the row of the head is locked until the caller's
    transaction (:func:`api.storage.database.writing`) ends. Append last, so that nobody waits for what comes after.

    Parameters
    ----------
    session : Session
        Of a writing transaction.
    use : Use
        What was done.
    actor : Actor
        Who did it.
    key : bytes, optional
        ``Settings.audit_secret()``: seals the entry against whoever can write to the database but has no key.
    """
    sequence, previous = _locked_head(session)
    entry = Entry(
        **dict(use),
        sequence=sequence + 1,
        at=datetime.now(UTC).strftime(MOMENT),
        actor=actor,
        seal="sha256" if key is None else "hmac-sha256",
    )
    text = entry.text()
    head = Head(entry.sequence, chained(previous, text.encode(), key=key))
    row = {"sequence": head.sequence, "at": entry.at, "previous": previous, "entry": text, "hash": head.hash}
    connection = session.connection()
    connection.execute(_APPEND, row)
    connection.execute(_MOVE_HEAD, {"last": head.sequence, "last_hash": head.hash})
    return head


def _locked_head(session: Session) -> tuple[int, str]:
    session.flush()  # what the entry tells of is stored before it
    connection = session.connection()
    found = connection.execute(_LOCK_HEAD).first()
    if found is not None:
        return found.sequence, found.hash
    # the first entry; where only the head is gone, the number 1 is taken and nothing is stored
    connection.execute(insert(_HEADS).values(id=1, sequence=0, hash=GENESIS, purged_through=0))
    return 0, GENESIS


class Trail:
    """What one request did, written before its answer goes out: who is told something is on record.

    Parameters
    ----------
    actor : Actor
    operation : str
        Method and route template.
    purpose : Purpose, optional
        What the whole request is for, by the written table of purposes; none where it has no line there.
    key : bytes, optional
    """

    def __init__(
        self, actor: Actor, *, operation: str, purpose: Purpose | None = None, key: bytes | None = None
    ) -> None:
        self.actor = actor
        self.purpose = purpose
        self._operation = operation
        self._key = key
        self._uses: list[Use] = []

    def note(self, use: Use) -> None:
        """Keep what was done until it is written; the purpose is the request's, where it has one.

        Raises
        ------
        UndeclaredPurposeError
            If people's records were used without a purpose: an answer that cannot say what for is not given.
        """
        if self.purpose is not None:
            use = use.model_copy(update={"purpose": self.purpose})
        elif any(one.kind in PEOPLE for one in use.on):
            raise UndeclaredPurposeError(self._operation)
        self._uses.append(use)

    def is_written(self) -> bool:
        """Whether nothing waits to be written."""
        return not self._uses

    def write(self, session: Session) -> None:
        """Append what was noted, in the caller's writing transaction."""
        for use in self._uses:
            append(session, use, actor=self.actor, key=self._key)
        self._uses.clear()
