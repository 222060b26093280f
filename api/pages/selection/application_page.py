"""The page of one application: who applied, what was decided, what may come next, and the panel's scores.

It is drawn by reading it (GET) and again by each of its forms that found a fault; every time on record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from api.audit.trail import Trail
from api.decisions.states import State
from api.interviews.items import score_items
from api.pages.forms import FormState
from api.pages.reading_again import reading_again
from api.pages.selection.addresses import address
from api.pages.selection.decision_lines import decision_lines, next_steps, present_state, step_warnings
from api.pages.selection.posting_head import head_of, posting_crumbs
from api.pages.selection.record_words import facts_of, texts_of
from api.pages.shell import shell_of
from api.routes import applicants as api_applicants
from api.routes import applications as api_applications
from api.routes import decisions as api_decisions
from api.routes import interview_scores as api_interviews
from api.routes import postings as api_postings
from api.settings import JAPAN, Settings
from features.records import Posting

__all__ = ["application_page", "application_page_again", "stored_posting"]

_MOST: Final = 1000
_AT_INTERVIEW: Final = ("interview", "offered")


def application_page_again(request: Request, form: FormState, status: int) -> Response:
    """The page after a fault, with what was typed; whatever somebody else decided meanwhile stands in it."""
    with reading_again(request) as (session, audit):
        return application_page(
            request, session, audit, str(request.path_params["application_id"]), form=form, status=status
        )


def application_page(
    request: Request,
    session: Session,
    audit: Trail,
    an_id: str,
    *,
    form: FormState | None = None,
    status: int = 200,
) -> Response:
    """The page of the application with this id."""
    settings: Settings = request.app.state.settings
    shell = shell_of(request)
    application = api_applications.application(session, audit, an_id, Response())
    person = api_applicants.applicant(session, audit, application.applicant_id, Response())
    head = head_of(stored_posting(request, session, application.posting_id), on=settings.day())
    told = api_decisions.decisions(session=session, audit=audit, application_id=an_id, limit=_MOST, offset=0)
    last = told.decisions[-1] if told.decisions else None
    state, scores = present_state(application, told.decisions), api_interviews.interview_scores(session, audit, an_id)
    own = [one for one in scores.scores if one.by.account_id == (shell.caller and shell.caller.account_id)]
    return shell.page(
        "application.html.j2",
        status=status,
        crumbs=posting_crumbs(shell, head, application.applicant_id),
        head=head,
        application=application,
        received=_day(application.received_at),
        facts=facts_of(person.selection_profile),
        texts=texts_of(person.selection_profile),
        wants_no_order=person.consent is not None and person.consent.automated_order is False,
        lines=decision_lines(told.decisions, shell.caller),
        last=last,
        warnings=step_warnings(session, application, last),
        state=state,
        steps=next_steps(state),
        correcting=[] if last is None or last.by.role == "applicant" else [last.from_state, *_others(last.from_state)],
        forms=_forms(request, form),
        scores=scores,
        own=own[0] if own else None,
        reminder=score_items().reminder,
        scored=list(score_items().items.items()),
        score_labels={name: item.label for name, item in score_items().items.items()}
        | {"note": shell.words("application.note")},
        may_score=not own and state in _AT_INTERVIEW,
        here=address("applications", an_id),
        compared=address("postings", application.posting_id, "comparison", who=[application.applicant_id]),
        rights=address("applicants", application.applicant_id, "rights"),
        declared=address("conflicts", applicant_id=application.applicant_id),
        follow_up=address("applications", an_id, "follow-up") if application.status == "accepted" else None,
    )


def stored_posting(request: Request, session: Session, posting_id: str) -> Posting:
    """The posting as it is stored now."""
    return api_postings.posting(request, session, posting_id, Response())


def _day(moment: datetime | date | None) -> date | None:
    return moment.astimezone(JAPAN).date() if isinstance(moment, datetime) else moment


def _others(begin: State) -> list[State]:
    return [step.state for step in next_steps(begin)]


def _forms(request: Request, form: FormState | None) -> Mapping[str, FormState]:
    """The form that was sent with its faults, and the other one as it is at first."""
    sent = request.scope["path"].rpartition("/")[2]
    return {name: form if form is not None and sent == name else FormState() for name in ("decisions", "scores")}
