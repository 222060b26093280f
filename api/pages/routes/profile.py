"""The own profile in small steps: each is saved by itself, says why it asks, and may be left blank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, cast

from fastapi import Depends, Request
from starlette.responses import Response

from api.accounts.access import CallerOf
from api.audit.trail import Trail
from api.audit.uses import seen
from api.http.dependencies import Audit, Reading
from api.http.errors import ChangedError, UnknownIdError
from api.http.schemas import public
from api.pages.applicant.own_record import OwnRecord, own_record, own_record_now, stored_with
from api.pages.applicant.profile_answers import typed_of
from api.pages.applicant.profile_forms import StepForm
from api.pages.applicant.profile_steps import (
    STEPS,
    StepName,
    asked_of,
    changed_elsewhere,
    progress_of,
    tag_of_step,
)
from api.pages.applicant.step_fields import step_fields
from api.pages.errors import Fault
from api.pages.forms import FormState, sent_as
from api.pages.shell import Crumb, Shell, page_router, redirect, shell_of
from api.pages.submitting import Submitting
from features.guard import ITEM_JA, sensitive_spans

__all__ = ["router"]

router = page_router()


@router.get("/profile")
def profile(shell: Shell, session: Reading, caller: CallerOf, audit: Audit) -> Response:
    """All steps, what is answered, and who sees which of them."""
    own = own_record(session, caller)
    _note(audit, own)
    return shell.page(
        "applicant/profile.html.j2",
        crumbs=[Crumb(shell.words("profile.nav"))],
        own=own,
        progress=progress_of(own),
        masked=_masked(own),
    )


@router.get("/profile/{step}")
def step_form(request: Request, session: Reading, caller: CallerOf, audit: Audit) -> Response:
    """One step with what is stored."""
    step, own = _step_asked(request), own_record(session, caller)
    _note(audit, own)
    typed = {**typed_of(own.applicant), "etag": [tag_of_step(STEPS[step], own.applicant)]}
    return _drawn(request, step, own, FormState(typed), 200)


def _again(request: Request, form: FormState, status: int) -> Response:
    """What was typed; where the answers were changed elsewhere, beside what is stored now."""
    step, own = _step_asked(request), own_record_now(request)
    if status != 412:
        return _drawn(request, step, own, form, status)
    # the fields that differ are shown, so that whoever sends it again has seen what it replaces
    typed = {**form.typed, "etag": [tag_of_step(STEPS[step], own.applicant)]}
    again = FormState(typed, [Fault("", ("profile.changed",))], form.names)
    theirs = changed_elsewhere(STEPS[step], own.applicant, form.typed, shell_of(request).words)
    return _drawn(request, step, own, again, status, theirs=theirs)


def _step_asked(request: Request) -> StepName:
    """The step that the address names; not by its type, because a form is read before anything else is verified."""
    asked = str(request.path_params["step"])
    if asked not in STEPS:
        raise UnknownIdError("step", asked)
    return cast("StepName", asked)


async def _sent(request: Request) -> StepForm:
    """The form of whichever step the address names."""
    return await sent_as(STEPS[_step_asked(request)].form, drawn=_again)(request)


@router.post("/profile/{step}")
def save_step(
    request: Request,
    sent: Annotated[StepForm, Depends(_sent)],
    session: Submitting,
    caller: CallerOf,
    audit: Audit,
) -> Response:
    """Store the answers of one step and go on to the next; what the other steps hold is left as it is stored."""
    step, own = _step_asked(request), own_record(session, caller)
    if sent.etag != tag_of_step(STEPS[step], own.applicant):
        raise ChangedError("applicant", own.applicant_id)
    stored_with(session, audit, own, STEPS[step].answers(sent, own.applicant))
    names = [one.name for one in asked_of(own_record(session, caller))]
    following = names[names.index(step) + 1 :] if step in names else []
    return redirect(f"/profile/{following[0]}" if following else "/profile", done="saved")


def _note(audit: Trail, own: OwnRecord) -> None:
    audit.note(seen("applicant", [] if own.applicant is None else [public(own.applicant)]))


def _drawn(
    request: Request,
    step: StepName,
    own: OwnRecord,
    form: FormState,
    status: int,
    *,
    theirs: Sequence[tuple[str, str]] | None = None,
) -> Response:
    shell = shell_of(request)
    steps = [one.name for one in asked_of(own)]
    steps = steps if step in steps else [*steps, step]
    place = steps.index(step)
    return shell.page(
        "applicant/profile_step.html.j2",
        status=status,
        crumbs=[Crumb(shell.words("profile.nav"), "/profile"), Crumb(shell.words(f"profile.{step}"))],
        form=form,
        theirs=theirs,
        step=STEPS[step],
        place=place + 1,
        n_steps=len(steps),
        before=steps[place - 1] if place else None,
        masked=_masked(own) if step == "words" else (),
        is_own=True,
        **step_fields(form, shell.words),
    )


def _masked(own: OwnRecord) -> list[tuple[str, str]]:
    """What a text tells that is not judged: the item, and the person's own words, shown to that person only."""
    profile = None if own.applicant is None else own.applicant.selection_profile
    texts = () if profile is None else (profile.motivation_text or "", profile.plan_text or "")
    found = [(ITEM_JA[one.item], text[one.begin : one.end]) for text in texts for one in sensitive_spans(text)]
    return list(dict.fromkeys(found))
