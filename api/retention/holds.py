"""Blocks: what a court or an audit needs is not taken away until a person lifts the block."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from sqlmodel import Session, col, select

from api.accounts.secret_tokens import new_id
from api.errors import ApiError, UnknownIdError
from api.retention.tables import HoldRow
from api.tables import ApplicantRow, ApplicationRow, PostingRow, Row, RunRow

__all__ = ["Held", "HeldError", "HoldKind", "held", "hold_page", "lift_hold", "place_hold"]

HoldKind: TypeAlias = Literal["applicant", "application", "posting", "run"]
_ROWS: dict[HoldKind, type[ApplicantRow | ApplicationRow | PostingRow | RunRow]] = {
    "applicant": ApplicantRow,
    "application": ApplicationRow,
    "posting": PostingRow,
    "run": RunRow,
}
_APPLICATION = Row.metadata.tables["application"].c


class HeldError(ApiError):
    """A block stands in the way of an erasure."""

    status, kind, title = 409, "held", "消去が差し止められています"

    def __init__(self, name: str, an_id: str) -> None:
        super().__init__(f"{name} {an_id} is blocked from erasure; POST /holds/{{hold_id}}/lifting ends a block")


@dataclass(frozen=True)
class Held:
    """What blocks stand in the way of: whoever and whatever is named, with what belongs to it."""

    applicants: frozenset[str]
    applications: frozenset[str]
    runs: frozenset[str]


def held(session: Session) -> Held:
    """Everything that standing blocks keep.

    A block on a person keeps their applications, one on an application its person, one on a posting its applications
    with their people.
    """
    standing = session.exec(select(HoldRow.kind, HoldRow.subject_id).where(col(HoldRow.lifted_at).is_(None))).all()
    named = {kind: {an_id for of_kind, an_id in standing if of_kind == kind} for kind in _ROWS}
    asked = select(_APPLICATION.id, _APPLICATION.applicant_id, _APPLICATION.posting_id)
    kept: list[tuple[str, str]] = []
    for application, applicant, posting in session.connection().execute(asked).all() if standing else ():
        if application in named["application"] or applicant in named["applicant"] or posting in named["posting"]:
            kept.append((application, applicant))
    return Held(
        applicants=frozenset(named["applicant"] | {applicant for _, applicant in kept}),
        applications=frozenset(named["application"] | {application for application, _ in kept}),
        runs=frozenset(named["run"]),
    )


def place_hold(session: Session, kind: HoldKind, an_id: str, *, reason: str, by: str, now: datetime) -> HoldRow:
    """Block the erasure of a stored thing.

    Raises
    ------
    UnknownIdError
        If there is none with that id.
    """
    if session.get(_ROWS[kind], an_id) is None:
        raise UnknownIdError(kind, an_id)
    row = HoldRow(id=new_id(), kind=kind, subject_id=an_id, reason=reason, placed_at=now, placed_by=by)
    session.add(row)
    session.flush()
    return row


def lift_hold(session: Session, hold_id: str, *, reason: str, by: str, now: datetime) -> HoldRow:
    """End a block; that it stood, and why, stays.

    Raises
    ------
    UnknownIdError
        If no block with that id stands.
    """
    row = session.get(HoldRow, hold_id)
    if row is None or row.lifted_at is not None:
        raise UnknownIdError("hold", hold_id)
    row.lifted_at, row.lifted_by, row.lifted_reason = now, by, reason
    session.add(row)
    session.flush()
    return row


def hold_page(session: Session, *, limit: int, offset: int) -> tuple[Iterable[HoldRow], int]:
    """Blocks, the newest first, and how many there are."""
    every = session.exec(select(HoldRow).order_by(col(HoldRow.placed_at).desc(), HoldRow.id)).all()
    return every[offset : offset + limit], len(every)
