"""Records in the database: written only after validation, read back as the same records.

Every function works inside the caller's transaction (:func:`api.storage.database.writing`), so a fault anywhere leaves
nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from sqlmodel import Session, col, func, select, update

from api.http.errors import (
    ChangedError,
    DuplicateIdError,
    IdMismatchError,
    InUseError,
    UnknownIdError,
    UnknownReferenceError,
)
from api.listings.forgetting import forget_listed, forget_listed_postings, unorder_listed
from api.retention.holds import verify_not_held
from api.retention.tables import RevisionMomentRow
from api.storage.history import erase_history, keep_replaced, present_history
from api.storage.record_kinds import APPLICANTS, APPLICATIONS, COMPANIES, HOUSEHOLDS, KINDS, POSTINGS, Kind
from api.storage.record_tags import etag_of, public_etag_of
from api.storage.restricted import in_use, listed_in, restricted_people
from api.storage.tables import ApplicationRow, RecordRow, RevisionRow
from features.json_files.record_files import verify_references
from features.records import Applicant, Record, Records

__all__ = [
    "add",
    "advance",
    "is_empty",
    "load_records_into",
    "page",
    "read",
    "read_records",
    "records_in_use",
    "records_revision",
    "remove",
    "replace",
    "tag_of",
    "verify_records",
    "verify_removable",
]

R = TypeVar("R", bound=Record)
_TOGETHER: Final = 500


def is_empty(session: Session) -> bool:
    """Whether no record of any kind is stored."""
    return all(session.exec(select(kind.row.id).limit(1)).first() is None for kind in KINDS)


def load_records_into(session: Session, records: Records) -> None:
    """Store all of ``records``, or raise and store none of them.

    Raises
    ------
    DuplicateIdError
        If an id occurs twice or is stored already.
    RecordError
        If a record names an applicant or posting that is neither here nor stored.
    """
    # ids alone: what is stored was validated when it came, and names what the database's own references keep there
    stored, revision = {kind.name: _ids(session, kind) for kind in KINDS}, advance(session)
    _insert(session, APPLICANTS, records.applicants, stored, revision=revision)
    _insert(session, POSTINGS, records.postings, stored, revision=revision)
    verify_references(
        records, place="body", more_applicants=stored[APPLICANTS.name], more_postings=stored[POSTINGS.name]
    )
    _insert(session, APPLICATIONS, records.applications, stored, revision=revision)
    _insert(session, HOUSEHOLDS, records.households, stored, revision=revision)
    _insert(session, COMPANIES, records.companies, stored, revision=revision)


def read_records(session: Session) -> Records:
    """Every stored record, each kind in the order of its ids."""
    return Records(
        applicants=tuple(_all(session, APPLICANTS)),
        postings=tuple(_all(session, POSTINGS)),
        applications=tuple(_all(session, APPLICATIONS)),
        households=tuple(_all(session, HOUSEHOLDS)),
        companies=tuple(_all(session, COMPANIES)),
    )


def records_in_use(session: Session) -> Records:
    """Every stored record but those of people whose use is stopped: what lists, orders and rounds rest on."""
    return in_use(read_records(session), restricted_people(session))


def read(session: Session, kind: Kind[R], an_id: str) -> R:
    """One stored record.

    Raises
    ------
    UnknownIdError
        If there is none with that id.
    """
    return kind.record_of(_row(session, kind, an_id))


def tag_of(session: Session, kind: Kind[R], an_id: str) -> str:
    """The entity tag of one stored record, as whoever reads in this session is shown it.

    Raises
    ------
    UnknownIdError
        If there is none with that id.
    """
    return _tag(session, kind, _row(session, kind, an_id))


def verify_records(session: Session) -> None:
    """Read every stored record, one by one.

    Raises
    ------
    DamagedRowError
        At the first that is not the one that was validated.
    """
    for kind in KINDS:
        for _ in _all(session, kind):
            pass


def page(session: Session, kind: Kind[R], *, limit: int, offset: int, **equal: str | None) -> tuple[tuple[R, ...], int]:
    """``limit`` records after the first ``offset`` by id, and how many there are; ``None`` asks for any value.

    People whose use is stopped are in no list but their own.
    """
    wanted = [getattr(kind.row, name) == value for name, value in equal.items() if value is not None]
    wanted += listed_in(kind.name, own=session.info.get("applicant_id"))
    total = session.exec(select(func.count(col(kind.row.id))).where(*wanted)).one()
    rows = session.exec(select(kind.row).where(*wanted).order_by(kind.row.id).limit(limit).offset(offset))
    return tuple(kind.record_of(row) for row in rows), total


def add(session: Session, kind: Kind[R], record: R) -> R:
    """Store a new record.

    Raises
    ------
    DuplicateIdError
        If its id is stored already.
    UnknownReferenceError
        If it names an applicant or posting that is not stored.
    """
    if session.get(kind.row, kind.id_of(record)) is not None:
        raise DuplicateIdError(kind.name, kind.id_of(record))
    _verify_named(session, kind, record)
    session.add(kind.row_of(record, revision=advance(session)))
    session.flush()
    return record


def replace(session: Session, kind: Kind[R], an_id: str, record: R, *, expected: Collection[str] | None = None) -> R:
    """Put a record in the place of the stored one and return what is stored now.

    Parameters
    ----------
    session : Session
    kind : Kind
    an_id : str
    record : Record
    expected : collection of str, optional
        Entity tags, one of which the stored record must have; any where absent.

    Raises
    ------
    UnknownIdError
        If nothing is stored under ``an_id``.
    IdMismatchError
        If the record has another id.
    UnknownReferenceError
        If it names an applicant or posting that is not stored.
    ChangedError
        If the stored record has none of the ``expected`` tags.
    VersionError
        If it is a posting that names another version than the stored one.
    """
    row = _row(session, kind, an_id)
    if kind.id_of(record) != an_id:
        raise IdMismatchError(kind.name, body=kind.id_of(record), address=an_id)
    _verify_expected(session, kind, row, expected)
    _verify_named(session, kind, record)
    revised = kind.revised(kind.record_of(row), record)
    revision = advance(session)
    keep_replaced(session, kind, row, until=revision)
    session.merge(kind.row_of(revised, revision=revision))
    session.flush()
    if isinstance(revised, Applicant) and _wants_no_order(revised):
        unorder_listed(session.connection(), [an_id])
    return revised


def _wants_no_order(person: Applicant) -> bool:
    return person.consent is not None and person.consent.automated_order is False


def remove(session: Session, kind: Kind[R], an_id: str, *, expected: Collection[str] | None = None) -> None:
    """Delete a record; one that is about a person is forgotten with all it was before.

    Raises
    ------
    UnknownIdError
        If there is none with that id.
    ChangedError
        If the stored record has none of the ``expected`` tags.
    InUseError
        If other records name it.
    HeldError
        If a block keeps it.
    """
    row = verify_removable(session, kind, an_id, expected=expected)
    keep_replaced(session, kind, row, until=advance(session), erase=kind.is_personal)
    if kind.is_personal:
        erase_history(session, kind, an_id)
    if kind.name == "applicant":
        forget_listed(session.connection(), [an_id])
    elif kind.name == "posting":
        forget_listed_postings(session.connection(), [an_id])
    session.delete(row)
    session.flush()


def verify_removable(
    session: Session, kind: Kind[R], an_id: str, *, expected: Collection[str] | None = None
) -> RecordRow:
    """The row of a record that may go.

    Raises
    ------
    UnknownIdError, ChangedError, InUseError, HeldError
        As :func:`remove` does.
    """
    row = _row(session, kind, an_id)
    _verify_expected(session, kind, row, expected)
    users = _users(session, kind.name, an_id)
    if users:
        raise InUseError(kind.name, an_id, users)
    named = kind.names(kind.record_of(row)) if kind.is_personal else ()  # what else is removed stays as history
    verify_not_held(session, kind.name, an_id, people=[one.id for one in named if one.kind == "applicant"])
    return row


def records_revision(session: Session) -> int:
    """A number that grows with every change of any record."""
    return session.exec(select(RevisionRow.number)).one()


def advance(session: Session) -> int:
    """Count one more change of the records, whose number the records it stores carry."""
    session.exec(update(RevisionRow).values(number=RevisionRow.number + 1))
    number = records_revision(session)
    session.add(RevisionMomentRow(number=number, at=datetime.now(UTC)))
    return number


def _row(session: Session, kind: Kind[R], an_id: str) -> RecordRow:
    row = session.get(kind.row, an_id)
    if row is None:
        raise UnknownIdError(kind.name, an_id)
    return row


def _all(session: Session, kind: Kind[R]) -> Iterator[R]:
    """Records of a kind in the order of their ids; no more than some hundred rows are held beside them."""
    wanted = select(kind.row).order_by(kind.row.id).execution_options(yield_per=_TOGETHER)
    with closing(session.exec(wanted)) as rows:
        for row in rows:
            yield kind.record_of(row)


def _ids(session: Session, kind: Kind[Any]) -> frozenset[str]:
    return frozenset(session.exec(select(kind.row.id)))


def _insert(
    session: Session, kind: Kind[R], records: Sequence[R], stored: Mapping[str, Collection[str]], *, revision: int
) -> None:
    known = set(stored[kind.name])
    for record in records:
        if kind.id_of(record) in known:
            raise DuplicateIdError(kind.name, kind.id_of(record))
        known.add(kind.id_of(record))
    session.add_all([kind.row_of(record, revision=revision) for record in records])
    session.flush()  # in the order of this module's calls: what is named is there before what names it


def _tag(session: Session, kind: Kind[R], row: RecordRow) -> str:
    if kind.private is None or not session.info.get("shows_public_part", False):
        return etag_of(row.revision)
    first, shown = row.revision, _without(kind.private, row.record)
    for was in reversed(present_history(session, kind, row.id, row.revision)):
        if was.record is None or _without(kind.private, was.record) != shown:
            break
        first = was.revision
    return public_etag_of(first)


def _without(key: str, record: Mapping[str, object]) -> Mapping[str, object]:
    return {name: value for name, value in record.items() if name != key}


def _verify_expected(session: Session, kind: Kind[R], row: RecordRow, expected: Collection[str] | None) -> None:
    if expected is not None and _tag(session, kind, row) not in expected:
        raise ChangedError(kind.name, row.id)


def _verify_named(session: Session, kind: Kind[R], record: R) -> None:
    rows = {"applicant": APPLICANTS.row, "posting": POSTINGS.row}
    for named in dict.fromkeys(kind.names(record)):
        if session.get(rows[named.kind], named.id) is None:
            raise UnknownReferenceError(named.key, named.id)


def _users(session: Session, name: str, an_id: str) -> list[str]:
    """Records that name the applicant or posting ``an_id``, as "application x" and so on."""
    if name == "applicant":
        applied = select(ApplicationRow.id).where(ApplicationRow.applicant_id == an_id).order_by(ApplicationRow.id)
        households = [h for h in _all(session, HOUSEHOLDS) if an_id in h.members]
        companies = [c for c in _all(session, COMPANIES) if an_id in (c.people or ())]
    elif name == "posting":
        applied = select(ApplicationRow.id).where(ApplicationRow.posting_id == an_id).order_by(ApplicationRow.id)
        households = [h for h in _all(session, HOUSEHOLDS) if any(an_id in wish for wish in h.joint_preferences)]
        companies = []
    else:
        return []
    return [
        *(f"application {found}" for found in session.exec(applied)),
        *(f"household {household.household_id}" for household in households),
        *(f"company {company.company_id}" for company in companies),
    ]
