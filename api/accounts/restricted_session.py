"""A database session that reads and writes within a caller's reach and nowhere else.

Routes do not filter: every SELECT of a restricted session carries the condition, so a record out of reach is unknown —
404, the same as one that does not exist — and what would be stored outside is refused before it is written.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, event, false, insert, or_
from sqlalchemy import select as core_select
from sqlalchemy.orm import ORMExecuteState, UOWTransaction, with_loader_criteria
from sqlmodel import Session, col

from api.accounts.reach import Reach
from api.accounts.tables import RegistrationRow
from api.accounts.write_rules import verify_write
from api.tables import ApplicantRow, ApplicationRow, CompanyRow, HouseholdRow, PostingRow, RecordRow, Row

__all__ = ["restrict"]

_POSTING = Row.metadata.tables["posting"].c
_APPLICATION = Row.metadata.tables["application"].c
_REGISTRATION = Row.metadata.tables["registration"].c


def restrict(session: Session, reach: Reach) -> None:
    """Let ``session`` read and write within ``reach`` only."""
    if reach.is_partial:
        _restrict_reading(session, reach)
        _restrict_writing(session, reach)


def _restrict_reading(session: Session, reach: Reach) -> None:
    conditions = [with_loader_criteria(row, condition) for row, condition in _conditions(reach).items()]

    def read_within(state: ORMExecuteState) -> None:
        if state.is_select or state.is_update or state.is_delete:
            state.statement = state.statement.options(*conditions)

    event.listen(session, "do_orm_execute", read_within)


def _restrict_writing(session: Session, reach: Reach) -> None:
    def write_within(session: Session, _context: UOWTransaction, _instances: object) -> None:
        for row in [*session.new, *session.dirty, *session.deleted]:
            if isinstance(row, RecordRow):
                verify_write(session, reach, row)

    def keep_entered(session: Session, _context: UOWTransaction) -> None:
        entered = [row for row in session.new if isinstance(row, ApplicantRow)]
        if reach.municipalities is not None and entered:
            code = min(reach.municipalities)
            session.connection().execute(
                insert(RegistrationRow), [{"applicant_id": row.id, "municipality_code": code} for row in entered]
            )

    event.listen(session, "before_flush", write_within)
    event.listen(session, "after_flush", keep_entered)  # when the applicant it names is there


def _conditions(reach: Reach) -> dict[type[RecordRow], ColumnElement[bool]]:
    published = col(PostingRow.state) != "draft"
    if reach.applicant_id is not None:
        return {
            ApplicantRow: col(ApplicantRow.id) == reach.applicant_id,
            ApplicationRow: col(ApplicationRow.applicant_id) == reach.applicant_id,
            PostingRow: published,
            HouseholdRow: false(),
            CompanyRow: false(),
        }
    if reach.municipalities is None:
        return {PostingRow: published}
    codes = sorted(reach.municipalities)
    postings = core_select(_POSTING.id).where(_POSTING.municipality_code.in_(codes))
    applied = core_select(_APPLICATION.applicant_id).where(_APPLICATION.posting_id.in_(postings))
    entered = core_select(_REGISTRATION.applicant_id).where(_REGISTRATION.municipality_code.in_(codes))
    return {
        ApplicantRow: or_(col(ApplicantRow.id).in_(applied), col(ApplicantRow.id).in_(entered)),
        ApplicationRow: col(ApplicationRow.posting_id).in_(postings),
        PostingRow: col(PostingRow.municipality_code).in_(codes),
        HouseholdRow: false(),
        CompanyRow: false(),
    }
