"""What a caller may store or remove within its reach; decided row by row, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from pydantic import JsonValue
from sqlalchemy import inspect
from sqlmodel import Session, select

from api.accounts.errors import ForbiddenError
from api.accounts.reach import Reach
from api.accounts.tables import RegistrationRow
from api.conflicts.closed_postings import verify_no_conflict
from api.decisions.tables import DecisionRow
from api.interviews.tables import InterviewScoreRow
from api.outcomes.tables import OutcomeRow
from api.proofs.tables import ProofRow
from api.storage.tables import ApplicantRow, ApplicationRow, PostingRow, RecordRow

__all__ = ["OF_APPLICATION", "verify_write", "verify_write_about"]

OF_APPLICATION: Final = (DecisionRow, OutcomeRow, InterviewScoreRow, ProofRow)  # reached as their application is


def verify_write(session: Session, reach: Reach, row: RecordRow) -> None:
    """Refuse a row that is new, changed or removed and not for whoever has this reach.

    Raises
    ------
    ForbiddenError
        Which record it is not.
    """
    if reach.applicant_id is not None:
        _verify_own(session, reach.applicant_id, row)
    elif reach.municipalities is not None:
        _verify_municipality(session, reach.municipalities, row)
        if isinstance(row, ApplicationRow):
            with session.no_autoflush:
                verify_no_conflict(session, reach, row.posting_id)
    else:
        raise ForbiddenError("the records are for reading only")


def verify_write_about(session: Session, application_id: str) -> None:
    """Refuse a row that belongs to an application out of reach.

    Raises
    ------
    ForbiddenError
        That it is.
    """
    with session.no_autoflush:
        if session.exec(select(ApplicationRow.id).where(ApplicationRow.id == application_id)).first() is None:
            raise ForbiddenError("the application is out of reach")


def _verify_own(session: Session, applicant_id: str, row: RecordRow) -> None:
    if isinstance(row, ApplicantRow) and row.id == applicant_id:
        return
    if not isinstance(row, ApplicationRow) or row.applicant_id != applicant_id:
        raise ForbiddenError("the record is not this applicant's own")
    told = {"status": "received", **_without_unknown(row.record)}
    if row in session.new:  # who came first, and how far an application is, is for the municipality to say
        is_own_to_say = told["status"] == "received" and "received_at" not in told
    else:
        before = {"status": "received", **_without_unknown(_record_before(row))}
        is_own_to_say = told["status"] in (before["status"], "withdrawn") and _unchanged(told) == _unchanged(before)
    if not is_own_to_say:
        raise ForbiddenError("an applicant may apply, change the rank of a wish and withdraw; the rest is not theirs")


def _verify_municipality(session: Session, municipalities: frozenset[str], row: RecordRow) -> None:
    if isinstance(row, PostingRow):
        if row.municipality_code not in municipalities:
            raise ForbiddenError(f"municipality {row.municipality_code} is not this account's")
    elif isinstance(row, ApplicationRow):
        with session.no_autoflush:
            if session.exec(select(PostingRow.id).where(PostingRow.id == row.posting_id)).first() is None:
                raise ForbiddenError("the posting is not this municipality's")
    elif isinstance(row, ApplicantRow):
        _verify_entered(session, municipalities, row)
    else:
        raise ForbiddenError("the record belongs to no single municipality")


def _verify_entered(session: Session, municipalities: frozenset[str], row: ApplicantRow) -> None:
    """A municipality changes the records it entered; a person's own record is that person's."""
    if row in session.new:
        return
    with session.no_autoflush:
        entry = session.get(RegistrationRow, row.id)
    if entry is None or entry.municipality_code not in municipalities:
        raise ForbiddenError("the applicant's record was not entered by this municipality")


def _record_before(row: RecordRow) -> Mapping[str, JsonValue]:
    history = inspect(row).attrs.record.history
    return cast("Mapping[str, JsonValue]", history.deleted[0] if history.deleted else row.record)


def _without_unknown(record: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {name: value for name, value in record.items() if value is not None}


def _unchanged(record: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    """What an applicant may not change."""
    return {name: value for name, value in record.items() if name not in ("status", "wish_rank")}
