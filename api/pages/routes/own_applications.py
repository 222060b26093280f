"""The applicant's own applications: how far each is, what may be done next, and which dates come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Request, Response
from pydantic import Field
from sqlmodel import Session

from api.accounts.access import CallerOf
from api.audit.trail import Trail
from api.calls.changed_conditions import ConditionChange, changes_since_applied
from api.decisions.answers import decision_answer
from api.decisions.applications import ENDED
from api.decisions.audit_uses import shown, stored
from api.decisions.schemas import DecisionAnswer, DecisionId, StepRequest
from api.decisions.states import State, state_table
from api.decisions.store import decide
from api.http.dependencies import Audit, Id, Reading
from api.http.now import Now
from api.pages.applicant.own_record import own_id, own_record
from api.pages.applicant.wish_ranks import store_ranks, with_rank
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel, FormState, sent_as
from api.pages.shell import Crumb, Shell, page_router, redirect, shell_of
from api.pages.submitting import Submitting
from api.routes import applications as api_applications
from api.routes import decisions as api_decisions
from api.storage.record_kinds import APPLICATIONS, POSTINGS
from api.storage.stored_records import page as stored_page
from api.storage.stored_records import read
from api.storage.tables import PostingRow
from features.municipalities import Municipality, find
from features.records import Application, Posting

__all__ = ["router"]

router = page_router()

_MOST = 1000
_FAULT = "own_applications.fault_"


class StepForm(FormModel):
    """Where the person leads the own application, and the last decision that was read."""

    state: Literal["accepted", "declined", "withdrawn"]
    after: DecisionId | None = None
    sure: Literal["yes"]


class RankForm(FormModel):
    """Which wish it is; a blank is none."""

    wish_rank: Annotated[int, Field(ge=1, le=100)] | None = None


@dataclass(frozen=True)
class OwnApplication:
    """One application as its applicant sees it."""

    application: Application
    posting: Posting
    town: Municipality
    state: State
    label: str
    steps: tuple[State, ...]
    decisions: list[DecisionAnswer]
    changes: list[ConditionChange]

    @property
    def is_under_way(self) -> bool:
        """Whether its rank still counts."""
        return self.application.status not in ENDED

    @property
    def last(self) -> str | None:
        """The last decision."""
        return self.decisions[-1].decision_id if self.decisions else None


@router.get("/my-applications")
def own_applications(shell: Shell, session: Reading, caller: CallerOf, audit: Audit) -> Response:
    """All of them, those under way first."""
    found = _found(session, audit, own_id(caller))
    found.sort(key=lambda one: (not one.steps, one.application.wish_rank or _MOST, one.application.application_id))
    return shell.page(
        "applicant/own_applications.html.j2",
        crumbs=[Crumb(shell.words("own_applications.nav"))],
        found=found,
        own=own_record(session, caller),
    )


def _found(session: Session, audit: Trail, applicant_id: str) -> list[OwnApplication]:
    applications = api_applications.applications(
        session=session, audit=audit, applicant_id=applicant_id, limit=_MOST, offset=0
    ).applications
    decided: dict[str, list[DecisionAnswer]] = {}
    page = api_decisions.decisions(session=session, audit=audit, limit=_MOST, offset=0)
    for one in page.decisions:
        decided.setdefault(one.application_id, []).append(one)
    return [_told(session, one, decided.get(one.application_id, [])) for one in applications]


def _told(session: Session, application: Application, decisions: list[DecisionAnswer]) -> OwnApplication:
    posting = POSTINGS.record_of(session.get_one(PostingRow, application.posting_id))
    table = state_table()
    state = decisions[-1].state if decisions else table.state_of(application.status)
    return OwnApplication(
        application,
        posting,
        find(posting.municipality_code),
        state,
        table.states[state].label,
        table.next_of(state, "applicant"),
        decisions,
        [] if application.status in ENDED else changes_since_applied(session, application.application_id),
    )


def _again(request: Request, form: FormState, status: int) -> Response:
    """What stands there is read anew by the page itself; a fault is told with the way back to it."""
    shell = shell_of(request)
    crumbs = [
        Crumb(shell.words("own_applications.nav"), "/my-applications"),
        Crumb(shell.words("own_applications.not_done")),
    ]
    # what is said to an officer of the same error would send the applicant to fields that are not here
    own = [
        Fault(one.name, [*(key.replace("fault.", _FAULT, 1) for key in one.keys), *one.keys], one.put_in)
        for one in form.faults
    ]
    return shell.page("applicant/step_not_taken.html.j2", status=status, crumbs=crumbs, form=form.with_faults(own))


@router.post("/my-applications/{application_id}/step")
def take_step(
    *,
    application_id: Id,
    sent: Annotated[StepForm, Depends(sent_as(StepForm, drawn=_again))],
    session: Submitting,
    audit: Audit,
    now: Now,
) -> Response:
    """Withdraw, accept or decline: the same decision that the API stores."""
    step = StepRequest(
        application_id=application_id, state=sent.state, after=sent.after, reason=None, order="score", corrects=None
    )
    taken = decide(session, step, by=audit.actor, place=None, items=(), now=now)
    answer = decision_answer(taken.row)
    if taken.is_new:
        audit.note(stored("decision", taken.row.id, answer, about=taken.row.application_id))
    else:
        audit.note(shown("decision", [answer], [taken.row.id]))
    return redirect("/my-applications", done=f"step_{sent.state}")


@router.post("/my-applications/{application_id}/rank")
def change_rank(
    *,
    application_id: Id,
    sent: Annotated[RankForm, Depends(sent_as(RankForm, drawn=_again))],
    session: Submitting,
    caller: CallerOf,
    audit: Audit,
) -> Response:
    """Make it another wish; those that are in the way move down by one, as the page says before."""
    changed = read(session, APPLICATIONS, application_id)
    if changed.status in ENDED or changed.status == "accepted":
        raise FormError([Fault("", (f"{_FAULT}no-such-step",))])
    mine, _ = stored_page(session, APPLICATIONS, limit=_MOST, offset=0, applicant_id=own_id(caller))
    store_ranks(session, audit, with_rank([one for one in mine if one.status not in ENDED], changed, sent.wish_rank))
    return redirect("/my-applications", done="rank_changed")
