"""Declared conflicts in the database: added and lifted, never changed or removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from api.accounts.caller import Caller
from api.accounts.errors import ForbiddenError
from api.conflicts.errors import LiftedError, LiftingReasonError
from api.conflicts.schemas import ConflictAnswer, ConflictRequest, Lifting
from api.conflicts.tables import ConflictRow
from api.http.errors import UnknownIdError, UnknownReferenceError
from api.secret_tokens import new_id
from api.storage.tables import ApplicantRow, PostingRow

__all__ = ["Declared", "conflict_answer", "conflict_page", "declare", "lift"]


@dataclass(frozen=True)
class Declared:
    """A conflict that stands, and whether this request stored it."""

    row: ConflictRow
    is_new: bool


def declare(session: Session, sent: ConflictRequest, *, by: Caller, now: datetime) -> Declared:
    """Store that an account has a conflict with an applicant or a posting it reaches; declaring twice is one.

    Raises
    ------
    UnknownReferenceError
        If the applicant or posting is out of reach.
    """
    standing = _standing(session, sent, by.account_id)
    if standing is not None:
        return Declared(standing, is_new=False)
    for key, an_id, row in (
        ("applicant_id", sent.applicant_id, ApplicantRow),
        ("posting_id", sent.posting_id, PostingRow),
    ):
        if an_id is not None and session.exec(select(row.id).where(row.id == an_id)).first() is None:
            raise UnknownReferenceError(key, an_id)
    added = ConflictRow(id=new_id(), account_id=by.account_id, declared_at=now, **sent.model_dump())
    session.add(added)
    session.flush()
    return Declared(added, is_new=True)


def lift(session: Session, conflict_id: str, sent: Lifting, *, by: Caller, now: datetime) -> ConflictRow:
    """Store that a conflict no longer stands; from then on the posting is open to its account again.

    Raises
    ------
    UnknownIdError
        If none within reach has that id.
    ForbiddenError
        If it is not the caller's own and the caller is no administrator.
    LiftingReasonError
        If no reason is given.
    LiftedError
        If it was lifted before.
    """
    row = session.exec(select(ConflictRow).where(ConflictRow.id == conflict_id).with_for_update()).first()
    if row is None:
        raise UnknownIdError("conflict", conflict_id)
    if row.account_id != by.account_id and by.role != "administrator":
        raise ForbiddenError("a conflict is lifted by whoever declared it, or by an administrator")
    if sent.reason is None:
        raise LiftingReasonError(conflict_id)
    if row.lifted_at is not None:
        raise LiftedError(conflict_id)
    row.lifted_at, row.lifted_by, row.lifted_reason = now, by.account_id, sent.reason
    session.add(row)
    session.flush()
    return row


def conflict_page(session: Session, *, limit: int, offset: int) -> tuple[Sequence[ConflictRow], int]:
    """``limit`` conflicts within reach after the first ``offset``, oldest first, and how many there are."""
    total = session.exec(select(func.count(col(ConflictRow.id)))).one()
    order = (col(ConflictRow.declared_at), ConflictRow.id)
    return session.exec(select(ConflictRow).order_by(*order).limit(limit).offset(offset)).all(), total


def conflict_answer(row: ConflictRow) -> ConflictAnswer:
    """A conflict as the interface shows it."""
    return ConflictAnswer.model_validate({"conflict_id": row.id, **row.model_dump(exclude={"id"})})


def _standing(session: Session, sent: ConflictRequest, account_id: str) -> ConflictRow | None:
    asked = select(ConflictRow).where(
        ConflictRow.account_id == account_id,
        ConflictRow.kind == sent.kind,
        ConflictRow.applicant_id == sent.applicant_id,
        ConflictRow.posting_id == sent.posting_id,
        col(ConflictRow.lifted_at).is_(None),
    )
    return session.exec(asked).first()
