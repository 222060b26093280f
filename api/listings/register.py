"""Whom and what a whole register is listed from: everybody whose use is not stopped, and the calls that are open.

Read in the caller's session (:func:`api.storage.database.reading`), which sees one state however long it takes;
people come in the order of their ids and some hundreds at a time, so that a register of any size fits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Final

from sqlmodel import Session, col, func, select

from api.storage.record_kinds import APPLICANTS, POSTINGS
from api.storage.restricted import listed_in, restricted_people
from api.storage.tables import ApplicantRow, ApplicationRow, HouseholdRow, PostingRow
from features.records import Applicant, Posting
from features.rounds.held_places import HeldPlaces

__all__ = ["applicants_in_use", "count_in_use", "has_applications", "open_postings", "places_held"]

_TOGETHER: Final = 500
_HAS_ACCEPTED: Final = col(ApplicationRow.status) == "accepted"


def count_in_use(session: Session) -> int:
    """How many applicants there are whose use is not stopped."""
    return session.exec(select(func.count(col(ApplicantRow.id))).where(*listed_in("applicant"))).one()


def has_applications(session: Session) -> bool:
    """Whether anybody has applied anywhere."""
    return session.exec(select(ApplicationRow.id).limit(1)).first() is not None


def places_held(session: Session) -> HeldPlaces:
    """Who of those in use has accepted a place, and the seats that accepted offers take, stopped people's too."""
    rows = session.exec(select(ApplicationRow.applicant_id, ApplicationRow.posting_id).where(_HAS_ACCEPTED)).all()
    return HeldPlaces(
        accepted=frozenset(applicant for applicant, _ in rows) - restricted_people(session),
        taken=dict(sorted(Counter(posting for _, posting in rows).items())),
        n_households=session.exec(select(func.count(col(HouseholdRow.id)))).one(),
    )


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
    wanted = select(PostingRow).where(PostingRow.state == "open").order_by(PostingRow.id)
    postings = (POSTINGS.record_of(row) for row in session.exec(wanted))
    return tuple(posting for posting in postings if posting.is_open_on(on))
