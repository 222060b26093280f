"""``/decisions``: how far an application is, who took each step and why; no step is taken by the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from sqlalchemy import Engine

from api.accounts.access import Reached
from api.accounts.caller import caller_of
from api.accounts.errors import ForbiddenError
from api.accounts.restricted_session import restrict
from api.conflicts.own_conflicts import tell_conflict
from api.decisions.answers import decision_answer, decision_taken, seen_by
from api.decisions.audit_uses import shown, stored
from api.decisions.list_place import ListPlace, list_place
from api.decisions.schemas import DecisionAnswer, DecisionId, DecisionPage, DecisionTaken, StepRequest
from api.decisions.states import State
from api.decisions.store import decide, decision_page, reached_application, read_decision
from api.decisions.warnings import items_in_ground
from api.http.dependencies import Audit, Limit, Market, Offset, Reading, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses
from api.storage.database import reading
from api.storage.tables import ApplicationRow
from features.records import Identifier

__all__ = ["Weighed", "router", "weigh"]

router = api_router("/decisions")


@dataclass(frozen=True)
class Weighed:
    """A step, and the place its application has in the list."""

    sent: StepRequest
    place: ListPlace | None
    items: tuple[str, ...] = ()


def weigh(request: Request, reach: Reached, market: Market, sent: StepRequest) -> Weighed:
    """The step with the place its application has in the list, read before the write lock is taken."""
    caller, engine = caller_of(request), _engine(request)
    with reading(engine) as session:
        restrict(session, reach)
        tell_conflict(session, engine, reach, ApplicationRow, sent.application_id)
        application = reached_application(session, sent.application_id)
    if caller is not None and caller.role == "applicant":
        return Weighed(sent, None)
    place = list_place(market.on(None), application.posting_id, application.applicant_id, order=sent.order)
    return Weighed(sent, place, items_in_ground(sent))


def _engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


@router.post(
    "",
    status_code=201,
    summary="決定の記録（確認・書類選考・面接・内定・承諾・辞退・不採用・取下げ、訂正）",
    responses=problem_responses(400, 403, 409, 413) | {200: {"model": DecisionTaken, "description": "As stored."}},
)
def add_decision(
    *, weighed: Annotated[Weighed, Depends(weigh)], session: Writing, audit: Audit, now: Now, response: Response
) -> DecisionTaken:
    """Take a step; the same request again is answered 200 with what it stored, and does nothing."""
    taken = decide(session, weighed.sent, by=audit.actor, place=weighed.place, items=weighed.items, now=now)
    answer = decision_answer(taken.row)
    if taken.is_new:
        audit.note(stored("decision", taken.row.id, answer, about=taken.row.application_id))
    else:
        response.status_code = 200
        audit.note(shown("decision", [answer], [taken.row.id]))
    return decision_taken(audit.actor.role, taken.row, taken.warnings)


@router.get("", summary="決定の一覧", responses=problem_responses(403))
def decisions(
    *,
    session: Reading,
    audit: Audit,
    application_id: Identifier | None = None,
    posting_id: Identifier | None = None,
    state: State | None = None,
    override: Annotated[bool | None, Query(description="Those against the list or a rule, or the others.")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> DecisionPage:
    """Decisions, oldest first; an applicant sees how far the own applications are."""
    if override is not None and audit.actor.role == "applicant":
        raise ForbiddenError("override is for the municipality to ask")
    rows, total = decision_page(
        session,
        application_id=application_id,
        posting_id=posting_id,
        state=state,
        override=override,
        limit=limit,
        offset=offset,
    )
    answers = [seen_by(audit.actor.role, decision_answer(row)) for row in rows]
    audit.note(shown("decision", answers, (row.id for row in rows)))
    return DecisionPage(decisions=answers, total=total, limit=limit, offset=offset)


@router.get("/{decision_id}", summary="決定", responses=problem_responses(403, 404))
def decision(session: Reading, audit: Audit, decision_id: DecisionId) -> DecisionAnswer:
    """One decision."""
    row = read_decision(session, decision_id)
    answer = seen_by(audit.actor.role, decision_answer(row))
    audit.note(shown("decision", [answer], [row.id]))
    return answer
