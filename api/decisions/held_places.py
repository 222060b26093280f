"""Nobody moves to two places: who holds one accepts no other until it is withdrawn, or its term is over."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlmodel import Session, col, select

from api.decisions.errors import HoldsPlaceError
from api.decisions.whole_session import reaching_everything
from api.outcomes.placements import Placement, months_after, placements
from api.storage.record_kinds import POSTINGS
from api.storage.tables import ApplicationRow, PostingRow
from features.records import Application

__all__ = ["verify_holds_no_other"]

_LONGEST_TERM: Final = 36  # months of 地域おこし協力隊, where a call tells no term
_PROGRAM: Final = "kyoryokutai"  # company people may serve several municipalities


def verify_holds_no_other(session: Session, application: Application, *, on: date) -> None:
    """Refuse an acceptance of somebody who has accepted another call of 地域おこし協力隊 that is not over.

    Parameters
    ----------
    session : Session
        Within the reach of whoever asks: what is out of it is counted, and not named.
    application : Application
    on : date

    Raises
    ------
    HoldsPlaceError
        If the person holds another place, with the way out.
    """
    with reaching_everything(session) as whole:
        held = _held(whole, application, on=on)
    if held is not None:
        seen = session.exec(select(ApplicationRow.id).where(ApplicationRow.id == held)).first()
        raise HoldsPlaceError(application.application_id, other=seen)


def _held(whole: Session, application: Application, *, on: date) -> str | None:
    """The first application, by its id, by which the person holds another place on that day."""
    if whole.get_one(PostingRow, application.posting_id).program != _PROGRAM:
        return None
    of_program = select(PostingRow.id).where(PostingRow.program == _PROGRAM)
    others = select(ApplicationRow.id).where(
        ApplicationRow.applicant_id == application.applicant_id,
        ApplicationRow.status == "accepted",
        ApplicationRow.id != application.application_id,
        col(ApplicationRow.posting_id).in_(of_program),
    )
    for an_id in whole.exec(others.order_by(ApplicationRow.id)).all():
        if any(not _is_over(whole, one, on) for one in placements(whole, application_id=an_id)):
            return an_id
    return None


def _is_over(whole: Session, placement: Placement, on: date) -> bool:
    """Whether the person has left, or the term has run out; a start that nobody knows has not been over."""
    if placement.left is not None:
        return True
    term = POSTINGS.record_of(whole.get_one(PostingRow, placement.posting_id)).term_months or _LONGEST_TERM
    return placement.started_on is not None and months_after(placement.started_on, term) <= on
