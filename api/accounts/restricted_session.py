"""A database session that reads and writes within a caller's reach and nowhere else.

Routes do not filter: every SELECT of a restricted session carries the condition, so a record out of reach is unknown —
404, the same as one that does not exist — and what would be stored outside is refused before it is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, event, false, insert, or_
from sqlalchemy import select as core_select
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, UOWTransaction, with_loader_criteria
from sqlmodel import Session, col

from api.accounts.reach import Reach
from api.accounts.tables import RegistrationRow
from api.accounts.write_rules import OF_APPLICATION, verify_write, verify_write_about
from api.conflicts.closed_postings import closed_people, closed_postings
from api.conflicts.tables import ConflictRow
from api.imports.tables import ImportContentRow, ImportRow
from api.listings.tables import ListedCandidateRow, ListedPlaceRow, ListedUnorderedRow
from api.rerouting.condition import opened_by_consent
from api.rerouting.tables import ReroutingConsentRow
from api.storage.named_tables import named_tables
from api.storage.tables import ApplicantRow, ApplicationRow, CompanyRow, HouseholdRow, PostingRow, RecordRow, Row

__all__ = ["restrict"]

_POSTING = Row.metadata.tables["posting"].c
_APPLICATION = Row.metadata.tables["application"].c
_REGISTRATION = Row.metadata.tables["registration"].c
_IMPORT = Row.metadata.tables["import"].c


def restrict(session: Session, reach: Reach) -> None:
    """Let ``session`` read and write within ``reach`` only."""
    session.info["applicant_id"] = reach.applicant_id  # whose own record a list shows although its use is stopped
    session.info["shows_public_part"] = reach.is_partial and reach.applicant_id is None  # tags follow what is shown
    if reach.is_partial:
        _restrict_reading(session, reach)
        _restrict_writing(session, reach)


def _restrict_reading(session: Session, reach: Reach) -> None:
    # what is kept outlives an erasure: an applicant's conditions, which hold the person's number, are built each time;
    # an office's hold the number of its account, which no erasure takes away
    criteria = _kept_criteria(reach) if reach.applicant_id is None and reach.applied_by is None else _criteria(reach)

    def read_within(state: ORMExecuteState) -> None:
        if state.is_select or state.is_update or state.is_delete:
            state.statement = state.statement.options(*_concerned(criteria, named_tables(state.statement)))

    event.listen(session, "do_orm_execute", read_within)


class _Criterion(NamedTuple):
    """What is within reach of one table, and the tables that saying so names."""

    table: str
    option: LoaderCriteriaOption
    names: frozenset[str]


def _concerned(criteria: Sequence[_Criterion], named: frozenset[str]) -> list[LoaderCriteriaOption]:
    """Those of tables that a statement names, and of what they name in turn.

    SQLAlchemy describes every one of a statement before it finds what it compiled: all of them took it half a
    millisecond, most of which a statement has nothing to do with.
    """
    found: list[LoaderCriteriaOption] = []
    others = list(criteria)
    while concerned := [one for one in others if one.table in named]:
        found += [one.option for one in concerned]
        others = [one for one in others if one.table not in named]
        named = named.union(*(one.names for one in concerned))
    return found


def _criteria(reach: Reach) -> tuple[_Criterion, ...]:
    within = _conditions(reach)
    if reach.rerouting is not None:  # the rest is that of no municipality: nothing
        closed = closed_people(reach.conflicts_of or "")
        opened = col(ApplicantRow.id).in_(opened_by_consent(reach.rerouting))
        within[ApplicantRow] = and_(opened, col(ApplicantRow.id).not_in(closed))
    return tuple(
        _Criterion(str(row.__tablename__), with_loader_criteria(row, condition), named_tables(condition))
        for row, condition in within.items()
    )


# building them takes one to two milliseconds
_kept_criteria: Final = lru_cache(maxsize=64)(_criteria)


def _restrict_writing(session: Session, reach: Reach) -> None:
    def write_within(session: Session, _context: UOWTransaction, _instances: object) -> None:
        for row in [*session.new, *session.dirty, *session.deleted]:
            if isinstance(row, RecordRow):
                verify_write(session, reach, row)
            elif isinstance(row, OF_APPLICATION):
                verify_write_about(session, row.application_id)

    def keep_entered(session: Session, _context: UOWTransaction) -> None:
        entered = [row for row in session.new if isinstance(row, ApplicantRow)]
        if reach.municipalities is not None and entered:
            code = min(reach.municipalities)
            session.connection().execute(
                insert(RegistrationRow), [{"applicant_id": row.id, "municipality_code": code} for row in entered]
            )

    event.listen(session, "before_flush", write_within)
    event.listen(session, "after_flush", keep_entered)  # when the applicant it names is there


def _conditions(reach: Reach) -> dict[type[Row], ColumnElement[bool]]:
    published = _published(reach.today)
    if reach.applied_by is not None:  # where the person has applied stays theirs to read
        published = or_(published, col(PostingRow.id).in_(_applied_to(reach.applied_by)))
    if reach.applicant_id is not None:
        return {
            **_NO_LISTS,
            ListedPlaceRow: col(ListedPlaceRow.applicant_id) == reach.applicant_id,
            ApplicantRow: col(ApplicantRow.id) == reach.applicant_id,
            ApplicationRow: col(ApplicationRow.applicant_id) == reach.applicant_id,
            PostingRow: published,
            HouseholdRow: false(),
            CompanyRow: false(),
            ConflictRow: false(),
            ImportRow: false(),
            ImportContentRow: false(),
            ReroutingConsentRow: col(ReroutingConsentRow.applicant_id) == reach.applicant_id,
            **_of_applications(_APPLICATION.applicant_id == reach.applicant_id),
        }
    if reach.municipalities is None:
        return {**_NO_LISTS, PostingRow: published}
    codes = sorted(reach.municipalities)
    postings = core_select(_POSTING.id).where(_POSTING.municipality_code.in_(codes))
    applications: ColumnElement[bool] = _APPLICATION.posting_id.in_(postings)
    if reach.conflicts_of is not None:
        applications &= _APPLICATION.posting_id.not_in(closed_postings(reach.conflicts_of))
    listed = postings
    if reach.conflicts_of is not None:  # as its applications: who is compared there is not shown by a list either
        listed = listed.where(_POSTING.id.not_in(closed_postings(reach.conflicts_of)))
    applied = core_select(_APPLICATION.applicant_id).where(applications)
    entered = core_select(_REGISTRATION.applicant_id).where(_REGISTRATION.municipality_code.in_(codes))
    if reach.conflicts_of is not None:
        entered = entered.where(_REGISTRATION.applicant_id.not_in(closed_people(reach.conflicts_of)))
    return {
        **_NO_LISTS,
        **_of_lists(listed, applied, entered),
        ApplicantRow: or_(col(ApplicantRow.id).in_(applied), col(ApplicantRow.id).in_(entered)),
        ApplicationRow: col(ApplicationRow.id).in_(core_select(_APPLICATION.id).where(applications)),
        PostingRow: col(PostingRow.municipality_code).in_(codes),
        HouseholdRow: false(),
        CompanyRow: false(),
        ConflictRow: col(ConflictRow.account_id) == (reach.conflicts_of or ""),
        **_of_imports(reach.conflicts_of or ""),
        ReroutingConsentRow: col(ReroutingConsentRow.applicant_id).in_(entered),
        **_of_applications(applications),
    }


_NO_LISTS: Final[dict[type[Row], ColumnElement[bool]]] = {
    row: false() for row in (ListedCandidateRow, ListedPlaceRow, ListedUnorderedRow)
}


def _of_lists(
    postings: Select[tuple[str]], applied: Select[tuple[str]], entered: Select[tuple[str]]
) -> dict[type[Row], ColumnElement[bool]]:
    """Of the own postings' lists those people whose records are within reach; nobody's own places."""
    candidate, unordered = col(ListedCandidateRow.applicant_id), col(ListedUnorderedRow.applicant_id)
    known = or_(candidate.in_(applied), candidate.in_(entered))
    return {
        ListedCandidateRow: and_(col(ListedCandidateRow.posting_id).in_(postings), known),
        ListedUnorderedRow: or_(unordered.in_(applied), unordered.in_(entered)),
    }


def _published(today: date | None) -> ColumnElement[bool]:
    """Open, and not past the deadline: the day after it the call is gone for whoever is not its municipality."""
    is_open = col(PostingRow.state) == "open"
    if today is None:
        return is_open
    return and_(is_open, or_(col(PostingRow.deadline).is_(None), col(PostingRow.deadline) >= today))


def _of_imports(account_id: str) -> dict[type[Row], ColumnElement[bool]]:
    """A file is for whoever sent it."""
    own = core_select(_IMPORT.id).where(_IMPORT.account_id == account_id)
    content = col(ImportContentRow.import_id).in_(own)
    return {ImportRow: col(ImportRow.account_id) == account_id, ImportContentRow: content}


def _applied_to(applicant_id: str) -> Select[tuple[str]]:
    return core_select(_APPLICATION.posting_id).where(_APPLICATION.applicant_id == applicant_id)


def _of_applications(condition: ColumnElement[bool]) -> dict[type[Row], ColumnElement[bool]]:
    """What belongs to an application is within reach where the application is."""
    within = core_select(_APPLICATION.id).where(condition)  # one object: SQLAlchemy describes it once a statement
    return {row: col(row.application_id).in_(within) for row in OF_APPLICATION}
