"""``/outcomes``: what became of accepted people; for their municipality alone, and never read by a ranking."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from api.decisions.audit_uses import shown, stored
from api.http.dependencies import Audit, Limit, Market, Offset, Reading, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses
from api.outcomes.by_score import OutcomesByScore, outcomes_by_score
from api.outcomes.due import due_outcomes
from api.outcomes.placements import placements
from api.outcomes.schemas import DuePage, OutcomeAnswer, OutcomePage, OutcomeRequest, OutcomeSummary
from api.outcomes.store import outcome_answers, outcome_page, record_outcome
from api.outcomes.summary import summary_of
from api.settings import Settings
from features.plain_values import Day
from features.records import Identifier
from features.smallest_told import SMALLEST_TOLD

__all__ = ["router"]

router = api_router("/outcomes")


@router.get("", summary="着任後の記録の一覧")
def outcomes(
    *,
    session: Reading,
    audit: Audit,
    application_id: Identifier | None = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> OutcomePage:
    """Outcomes, oldest first, the corrected ones too."""
    rows, total = outcome_page(session, application_id=application_id, limit=limit, offset=offset)
    answers = outcome_answers(session, rows)
    audit.note(shown("outcome", answers, (row.id for row in rows)))
    return OutcomePage(outcomes=answers, total=total, limit=limit, offset=offset)


@router.post(
    "",
    status_code=201,
    summary="着任後の記録（3・6・12・36か月）と訂正",
    responses=problem_responses(400, 403, 409, 413) | {200: {"model": OutcomeAnswer, "description": "As stored."}},
)
def add_outcome(
    *, request: Request, sent: OutcomeRequest, session: Writing, audit: Audit, now: Now, response: Response
) -> OutcomeAnswer:
    """Record one; the same request again is answered 200 with what it stored, and does nothing."""
    settings: Settings = request.app.state.settings
    recorded = record_outcome(session, sent, by=audit.actor, now=now, on=settings.day())
    (answer,) = outcome_answers(session, [recorded.row])
    if recorded.is_new:
        audit.note(stored("outcome", recorded.row.id, answer, about=sent.application_id, action="created"))
    else:
        response.status_code = 200
        audit.note(shown("outcome", [answer], [recorded.row.id]))
    return answer


@router.get("/due", summary="着任後の確認の時期が来た人")
def due(
    *,
    request: Request,
    session: Reading,
    audit: Audit,
    on: Annotated[Day | None, Query(description="The day it is asked for (today).")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> DuePage:
    """Questions that are due and have no answer, oldest first."""
    settings: Settings = request.app.state.settings
    found = placements(session)
    lines = due_outcomes(found, on=on or settings.day())
    told = lines[offset : offset + limit]
    audit.note(shown("application", told, (line.application_id for line in told)))
    without = sum(placement.started_on is None and not placement.is_stopped for placement in found)
    return DuePage(due=told, without_start=without, total=len(lines), limit=limit, offset=offset)


@router.get("/summary", summary="定着と途中での退任の数（個人なし）")
def summary(session: Reading, audit: Audit) -> OutcomeSummary:
    """Both measures; to a researcher, small numbers are withheld."""
    is_outside = audit.actor.role == "researcher"
    return summary_of(placements(session), smallest=SMALLEST_TOLD if is_outside else None)


@router.get("/by-score", summary="着任1年後の状態と今の点数（個人なし）")
def by_score(market: Market, session: Reading) -> OutcomesByScore:
    """Who was still there after a year, by today's score of the pair, in bands of at least ten people."""
    return outcomes_by_score(market.on(None), placements(session))
