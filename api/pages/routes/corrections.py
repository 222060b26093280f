"""Facts of a person's record are put right: as stored, changed, looked at before and after, confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from api.accounts.access import Reached, require_permission
from api.accounts.reach import Reach
from api.audit.trail import Trail
from api.audit.uses import seen
from api.http.dependencies import Audit, Id, Reading
from api.http.errors import ChangedError, UnknownIdError
from api.http.schemas import public
from api.own_data.correcting import correct_record, correctable
from api.pages.applicant.corrections import (
    CORRECTIONS,
    Change,
    CorrectionForm,
    changes_between,
    correctable_steps,
    sent_digest,
)
from api.pages.applicant.own_record import OwnRecord, with_answers
from api.pages.applicant.profile_answers import typed_of
from api.pages.applicant.profile_steps import STEPS, StepName, changed_elsewhere, tag_of_step
from api.pages.applicant.step_fields import step_fields
from api.pages.errors import Fault, FormError
from api.pages.forms import FormState, again_of, sent_as
from api.pages.reading_again import reading_again
from api.pages.selection.addresses import address
from api.pages.shell import Crumb, PageShell, page_router, redirect
from api.pages.submitting import Submitting
from features.records import Applicant

__all__ = ["router"]

router = page_router()


@dataclass(frozen=True)
class _Beside:
    """What stands beside the form: what will change, or what somebody changed meanwhile."""

    changes: Sequence[Change] = ()
    theirs: Sequence[tuple[str, str]] | None = None


def _shell(request: Request) -> PageShell:
    """The frame of the page; the person's own forms address the person, and an office reads them of another."""
    return PageShell(request, manner="of_another")


def _step_asked(request: Request) -> StepName:
    """The step that the address names; not by its type, because a form is read before anything else is verified."""
    asked = str(request.path_params["step"])
    if asked not in CORRECTIONS:
        raise UnknownIdError("step", asked)
    return cast("StepName", asked)


def _stored(session: Session, reach: Reach, audit: Trail, an_id: str) -> Applicant:
    stored = correctable(session, reach, an_id)
    audit.note(seen("applicant", [public(stored)]))
    return stored


def _shown(step: StepName, stored: Applicant) -> dict[str, list[str]]:
    """What the form of a step shows, and nothing of the other steps."""
    typed = {name: list(values) for name, values in typed_of(stored).items() if name in STEPS[step].form.model_fields}
    return typed | {"etag": [tag_of_step(STEPS[step], stored)]}


def _drawn(
    request: Request, stored: Applicant, form: FormState, status: int = 200, *, beside: _Beside | None = None
) -> Response:
    shell, step, who = _shell(request), _step_asked(request), stored.applicant_id
    found = beside or _Beside()
    rights = address("applicants", who, "rights")
    return shell.page(
        "correction.html.j2",
        status=status,
        crumbs=[
            Crumb(shell.words("rights.nav"), "/rights"),
            Crumb(who, rights),
            Crumb(shell.words("rights.correct")),
        ],
        form=form,
        step=STEPS[step],
        steps=correctable_steps(stored),
        who=who,
        rights=rights,
        here=f"{rights}/corrections",
        changes=found.changes,
        theirs=found.theirs,
        is_own=False,
        masked=(),
        **step_fields(form, shell.words),
    )


def _again(request: Request, form: FormState, status: int) -> Response:
    step = STEPS[_step_asked(request)]
    with reading_again(request) as (session, audit):
        stored = _stored(session, require_permission(request), audit, str(request.path_params["applicant_id"]))
    if status != 412:
        return _drawn(request, stored, form, status)
    # the fields that differ are shown, so that whoever sends it again has seen what it replaces
    typed = {**form.typed, "etag": [tag_of_step(step, stored)]}
    theirs = changed_elsewhere(step, stored, form.typed, _shell(request).words)
    again = FormState(typed, [Fault("", ("correction.changed",))], form.names)
    return _drawn(request, stored, again, status, beside=_Beside(theirs=theirs))


async def _sent(request: Request) -> CorrectionForm:
    """The form of whichever step the address names."""
    return await sent_as(CORRECTIONS[_step_asked(request)], drawn=_again)(request)


_Sent = Annotated[CorrectionForm, Depends(_sent)]


def _corrected(step: StepName, sent: CorrectionForm, stored: Applicant) -> Applicant:
    """The record as it will be.

    Raises
    ------
    ChangedError
        If its answers are no longer those that the form was drawn from.
    FormError
        If an answer is not clear.
    """
    if sent.etag != tag_of_step(STEPS[step], stored):
        raise ChangedError("applicant", stored.applicant_id)
    return with_answers(OwnRecord(stored.applicant_id, stored), STEPS[step].answers(sent, stored))


@router.get("/applicants/{applicant_id}/rights/corrections/{step}")
def facts(request: Request, session: Reading, reach: Reached, audit: Audit, applicant_id: Id) -> Response:
    """The facts of one step as they are stored."""
    step, stored = _step_asked(request), _stored(session, reach, audit, applicant_id)
    return _drawn(request, stored, FormState(_shown(step, stored)))


@router.post("/applicants/{applicant_id}/rights/corrections/{step}/changes")
def look(
    *, request: Request, sent: _Sent, session: Reading, reach: Reached, audit: Audit, applicant_id: Id
) -> Response:
    """Before beside after; nothing is stored."""
    step, stored = _step_asked(request), _stored(session, reach, audit, applicant_id)
    changes = changes_between(STEPS[step], stored, _corrected(step, sent, stored), _shell(request).words)
    if not changes:
        raise FormError([Fault("", ("fault.correction.nothing",))])
    asked = again_of(request)
    typed: Mapping[str, Sequence[str]] = asked[0].typed if asked is not None else {}
    form = FormState({**typed, "seen": [sent_digest(sent)]})
    return _drawn(request, stored, form, beside=_Beside(changes))


@router.post("/applicants/{applicant_id}/rights/corrections/{step}")
def put_right(
    *, request: Request, sent: _Sent, session: Submitting, reach: Reached, audit: Audit, applicant_id: Id
) -> Response:
    """Store exactly what was looked at."""
    step, stored = _step_asked(request), correctable(session, reach, applicant_id)
    corrected = _corrected(step, sent, stored)
    if sent.seen != sent_digest(sent):
        raise FormError([Fault("", ("fault.correction.unseen",))])
    correct_record(session, audit, corrected, reason=sent.why)
    return redirect(address("applicants", applicant_id, "rights"), done="person_corrected")
