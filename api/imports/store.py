"""Imports in the database: kept, found by whoever sent them, and let go.

A state that is stored may be overtaken: by the hour, by a job that failed or was cancelled, by an erasure that took the
file. :func:`state_of` says what it is, and :func:`settle` writes it down and lets go what is kept no longer.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, cast

from sqlmodel import Session, col, delete, func, select

from api.http.errors import UnknownIdError
from api.imports.errors import ImportGoneError, ImportStateError, TooManyImportsError, UnreadableFileError
from api.imports.schemas import ImportAsked, ImportState
from api.imports.senders import Sender, office_of
from api.imports.tables import ImportContentRow, ImportRow, OfficeKeyRow, OfficeMappingRow
from api.jobs.tables import JobRow
from api.secret_tokens import new_id
from features.intake import Kind, OfficeMapping

__all__ = [
    "MOST_KEPT",
    "import_page",
    "keep_file",
    "kept_content",
    "let_go",
    "office_key",
    "read_import",
    "remember_mapping",
    "remembered_mapping",
    "settle",
    "state_of",
    "verify_state",
]

MOST_KEPT: Final = 10  # files an account may keep at a time
_LIVE: Final = ("previewing", "previewed", "committing")
_EMPTY: Final = "空のファイルです。保存し直してから取り込んでください。"


def keep_file(
    session: Session, sender: Sender, asked: ImportAsked, content: bytes, *, now: datetime, hours: int
) -> ImportRow:
    """Keep a file for its preview.

    Raises
    ------
    UnreadableFileError
        If it holds nothing.
    TooManyImportsError
        If the account keeps :data:`MOST_KEPT` already.
    """
    if not content:
        raise UnreadableFileError(_EMPTY, faults={"body": _EMPTY})
    live = select(func.count(col(ImportRow.id))).where(
        ImportRow.account_id == sender.account_id, col(ImportRow.state).in_(_LIVE)
    )
    if session.exec(live).one() >= MOST_KEPT:
        raise TooManyImportsError(MOST_KEPT)
    row = ImportRow(
        id=new_id(),
        account_id=sender.account_id,
        municipality_code=sender.municipality_code,
        created_at=now,
        kept_until=now + timedelta(hours=hours),
        state="previewing",
    )
    session.add(row)
    session.flush()
    told = asked.model_dump(mode="json")
    session.add(ImportContentRow(import_id=row.id, asked=told, content=base64.b64encode(content).decode()))
    if session.get(OfficeKeyRow, office_of(sender)) is None:
        session.add(OfficeKeyRow(office=office_of(sender), key=secrets.token_hex(32)))
    session.flush()
    return row


def read_import(session: Session, import_id: str, sender: Sender) -> ImportRow:
    """An import of one's own: nobody else learns that there is one.

    Raises
    ------
    UnknownIdError
        If there is none with that id.
    """
    own = select(ImportRow).where(ImportRow.id == import_id, ImportRow.account_id == sender.account_id)
    row = session.exec(own).first()
    if row is None:
        raise UnknownIdError("import", import_id)
    return row


def import_page(session: Session, sender: Sender, *, limit: int, offset: int) -> tuple[Sequence[ImportRow], int]:
    """Own imports, newest first, and how many there are."""
    own = ImportRow.account_id == sender.account_id
    total = session.exec(select(func.count(col(ImportRow.id))).where(own)).one()
    newest = select(ImportRow).where(own).order_by(col(ImportRow.created_at).desc(), col(ImportRow.id))
    return session.exec(newest.limit(limit).offset(offset)).all(), total


def kept_content(session: Session, import_id: str) -> ImportContentRow:
    """The file of an import and what it would do.

    Raises
    ------
    ImportGoneError
        If it is kept no longer.
    """
    row = session.get(ImportContentRow, import_id)
    if row is None:
        raise ImportGoneError(import_id)
    return row


def state_of(session: Session, row: ImportRow, *, now: datetime) -> ImportState:
    """The state an import is in, whatever was stored last."""
    stored = cast("ImportState", row.state)
    if stored not in _LIVE:
        return stored
    kept = session.exec(select(ImportContentRow.import_id).where(ImportContentRow.import_id == row.id)).first()
    job_state = (
        None if row.job_id is None else session.exec(select(JobRow.state).where(JobRow.id == row.job_id)).first()
    )
    if stored != "previewed" and job_state in ("failed", "cancelled"):
        return "failed"
    if stored != "committing" and (kept is None or row.kept_until <= now):
        return "discarded"
    return stored


def verify_state(session: Session, row: ImportRow, *expected: ImportState, now: datetime) -> None:
    """Refuse what cannot be done in the state an import is in.

    Raises
    ------
    ImportStateError
        Which state that is.
    """
    state = state_of(session, row, now=now)
    if state not in expected:
        raise ImportStateError(row.id, state, " or ".join(expected))


def settle(session: Session, *, now: datetime) -> list[str]:
    """Write down what has become of imports, and let go what is kept no longer; ids of those that ended so."""
    ended: list[str] = []
    for row in session.exec(select(ImportRow).where(col(ImportRow.state).in_(_LIVE)).order_by(col(ImportRow.id))).all():
        state = state_of(session, row, now=now)
        if state not in _LIVE:
            let_go(session, row, state, now=now)
            ended.append(row.id)
    return ended


def let_go(session: Session, row: ImportRow, state: ImportState, *, now: datetime) -> None:
    """End an import: the file, what was said beside it and every value of its preview go."""
    row.state, row.ended_at, row.plan_digest = state, now, None
    session.exec(delete(ImportContentRow).where(col(ImportContentRow.import_id) == row.id))
    session.add(row)
    session.flush()


def office_key(session: Session, office: str) -> bytes:
    """What keeps the ids that this office's imports derive from being tried out."""
    return bytes.fromhex(session.get_one(OfficeKeyRow, office).key)


def remembered_mapping(session: Session, office: str, kind: Kind) -> OfficeMapping | None:
    """What the office chose last for a kind of list."""
    row = session.get(OfficeMappingRow, (office, kind))
    return None if row is None else OfficeMapping.model_validate(row.mapping)


def remember_mapping(session: Session, office: str, mapping: OfficeMapping, *, now: datetime) -> None:
    """Keep a choice of columns for the office's next file of the kind."""
    told = mapping.model_dump(mode="json")
    session.merge(OfficeMappingRow(office=office, kind=mapping.kind, mapping=told, changed_at=now))
    session.flush()
