"""One application: profile, timeline of decisions, the next step with its reason, and the panel's scores."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field
from starlette.responses import Response

from api.accounts.access import Reached
from api.decisions.schemas import DecisionId, Reason, StepRequest
from api.decisions.states import State
from api.http.dependencies import Audit, Id, Market, Reading
from api.http.now import Now
from api.interviews.schemas import Points, ScoreRequest
from api.pages.forms import FormModel, sent_as
from api.pages.selection.addresses import address
from api.pages.selection.application_page import application_page, application_page_again
from api.pages.shell import page_router, redirect
from api.pages.submitting import Submitting
from api.routes import decisions as api_decisions
from api.routes import interview_scores as api_interviews
from features.market.arrival_order import ListOrder

__all__ = ["router"]

router = page_router()


class DecisionForm(FormModel):
    """The next step, or a correction of the last one."""

    state: State
    reason: Reason | None = None
    after: DecisionId | None = None
    corrects: DecisionId | None = None
    order: ListOrder = "score"


class ScoresForm(FormModel):
    """What one member of a panel gives."""

    job_knowledge: Annotated[int, Field(ge=1, le=5)]
    talk_with_residents: Annotated[int, Field(ge=1, le=5)]
    plan: Annotated[int, Field(ge=1, le=5)]
    grasp_of_conditions: Annotated[int, Field(ge=1, le=5)]
    note: Reason | None = None


@router.get("/applications/{application_id}")
def application(request: Request, session: Reading, audit: Audit, application_id: Id) -> Response:
    """The page."""
    return application_page(request, session, audit, application_id)


def _weighed(
    request: Request,
    reach: Reached,
    market: Market,
    sent: Annotated[DecisionForm, Depends(sent_as(DecisionForm, drawn=application_page_again))],
    application_id: Id,
) -> api_decisions.Weighed:
    step = StepRequest(application_id=application_id, **sent.model_dump())
    return api_decisions.weigh(request, reach, market, step)


@router.post("/applications/{application_id}/decisions")
def add_decision(
    *,
    weighed: Annotated[api_decisions.Weighed, Depends(_weighed)],
    session: Submitting,
    audit: Audit,
    now: Now,
    application_id: Id,
) -> Response:
    """Take the step; whoever was faster is told on the page that is drawn again."""
    api_decisions.add_decision(weighed=weighed, session=session, audit=audit, now=now, response=Response())
    return redirect(address("applications", application_id), done="decided")


@router.post("/applications/{application_id}/scores")
def add_scores(
    *,
    sent: Annotated[ScoresForm, Depends(sent_as(ScoresForm, drawn=application_page_again))],
    session: Submitting,
    audit: Audit,
    now: Now,
    application_id: Id,
) -> Response:
    """Give one's scores, once; the others' are open from then on."""
    points = Points.model_validate(sent.model_dump(exclude={"note"}))
    given = ScoreRequest(application_id=application_id, items=points, note=sent.note)
    api_interviews.add_interview_scores(given, session, audit, now, Response())
    return redirect(address("applications", application_id), done="scored")
