"""What stored records were: every replaced or removed record is kept beside the present ones until it is erased.

The numbers are those of :class:`api.storage.tables.RevisionRow`: a record was as it says from ``revision`` up to, not
including, ``until``. So the records of any earlier state can be put together again, unless a person was erased since.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlmodel import Session, col, select, update

from api.storage.errors import DamagedRowError, ErasedError
from api.storage.record_kinds import KINDS, Kind
from api.storage.restricted import in_use, restricted_people
from api.storage.tables import HistoryRow, RecordRow
from features.plain_values import STORED
from features.records import Record, Records

__all__ = ["erase_history", "history_of", "keep_replaced", "present_history", "records_at"]

R = TypeVar("R", bound=Record)


def keep_replaced(session: Session, kind: Kind[R], row: RecordRow, *, until: int, erase: bool = False) -> None:
    """Keep what ``row`` says before the change ``until`` replaces or removes it; an erased one loses its content."""
    session.add(
        HistoryRow(
            kind=kind.name,
            id=row.id,
            revision=row.revision,
            until=until,
            until_at=datetime.now(UTC),
            record=None if erase else row.record,
        )
    )


def history_of(session: Session, kind: Kind[R], an_id: str) -> list[HistoryRow]:
    """What one record was, oldest first; the present one is not among them."""
    asked = select(HistoryRow).where(HistoryRow.kind == kind.name, HistoryRow.id == an_id)
    return list(session.exec(asked.order_by(col(HistoryRow.revision))))


def present_history(session: Session, kind: Kind[R], an_id: str, revision: int) -> list[HistoryRow]:
    """What a record was since it was stored anew, oldest first: one that was removed before under its id is another.

    Parameters
    ----------
    session : Session
    kind : Kind
    an_id : str
    revision : int
        Of the record as it stands.
    """
    found: list[HistoryRow] = []
    for row in reversed(history_of(session, kind, an_id)):
        if row.until != (found[-1].revision if found else revision):
            break
        found.append(row)
    return found[::-1]


def erase_history(session: Session, kind: Kind[R], an_id: str) -> None:
    """Forget what one record said; that there was one, and when, stays."""
    of_record = (col(HistoryRow.kind) == kind.name) & (col(HistoryRow.id) == an_id)
    session.exec(update(HistoryRow).where(of_record).values(record=None))


def records_at(session: Session, revision: int) -> Records:
    """Every record that was in use at ``revision``, each kind in the order of its ids.

    Raises
    ------
    ErasedError
        If records of that state have been erased since.
    DamagedRowError
        If one is not the record that was validated.
    """
    found: dict[str, tuple[Record, ...]] = {}
    for kind, plural in zip(KINDS, _PLURALS, strict=True):
        stored = select(kind.row).where(col(kind.row.revision) <= revision)
        present = [(row.id, kind.record_of(row)) for row in session.exec(stored)]
        was = select(HistoryRow).where(
            col(HistoryRow.kind) == kind.name, col(HistoryRow.revision) <= revision, col(HistoryRow.until) > revision
        )
        before = _records(kind, session.exec(was))
        found[plural] = tuple(record for _, record in sorted([*present, *before], key=_by_id_bytes))
    return in_use(Records.model_validate(found), restricted_people(session, at=revision))


_PLURALS = ("applicants", "postings", "applications", "households", "companies")  # in the order of KINDS


def _records(kind: Kind[Any], rows: Iterable[HistoryRow]) -> Iterable[tuple[str, Record]]:
    every = list(rows)
    n_erased = sum(row.record is None for row in every)
    if n_erased:
        raise ErasedError(kind.name, n_erased)
    for row in every:
        try:
            yield row.id, kind.model.model_validate(row.record, context=STORED)
        except ValidationError:  # its message may quote what a person wrote
            raise DamagedRowError(kind.name, row.id) from None


def _by_id_bytes(found: tuple[str, Record]) -> bytes:
    return found[0].encode()
