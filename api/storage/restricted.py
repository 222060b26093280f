"""Whose use is stopped: out of every list, in no order of reading and in no round, and still stored.

Numbers and records of what was decided have them all the same: a seat they sit on is taken, and a paper that says
nobody sits there would be wrong.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from api.storage.tables import ApplicantRow, ApplicationRow, RestrictionRow
from features.records import Records

__all__ = ["in_use", "listed_in", "of_listed_applications", "restricted_people"]

_PERSON_OF = {"applicant": ApplicantRow.id, "application": ApplicationRow.applicant_id}


def restricted_people(session: Session, *, at: int | None = None) -> frozenset[str]:
    """Ids of the people whose use is stopped now, or was at the change ``at``."""
    asked = select(RestrictionRow.applicant_id)
    if at is None:
        return frozenset(session.exec(asked.where(col(RestrictionRow.until).is_(None))))
    ends_later = or_(col(RestrictionRow.until).is_(None), col(RestrictionRow.until) > at)
    return frozenset(session.exec(asked.where(col(RestrictionRow.revision) <= at, ends_later)))


def listed_in(kind: str, *, own: str | None = None) -> list[ColumnElement[bool]]:
    """Conditions of the rows of a kind that a list shows; ``own`` sees the own."""
    person = _PERSON_OF.get(kind)
    if person is None:
        return []
    stopped = select(RestrictionRow.applicant_id).where(col(RestrictionRow.until).is_(None))
    listed = col(person).not_in(stopped)
    return [listed if own is None else listed | (col(person) == own)]


def of_listed_applications(application_id: str, *, own: str | None = None) -> ColumnElement[bool]:
    """The condition of rows that a list shows, by their column that names an application; ``own`` sees the own."""
    return col(application_id).in_(select(ApplicationRow.id).where(*listed_in("application", own=own)))


def in_use(records: Records, restricted: frozenset[str]) -> Records:
    """The records without people whose use is stopped, their applications, and households they belong to."""
    if not restricted:
        return records
    return records.model_copy(
        update={
            "applicants": tuple(one for one in records.applicants if one.applicant_id not in restricted),
            "applications": tuple(one for one in records.applications if one.applicant_id not in restricted),
            "households": tuple(one for one in records.households if restricted.isdisjoint(one.members)),
        }
    )
