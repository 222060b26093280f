"""Records of an import are stored in one transaction: all that the preview accepted, or none.

What :mod:`api.storage.stored_records` does for one record is done here for thousands under one number of the change:
rows are validated, replaced ones are kept as history, the reach of the sender is asked for each, entity tags follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from api.accounts.reach import Reach
from api.accounts.restricted_session import restrict
from api.accounts.tables import RegistrationRow
from api.decisions.applications import verify_change, verify_new
from api.decisions.postings import verify_open
from api.decisions.seats import verify_seats
from api.imports.errors import RecordsMovedError
from api.imports.known import KIND_OF
from api.imports.rules import parts
from api.storage.history import keep_replaced
from api.storage.record_kinds import Kind
from api.storage.stored_records import advance, read
from api.storage.tables import RecordRow
from features.intake.building import RecordKind, over
from features.records import Applicant, Application, Posting, PrivatePreferences, Record

__all__ = ["Accepted", "Seen", "accepted_of", "moved_since", "seen_of", "store_accepted"]


@dataclass(frozen=True, eq=False)
class Seen:
    """What a preview saw stored under an id: ``revision`` is that of the record, ``None`` where there was none."""

    kind: RecordKind
    id: str
    revision: int | None


@dataclass(frozen=True, eq=False)
class Accepted:
    """One record of a preview; ``revision`` is that of the record it replaces, ``None`` of a new one."""

    kind: RecordKind
    id: str
    revision: int | None
    record: Record


def accepted_of(kept: Sequence[Mapping[str, Any]]) -> list[Accepted]:
    """The records that a preview kept, validated again."""
    return [
        Accepted(one.kind, one.id, one.revision, KIND_OF[one.kind].model.model_validate(row["record"]))
        for one, row in zip(seen_of(kept), kept, strict=True)
    ]


def seen_of(kept: Sequence[Mapping[str, Any]]) -> list[Seen]:
    """What a preview saw of the records it kept, which are not read for that."""
    return [Seen(row["kind"], row["id"], row["revision"]) for row in kept]


def moved_since(session: Session, previewed: Sequence[Seen | Accepted]) -> list[tuple[str, str]]:
    """Kind and id of what is not as the preview saw it: changed, gone, or stored meanwhile."""
    moved: list[tuple[str, str]] = []
    for name, kind in KIND_OF.items():
        own = [one for one in previewed if one.kind == name]
        table = kind.row.metadata.tables[kind.name]
        for part in parts(own):
            asked = core_select(table.c.id, table.c.revision).where(table.c.id.in_([one.id for one in part]))
            stored = {row.id: row.revision for row in session.connection().execute(asked)}
            moved += [(kind.name, one.id) for one in part if stored.get(one.id) != one.revision]
    return moved


def store_accepted(session: Session, reach: Reach, accepted: Sequence[Accepted], *, on: date) -> None:
    """Store every record, inside the caller's transaction.

    Parameters
    ----------
    session : Session
        Of a writing transaction; it is restricted to ``reach`` from here on.
    reach : Reach
    accepted : sequence of Accepted
        As :func:`moved_since` has just found them unmoved.
    on : date
        The day on which calls take applications or do not.

    Raises
    ------
    RecordsMovedError
        If a record names one that has gone.
    ApiError
        As the route of the kind does where the record may not be stored.
    """
    restrict(session, reach)
    _verify_named(session, accepted)
    revision = advance(session)
    calls = _Calls(session, on)
    for name, kind in KIND_OF.items():
        for part in parts([one for one in accepted if one.kind == name]):
            replaced = list(_replaced(session, kind, part))
            with session.no_autoflush:  # one statement for all of them
                for row, stored, record in replaced:
                    keep_replaced(session, kind, row, until=revision)
                    session.merge(kind.row_of(kind.revised(stored, record), revision=revision))
            new = [one.record for one in part if one.revision is None]
            for record in new:
                _verify_new(record, calls)
            session.add_all([kind.row_of(record, revision=revision) for record in new])
            session.flush()


class _Calls:
    """Postings that applications name, each read once."""

    def __init__(self, session: Session, on: date) -> None:
        self._session, self._on = session, on
        self._read: dict[str, Posting] = {}

    def verify_open(self, application: Application) -> None:
        """Refuse an application to a call that takes none."""
        posting_id = application.posting_id
        if posting_id not in self._read:
            self._read[posting_id] = read(self._session, KIND_OF["postings"], posting_id)
        verify_open(self._read[posting_id], application, on=self._on, is_by_applicant=False)


def _replaced(
    session: Session, kind: Kind[Any], part: Sequence[Accepted]
) -> Iterator[tuple[RecordRow, Record, Record]]:
    """The stored row, its record, and the record to store."""
    ids = [one.id for one in part if one.revision is not None]
    rows = {row.id: row for row in session.exec(select(kind.row).where(col(kind.row.id).in_(ids)))}
    # held until the end: who entered each is asked one by one, and is then in memory
    entered = session.exec(select(RegistrationRow).where(col(RegistrationRow.applicant_id).in_(ids))).all()
    for one in part:
        if one.revision is not None:
            row = rows.get(one.id)
            if row is None:  # out of reach since the preview
                raise RecordsMovedError([(kind.name, one.id)])
            stored = kind.record_of(row)
            record = _over_private(stored, one.record)
            _verify_changed(session, stored, record)
            yield row, stored, record
    del entered


def _verify_changed(session: Session, stored: Record, record: Record) -> None:
    if isinstance(record, Application) and isinstance(stored, Application):
        verify_change(stored, record)
    elif isinstance(record, Posting) and isinstance(stored, Posting):
        verify_seats(session, stored, KIND_OF["postings"].revised(stored, record))


def _verify_new(record: Record, calls: _Calls) -> None:
    if isinstance(record, Application):
        verify_new(record)
        calls.verify_open(record)


def _verify_named(session: Session, accepted: Sequence[Accepted]) -> None:
    """Refuse what names a record that is neither stored nor among these."""
    named = {(one.kind, one.id) for kept in accepted for one in KIND_OF[kept.kind].names(kept.record)}
    own = {(KIND_OF[one.kind].name, one.id) for one in accepted}
    for name, kind in (("applicant", KIND_OF["applicants"]), ("posting", KIND_OF["postings"])):
        ids = sorted(an_id for of_kind, an_id in named - own if of_kind == name)
        for part in parts(ids):
            there = set(session.exec(select(kind.row.id).where(col(kind.row.id).in_(part))))
            if len(there) < len(part):
                raise RecordsMovedError([(name, an_id) for an_id in part if an_id not in there])


def _over_private(stored: Record, sent: Record) -> Record:
    """Private preferences that a file does not tell stay; a preview was not allowed to put them together."""
    is_told = isinstance(sent, Applicant) and "private_preferences" in sent.model_fields_set
    if not is_told or not isinstance(stored, Applicant) or not isinstance(sent, Applicant):
        return sent
    before = stored.private_preferences.model_dump(exclude_unset=True)
    told = sent.private_preferences.model_dump(exclude_unset=True)
    return sent.model_copy(update={"private_preferences": PrivatePreferences.model_validate(over(before, told))})
