"""Interview scores in the database; the others' are closed to whoever has not given their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlmodel import Session, col, select

from api.audit.entry import LOCAL, Actor
from api.audit.vocabulary import Role
from api.decisions.schemas import By
from api.decisions.store import last_decision, reached_application, state_of
from api.interviews.errors import FinalScoreError, NoInterviewError
from api.interviews.schemas import InterviewScore, InterviewScores, ScoreRequest
from api.interviews.tables import InterviewScoreRow
from api.secret_tokens import new_id

__all__ = ["Given", "give_scores", "open_scores", "score_answer"]

_AT_INTERVIEW: Final = "interview"


@dataclass(frozen=True)
class Given:
    """Scores that are stored, and whether this request stored them."""

    row: InterviewScoreRow
    is_new: bool


def give_scores(session: Session, sent: ScoreRequest, *, by: Actor, now: datetime) -> Given:
    """Store a member's scores of one applicant.

    Raises
    ------
    UnknownReferenceError
        If the application is out of reach.
    FinalScoreError
        If the member gave other scores before.
    NoInterviewError
        If the application is neither at its interview nor offered.
    """
    application = reached_application(session, sent.application_id)
    own = _of_application(session, sent.application_id).get(by.id)
    items = sent.items.model_dump()
    if own is not None:
        if (own.items, own.note) != (items, sent.note):
            raise FinalScoreError(sent.application_id)
        return Given(own, is_new=False)
    state = state_of(application, last_decision(session, sent.application_id))
    if state not in (_AT_INTERVIEW, "offered"):
        raise NoInterviewError(sent.application_id, state)
    row = InterviewScoreRow(
        id=new_id(),
        application_id=sent.application_id,
        member=by.id,
        role=by.role,
        items=items,
        note=sent.note,
        submitted_at=now,
    )
    session.add(row)
    session.flush()
    return Given(row, is_new=True)


def open_scores(session: Session, application_id: str, *, by: Actor) -> InterviewScores:
    """The scores of an application that ``by`` may see: all once the own are in, or the interview is over.

    Raises
    ------
    UnknownReferenceError
        If the application is out of reach.
    """
    application = reached_application(session, application_id)
    found = _of_application(session, application_id)
    is_over = state_of(application, last_decision(session, application_id)) != _AT_INTERVIEW
    is_open = is_over or by.id in found
    told = [score_answer(row) for member, row in found.items() if is_open or member == by.id]
    return InterviewScores(application_id=application_id, scores=told, withheld=len(found) - len(told))


def score_answer(row: InterviewScoreRow) -> InterviewScore:
    """A member's scores as the interface shows them."""
    by = By(account_id=None if row.member == LOCAL.id else row.member, role=cast("Role", row.role))
    kept = row.model_dump(include={"application_id", "items", "note", "submitted_at"})
    return InterviewScore.model_validate({"score_id": row.id, "by": by, **kept})


def _of_application(session: Session, application_id: str) -> dict[str, InterviewScoreRow]:
    asked = select(InterviewScoreRow).where(InterviewScoreRow.application_id == application_id)
    rows = session.exec(asked.order_by(col(InterviewScoreRow.submitted_at), InterviewScoreRow.id))
    return {row.member: row for row in rows}
