"""A person's wishes on paper, as an office enters them: what is on record, use stopped and resumed, erasure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Final, Literal

from fastapi import Depends, Request, Response
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response as PageResponse

from api.accounts.access import Reached, require_permission
from api.accounts.errors import ForbiddenError
from api.accounts.reach import Reach
from api.accounts.write_rules import verify_write
from api.audit.trail import Trail
from api.http.dependencies import Audit, Id, Reading
from api.http.now import Now
from api.own_data.erasure_requests import duty_until
from api.own_data.forgetting_asked import Forgetting
from api.own_data.restricting import restriction_of
from api.own_data.schemas import ErasureOrder, RestrictionOrder, Version
from api.own_data.tables import ErasureRequestRow
from api.pages.applicant.corrections import correctable_steps
from api.pages.forms import FormModel, FormState, asked_as, sent_as
from api.pages.reading_again import reading_again
from api.pages.record_places import place_words
from api.pages.selection.addresses import address
from api.pages.shell import Crumb, page_router, redirect, shell_of
from api.pages.submitting import Submitting
from api.pages.words import Words
from api.retention.holds import held
from api.retention.rules import retention_rules
from api.routes import rights as api_rights
from api.settings import JAPAN, Settings
from api.storage.record_kinds import APPLICANTS
from api.storage.stored_records import read
from api.storage.tables import ApplicantRow
from features.records import Identifier

__all__ = ["router"]

router = page_router()

_HERE: Final = "/rights"
_FORMS: Final = ("stop", "resume", "erasure")
_Paper = Annotated[str, Field(min_length=1, max_length=200)]


class PersonForm(FormModel):
    """Whose record it is about."""

    applicant_id: Identifier


class StopForm(FormModel):
    """The paper that asks for it."""

    document: _Paper


class ResumeForm(FormModel):
    """Nothing but the button."""


class ErasureForm(FormModel):
    """The paper that asks for it, that the office means it, and that a duty to keep is overruled."""

    document: _Paper
    sure: Literal["yes"]
    despite_duty: Literal["yes"] | None = None


def _asking(request: Request, form: FormState, status: int) -> PageResponse:
    shell = shell_of(request)
    return shell.page("rights_whose.html.j2", status=status, crumbs=[Crumb(shell.words("rights.nav"))], form=form)


@router.get(_HERE)
def whose_rights(
    request: Request, asked: Annotated[PersonForm | None, Depends(asked_as(PersonForm, drawn=_asking))]
) -> PageResponse:
    """Whose record it is about."""
    if asked is None:
        return _asking(request, FormState(), 200)
    return redirect(address("applicants", asked.applicant_id, "rights"))


@router.get("/applicants/{applicant_id}/rights")
def rights(request: Request, session: Reading, reach: Reached, audit: Audit, applicant_id: Id) -> PageResponse:
    """What is on record and what may be done at the person's wish."""
    return _page(request, session, reach, audit, applicant_id)


def _again(request: Request, form: FormState, status: int) -> PageResponse:
    with reading_again(request) as (session, audit):
        an_id = str(request.path_params["applicant_id"])
        return _page(request, session, require_permission(request), audit, an_id, form=form, status=status)


def _page(
    request: Request,
    session: Session,
    reach: Reach,
    audit: Trail,
    an_id: str,
    *,
    form: FormState | None = None,
    status: int = 200,
) -> PageResponse:
    shell, settings = shell_of(request), request.app.state.settings
    assert isinstance(settings, Settings)  # noqa: S101 -- tells the type checkers
    found = api_rights.history(session, reach, audit, an_id)
    stopped, waits = restriction_of(session, an_id), session.get(ErasureRequestRow, an_id)
    return shell.page(
        "rights.html.j2",
        status=status,
        crumbs=[Crumb(shell.words("rights.nav"), _HERE), Crumb(an_id)],
        who=an_id,
        stopped=stopped,
        stopped_on=stopped and _day(stopped.stopped_at),
        waits_until=waits and waits.kept_until,
        changes=list(_changes(found.versions, shell.words)),
        is_entered=_is_entered(session, reach, an_id),
        correctable=correctable_steps(read(session, APPLICANTS, an_id)),
        is_held=an_id in held(session).applicants,
        kept_until=duty_until(session, an_id, retention_rules(settings.retention_file), on=settings.day()),
        forms=_forms(request, form),
        here=address("applicants", an_id, "rights"),
    )


def _forms(request: Request, form: FormState | None) -> Mapping[str, FormState]:
    sent = request.scope["path"].rpartition("/")[2]
    return {name: form if form is not None and sent == name else FormState() for name in _FORMS}


def _is_entered(session: Session, reach: Reach, an_id: str) -> bool:
    """Whether the record is this office's to erase: a record that a person entered is that person's."""
    if not reach.is_partial:
        return True
    try:
        verify_write(session, reach, session.get_one(ApplicantRow, an_id))
    except ForbiddenError:
        return False
    return True


def _changes(versions: list[Version], words: Words) -> Iterator[tuple[date | None, list[str]]]:
    """Day and places of each change, newest first; the first version is the entry itself."""
    for version in reversed(versions):
        yield _day(version.at), place_words(version.changed, words)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.astimezone(JAPAN).date()


@router.post("/applicants/{applicant_id}/rights/stop")
def stop_use(
    *,
    _forgetting: Forgetting,
    sent: Annotated[StopForm, Depends(sent_as(StopForm, drawn=_again))],
    session: Submitting,
    audit: Audit,
    applicant_id: Id,
    now: Now,
) -> PageResponse:
    """Stop the use: in no list, no order and no round from now on."""
    api_rights.stop_use_on_paper(
        _forgetting=_forgetting,
        session=session,
        audit=audit,
        applicant_id=applicant_id,
        order=RestrictionOrder(document=sent.document),
        now=now,
    )
    return redirect(address("applicants", applicant_id, "rights"), done="person_stopped")


@router.post("/applicants/{applicant_id}/rights/resume")
def allow_use(
    *,
    _sent: Annotated[ResumeForm, Depends(sent_as(ResumeForm, drawn=_again))],
    session: Submitting,
    reach: Reached,
    audit: Audit,
    applicant_id: Id,
    now: Now,
) -> PageResponse:
    """Let the record be used again."""
    api_rights.allow_use_on_paper(session, reach, audit, applicant_id, now)
    return redirect(address("applicants", applicant_id, "rights"), done="person_resumed")


@router.post("/applicants/{applicant_id}/rights/erasure")
def erase(
    *,
    request: Request,
    _forgetting: Forgetting,
    sent: Annotated[ErasureForm, Depends(sent_as(ErasureForm, drawn=_again))],
    session: Submitting,
    reach: Reached,
    audit: Audit,
    applicant_id: Id,
    now: Now,
) -> PageResponse:
    """Erase everything, or note that it will be done on the day a duty to keep it ends."""
    done = api_rights.erase_on_paper(
        request=request,
        _forgetting=_forgetting,
        session=session,
        reach=reach,
        audit=audit,
        applicant_id=applicant_id,
        order=ErasureOrder(document=sent.document, despite_duty=sent.despite_duty == "yes"),
        now=now,
        response=Response(),
    )
    if done.erased:
        return redirect(_HERE, done="person_erased")
    return redirect(address("applicants", applicant_id, "rights"), done="person_waits")
