"""What the service may be used for: the three operating modes, and the written decisions they rest on."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from api.accounts.access import CallerOf
from api.http.dependencies import Audit, Id, Reading
from api.http.now import Now
from api.modes.decisions import DECIDED_MODES, DecidedMode
from api.modes.schemas import ModeDecisionRequest
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel, FormState, sent_as
from api.pages.place_search import meant_by
from api.pages.reading_again import reading_again
from api.pages.shell import Crumb, page_router, redirect, shell_of
from api.pages.submitting import Submitting
from api.routes import modes as api_modes
from features.plain_values import Day

__all__ = ["router"]

router = page_router()
_Words = Annotated[str, Field(min_length=1, max_length=200)]


class DecisionForm(FormModel):
    """A written decision; without a place it is for the whole service."""

    mode: DecidedMode
    place: _Words | None = None
    document: _Words
    decided_by: _Words
    from_date: Day


class WithdrawalForm(FormModel):
    """Nothing but the button."""


def _drawn(request: Request, session: Session, form: FormState, status: int) -> Response:
    shell = shell_of(request)
    told = api_modes.modes(request=request, session=session)
    return shell.page(
        "oversight/modes.html.j2",
        status=status,
        crumbs=[Crumb(shell.words("modes.nav"))],
        form=form,
        modes=told.modes,
        decisions=told.decisions,
        decided=DECIDED_MODES,
        may_change=shell.caller is not None and shell.caller.role == "administrator",
    )


def modes_page(request: Request, form: FormState, status: int) -> Response:
    """The modes as they are now, with what was typed."""
    with reading_again(request) as (session, _trail):
        return _drawn(request, session, form, status)


@router.get("/modes")
def modes(request: Request, session: Reading) -> Response:
    """Which modes are on today, and every decision."""
    return _drawn(request, session, FormState(), 200)


@router.post("/modes")
def decide(
    *,
    sent: Annotated[DecisionForm, Depends(sent_as(DecisionForm, drawn=modes_page))],
    session: Submitting,
    caller: CallerOf,
    audit: Audit,
    now: Now,
) -> Response:
    """Record a decision."""
    code = None
    if sent.place is not None:
        meant = meant_by("place", sent.place)
        if meant.place is None:
            raise FormError([meant.fault or Fault("place", ("fault.place_unknown",))])
        code = meant.place.code
    asked = ModeDecisionRequest(municipality_code=code, **sent.model_dump(exclude={"place"}))
    api_modes.add_decision(sent=asked, session=session, caller=caller, audit=audit, now=now)
    return redirect("/modes", done="mode")


@router.post("/modes/{decision_id}/withdrawal")
def withdraw(
    *,
    _sent: Annotated[WithdrawalForm, Depends(sent_as(WithdrawalForm, drawn=modes_page))],
    session: Submitting,
    caller: CallerOf,
    audit: Audit,
    now: Now,
    decision_id: Id,
) -> Response:
    """Withdraw a decision: what it allowed ends at once."""
    api_modes.remove_decision(decision_id=decision_id, session=session, caller=caller, audit=audit, now=now)
    return redirect("/modes", done="mode_withdrawn")
