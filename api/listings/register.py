"""Whom and what a whole register is listed from: everybody whose use is not stopped, and the calls that are open.

Read in the caller's session (:func:`api.storage.database.reading`), which sees one state however long it takes;
people come in the order of their ids and some hundreds at a time, so that a register of any size fits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Final

from sqlalchemy import or_
from sqlmodel import Session, col, func, select

from api.storage.record_kinds import APPLICANTS, POSTINGS
from api.storage.restricted import listed_in
from api.storage.tables import ApplicantRow, ApplicationRow, PostingRow
from features.records import Applicant, Posting

__all__ = ["applicants_in_use", "count_in_use", "has_applications", "open_postings"]

_TOGETHER: Final = 500


def count_in_use(session: Session) -> int:
    """How many applicants there are whose use is not stopped."""
    return session.exec(select(func.count(col(ApplicantRow.id))).where(*listed_in("applicant"))).one()


def has_applications(session: Session) -> bool:
    """Whether anybody has applied anywhere."""
    return session.exec(select(ApplicationRow.id).limit(1)).first() is not None


def applicants_in_use(session: Session) -> Iterator[Applicant]:
    """Every applicant whose use is not stopped, in the order of their ids.

    Raises
    ------
    DamagedRowError
        At the first that is not the record that was validated.
    """
    wanted = select(ApplicantRow).where(*listed_in("applicant")).order_by(ApplicantRow.id)
    with closing(session.exec(wanted.execution_options(yield_per=_TOGETHER))) as rows:
        for row in rows:
            yield APPLICANTS.record_of(row)


def open_postings(session: Session, *, on: date) -> tuple[Posting, ...]:
    """The calls that are open on a day and not past their deadline, in the order of their ids.

    Raises
    ------
    DamagedRowError
        At the first that is not the record that was validated.
    """
    in_time = or_(col(PostingRow.deadline).is_(None), col(PostingRow.deadline) >= on)
    wanted = select(PostingRow).where(PostingRow.state == "open", in_time).order_by(PostingRow.id)
    return tuple(POSTINGS.record_of(row) for row in session.exec(wanted))
