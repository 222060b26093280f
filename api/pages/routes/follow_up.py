"""What became of accepted people, 3, 6, 12 and 36 months after their start: what is due, and one person's record."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Request
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from api.audit.trail import Trail
from api.documents.place_title import place_title
from api.http.dependencies import Audit, Id, Reading
from api.http.now import Now
from api.outcomes.schemas import EXIT_JA, MONTHS, ExitCode, OutcomeRequest
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel, FormState, sent_as
from api.pages.reading_again import reading_again
from api.pages.selection.addresses import address
from api.pages.selection.application_page import stored_posting
from api.pages.selection.posting_head import head_of, posting_crumbs
from api.pages.shell import Crumb, Shell, page_router, redirect, shell_of
from api.pages.submitting import Submitting
from api.routes import applications as api_applications
from api.routes import outcomes as api_outcomes
from api.settings import Settings

__all__ = ["router"]

router = page_router()


class OutcomeForm(FormModel):
    """What was found; the reason why somebody left is a code and nothing more."""

    months: Annotated[int, Field(ge=3, le=36)]
    state: Literal["there", "left"]
    exit_code: ExitCode | None = None
    left_on: date | None = None
    found_on: date
    started_on: date | None = None
    corrects: Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")] | None = None


@router.get("/follow-up")
def due(request: Request, shell: Shell, session: Reading, audit: Audit) -> Response:
    """Questions that are due, oldest first, and what is known of all."""
    found = api_outcomes.due(request=request, session=session, audit=audit, on=None, limit=200, offset=0)
    summary = api_outcomes.summary(session, audit)
    titles = {
        an_id: place_title(stored_posting(request, session, an_id)) for an_id in {one.posting_id for one in found.due}
    }
    return shell.page(
        "follow_up_due.html.j2",
        crumbs=[Crumb(shell.words("follow_up.nav"))],
        found=found,
        lines=[
            (one, titles[one.posting_id], address("applications", one.application_id, "follow-up")) for one in found.due
        ],
        summary=summary,
        exits=[(EXIT_JA[code], number) for code, number in summary.exits.items() if number],
    )


@router.get("/applications/{application_id}/follow-up")
def follow_up(request: Request, session: Reading, audit: Audit, application_id: Id) -> Response:
    """One person's record, and the form for the next line of it."""
    return _page(request, session, audit, application_id)


def _again(request: Request, form: FormState, status: int) -> Response:
    with reading_again(request) as (session, audit):
        return _page(request, session, audit, str(request.path_params["application_id"]), form=form, status=status)


def _page(
    request: Request,
    session: Session,
    audit: Trail,
    an_id: str,
    *,
    form: FormState | None = None,
    status: int = 200,
) -> Response:
    settings: Settings = request.app.state.settings
    shell = shell_of(request)
    application = api_applications.application(session, audit, an_id, Response())
    head = head_of(stored_posting(request, session, application.posting_id), on=settings.day())
    found = api_outcomes.outcomes(session=session, audit=audit, application_id=an_id, limit=200, offset=0)
    day = settings.day().isoformat()
    typed = form or FormState({"found_on": [day], "state": ["there"]})
    person = Crumb(application.applicant_id, address("applications", an_id))
    return shell.page(
        "follow_up.html.j2",
        status=status,
        crumbs=[*posting_crumbs(shell, head, "")[:-1], person, Crumb(shell.words("follow_up.title"))],
        head=head,
        application=application,
        outcomes=found.outcomes,
        form=typed,
        months=MONTHS,
        exits=EXIT_JA,
        here=address("applications", an_id, "follow-up"),
    )


def _whole(sent: Annotated[OutcomeForm, Depends(sent_as(OutcomeForm, drawn=_again))]) -> OutcomeForm:
    """Who left has a reason and a day; who is there has neither."""
    told = {"exit_code": sent.exit_code, "left_on": sent.left_on}
    wrong = [name for name, value in told.items() if (value is None) == (sent.state == "left")]
    if wrong:
        key = "fault.of_leaving" if sent.state == "left" else "fault.of_staying"
        raise FormError([Fault(name, (key,)) for name in wrong])
    if sent.months not in MONTHS:
        raise FormError([Fault("months", ("fault.choice",))])
    return sent


@router.post("/applications/{application_id}/follow-up")
def add_outcome(
    *,
    request: Request,
    sent: Annotated[OutcomeForm, Depends(_whole)],
    session: Submitting,
    audit: Audit,
    now: Now,
    application_id: Id,
) -> Response:
    """Record it."""
    outcome = OutcomeRequest.model_validate({"application_id": application_id, **sent.model_dump()})
    api_outcomes.add_outcome(request=request, sent=outcome, session=session, audit=audit, now=now, response=Response())
    return redirect(address("applications", application_id, "follow-up"), done="outcome")
