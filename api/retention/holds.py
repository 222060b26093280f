"""Blocks: what a court or an audit needs is not taken away until a person lifts the block."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from sqlalchemy import Row
from sqlmodel import Session, col, select

from api.http.errors import ApiError, UnknownIdError
from api.retention.tables import HoldRow
from api.secret_tokens import new_id
from api.storage.tables import ApplicantRow, ApplicationRow, PostingRow, RunRow
from api.storage.tables import Row as Table

__all__ = ["Held", "HeldError", "HoldKind", "held", "hold_page", "lift_hold", "place_hold", "verify_not_held"]

HoldKind: TypeAlias = Literal["applicant", "application", "posting", "run"]
_ROWS: dict[HoldKind, type[ApplicantRow | ApplicationRow | PostingRow | RunRow]] = {
    "applicant": ApplicantRow,
    "application": ApplicationRow,
    "posting": PostingRow,
    "run": RunRow,
}
_APPLICATION, _HISTORY = (Table.metadata.tables[name].c for name in ("application", "history"))


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
    postings: frozenset[str]
    runs: frozenset[str]

    def of_kind(self) -> Mapping[str, frozenset[str]]:
        """The ids that are kept of each kind of record, and of runs."""
        names = {"applicant": "applicants", "application": "applications", "posting": "postings", "run": "runs"}
        return {kind: getattr(self, several) for kind, several in names.items()}


def held(session: Session) -> Held:
    """Everything that standing blocks keep.

    A block on a person keeps their applications with the postings, one on an application its person and its posting,
    one on a posting its applications with their people. Whoever an application was of before is kept like its person.
    """
    standing = session.exec(select(HoldRow.kind, HoldRow.subject_id).where(col(HoldRow.lifted_at).is_(None))).all()
    named = {kind: {an_id for of_kind, an_id in standing if of_kind == kind} for kind in _ROWS}
    kept = [
        one
        for one in (_applications_with_what_they_were(session) if standing else ())
        if one[0] in named["application"] or one[1] in named["applicant"] or one[2] in named["posting"]
    ]
    return Held(
        applicants=frozenset(named["applicant"] | {applicant for _, applicant, _ in kept}),
        applications=frozenset(named["application"] | {application for application, _, _ in kept}),
        postings=frozenset(named["posting"] | {posting for _, _, posting in kept}),
        runs=frozenset(named["run"]),
    )


def verify_not_held(session: Session, kind: str, an_id: str, *, people: Collection[str] = ()) -> None:
    """Refuse to take a thing away that a block keeps, or that is about people whom one keeps.

    Raises
    ------
    HeldError
        If one stands.
    """
    standing = held(session)
    if an_id in standing.of_kind().get(kind, ()) or not standing.applicants.isdisjoint(people):
        raise HeldError(kind, an_id)


def _applications_with_what_they_were(session: Session) -> Iterator[Row[str, str, str]]:
    """Application, applicant and posting, whatever the caller reaches; also those that an application once named."""
    now = select(_APPLICATION.id, _APPLICATION.applicant_id, _APPLICATION.posting_id)
    person, posting = (_HISTORY.record[key].as_string() for key in ("applicant_id", "posting_id"))
    was = select(_HISTORY.id, person, posting).where(_HISTORY.kind == "application", person.is_not(None)).distinct()
    for asked in (now, was):
        yield from session.connection().execute(asked).all()


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
