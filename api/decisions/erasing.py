"""Forgetting what was decided about a person: with the person, everything that says how the selection went."""

from __future__ import annotations

from sqlmodel import Session, col, delete, select

from api.conflicts.tables import ConflictRow
from api.decisions.tables import DecisionRow
from api.interviews.tables import InterviewScoreRow
from api.outcomes.tables import OutcomeRow
from api.storage.tables import ApplicationRow

__all__ = ["forget_decisions"]


def forget_decisions(session: Session, applicant_id: str) -> None:
    """Delete decisions, interview scores, outcomes and conflicts that are about an applicant.

    To be called before the applications go. The audit log keeps the ids and digests of what was decided.
    """
    ids = select(ApplicationRow.id).where(ApplicationRow.applicant_id == applicant_id)
    for row in (DecisionRow, InterviewScoreRow, OutcomeRow):
        session.exec(delete(row).where(col(row.application_id).in_(ids)))
    session.exec(delete(ConflictRow).where(col(ConflictRow.applicant_id) == applicant_id))
