"""What may be done to applications beside deciding about them: entering, changing and removing."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlmodel import Session, col, select

from api.decisions.errors import DecidedError, MovedError, RankTakenError, StatusError, UseStoppedError
from api.decisions.postings import verify_open
from api.decisions.store import last_decision
from api.decisions.whole_session import reaching_everything
from api.own_data.restricting import restriction_of
from api.storage.record_kinds import APPLICATIONS, POSTINGS
from api.storage.tables import ApplicationRow, PostingRow
from features.records import Application

__all__ = [
    "ENDED",
    "verify_change",
    "verify_in_use",
    "verify_new",
    "verify_posting_open",
    "verify_rank_free",
    "verify_undecided",
]

ENDED: Final = ("declined", "withdrawn", "closed")  # statuses of applications that nobody waits for any more


def verify_posting_open(session: Session, application: Application, *, on: date, is_by_applicant: bool) -> None:
    """Refuse an application to a call that takes none; a call that is not there is for the storing to name.

    Raises
    ------
    NotOpenError
        Why it takes none.
    """
    asked = select(PostingRow).where(PostingRow.id == application.posting_id)
    if is_by_applicant:  # a call that is past its day may be out of an applicant's reach, and yet the day is the reason
        with reaching_everything(session) as whole:
            row = whole.exec(asked.where(PostingRow.state != "draft")).first()
            posting = None if row is None else POSTINGS.record_of(row)
    else:
        row = session.exec(asked).first()
        posting = None if row is None else POSTINGS.record_of(row)
    if posting is not None:
        verify_open(posting, application, on=on, is_by_applicant=is_by_applicant)


def verify_new(application: Application) -> None:
    """Refuse an application that comes in further than received.

    Raises
    ------
    StatusError
        If its status is any other.
    """
    if application.status != "received":
        raise StatusError(application.application_id)


def verify_in_use(session: Session, application: Application) -> None:
    """Refuse an application of somebody whose use is stopped: it would be in no list.

    Raises
    ------
    UseStoppedError
        If it is.
    """
    if restriction_of(session, application.applicant_id) is not None:
        raise UseStoppedError(application.application_id)


def verify_change(stored: Application, sent: Application) -> None:
    """Refuse to make an application one of somebody else, or one to another posting.

    What it was would stay among what the other person is shown, and would be erased with nobody.

    Raises
    ------
    MovedError
        If it would.
    """
    for key in ("applicant_id", "posting_id"):
        if getattr(stored, key) != getattr(sent, key):
            raise MovedError(stored.application_id, key)


def verify_rank_free(session: Session, application: Application) -> None:
    """Refuse a rank that another application of the same person has, which is still under way.

    It is asked of what a person enters: two municipalities that each write down what they were told may both hear "1".

    Raises
    ------
    RankTakenError
        Which one has it.
    """
    if application.wish_rank is None or application.status in ENDED:
        return
    others = select(ApplicationRow).where(
        ApplicationRow.applicant_id == application.applicant_id,
        ApplicationRow.id != application.application_id,
        col(ApplicationRow.status).not_in(ENDED),
    )
    for row in session.exec(others.order_by(ApplicationRow.id)):
        if APPLICATIONS.record_of(row).wish_rank == application.wish_rank:
            raise RankTakenError(application.application_id, other=row.id)


def verify_undecided(session: Session, application_id: str) -> None:
    """Refuse to remove an application that was decided about.

    Raises
    ------
    DecidedError
        If it was.
    """
    if last_decision(session, application_id) is not None:
        detail = "has decisions; it is withdrawn or closed by a decision, not removed"
        raise DecidedError(f"application {application_id} {detail}")
