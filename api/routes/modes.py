"""``/modes``: what this service may be used for, and the written decisions that say so."""

from __future__ import annotations

from fastapi import Request

from api.accounts.access import CallerOf
from api.audit.entry import Use, subject
from api.http.dependencies import Audit, Id, Reading, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses
from api.modes.answers import decision_answer, modes_answer
from api.modes.decisions import record_decision, withdraw_decision
from api.modes.schemas import ModeDecisionAnswer, ModeDecisionRequest, Modes
from api.settings import Settings

__all__ = ["router"]

router = api_router("/modes")


@router.get("", summary="運用の形（A 自団体・B 公開・C 紹介）と、その決定")
def modes(request: Request, session: Reading) -> Modes:
    """Which operating modes are on today, and every decision; without one, in_house alone."""
    settings: Settings = request.app.state.settings
    return modes_answer(session, on=settings.day())


@router.post("", status_code=201, summary="運用の形の決定の記録", responses=problem_responses(400, 401, 403, 413))
def add_decision(
    sent: ModeDecisionRequest, session: Writing, caller: CallerOf, audit: Audit, now: Now
) -> ModeDecisionAnswer:
    """Record a written decision that allows public_board or introduce, from its day on."""
    row = record_decision(session, **sent.model_dump(), by=caller.account_id, now=now)
    audit.note(_decided(row.id))
    return decision_answer(row)


@router.delete(
    "/{decision_id}",
    status_code=204,
    summary="運用の形の決定の取消し",
    responses=problem_responses(401, 403, 404),
)
def remove_decision(decision_id: Id, session: Writing, caller: CallerOf, audit: Audit, now: Now) -> None:
    """Withdraw a decision: what it allowed ends at once; the record of both stays."""
    withdraw_decision(session, decision_id, by=caller.account_id, now=now)
    audit.note(_decided(decision_id))


def _decided(decision_id: str) -> Use:
    return Use(action="decided", purpose="operation", on=(subject("mode", [decision_id]),))
