"""Publishing a call after a last look, closing it, and taking a draft back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Request
from pydantic import Field
from sqlalchemy import Engine
from starlette.responses import Response

from api.accounts.access import Reached, require_permission
from api.accounts.restricted_session import restrict
from api.conflicts.closed_postings import verify_no_conflict
from api.documents.wording import posting_facts
from api.http.dependencies import Audit, Id, Reading
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel, FormState, sent_as
from api.pages.kept_answers import Kept, kept_choices, replace_answered
from api.pages.posting_sheet import sheet_of
from api.pages.routes.posting_editor import editor_crumbs, read_with_tag
from api.pages.shell import page_router, redirect, shell_of
from api.pages.submitting import Submitting
from api.pages.templating import segment
from api.routes import postings as api_postings
from api.settings import Settings
from api.storage.database import reading
from api.storage.record_kinds import POSTINGS
from api.storage.stored_records import read
from features.posting_quality.freshness import is_stale
from features.records import Identifier, Posting

__all__ = ["router"]

router = page_router()


class PublishingForm(FormModel):
    """Which state of the call was looked at, and that somebody did."""

    etag: Annotated[str, Field(max_length=40)]
    confirmed: Literal["yes"]
    keep: Kept = ()


class ClosingForm(FormModel):
    """Which state of the call was looked at."""

    etag: Annotated[str, Field(max_length=40)]


class DeletionForm(ClosingForm):
    """Which draft, and which state of it was looked at."""

    posting_id: Identifier


def _day(request: Request) -> date:
    settings: Settings = request.app.state.settings
    return settings.day()


def _publishing(request: Request, posting: Posting, tag: str, form: FormState, status: int) -> Response:
    shell, on = shell_of(request), _day(request)
    return shell.page(
        "posting_publishing.html.j2",
        status=status,
        crumbs=editor_crumbs(shell, posting, f"posting.publishing.{posting.state}"),
        form=form,
        posting=posting,
        etag=tag,
        sheet=sheet_of(posting, on=on),
        facts=posting_facts(posting),
        keep_choices=kept_choices(shell.words),
        is_past=posting.deadline is not None and posting.deadline < on,
        is_stale=is_stale(posting, on=on),
    )


def _closing(request: Request, posting: Posting, tag: str, form: FormState, status: int) -> Response:
    shell = shell_of(request)
    crumbs = editor_crumbs(shell, posting, "posting.closing")
    return shell.page("posting_closing.html.j2", status=status, crumbs=crumbs, form=form, posting=posting, etag=tag)


def _deletion(request: Request, posting: Posting, tag: str, form: FormState, status: int) -> Response:
    shell = shell_of(request)
    crumbs = editor_crumbs(shell, posting, "posting.deletion")
    return shell.page("posting_deletion.html.j2", status=status, crumbs=crumbs, form=form, posting=posting, etag=tag)


def publishing_page(request: Request, form: FormState, status: int) -> Response:
    """The last look, read anew: after another officer's change it is the changed call that is looked at."""
    return _publishing(request, *_stored(request), form, status)


def closing_page(request: Request, form: FormState, status: int) -> Response:
    """The question whether to close, read anew."""
    return _closing(request, *_stored(request), form, status)


def deletion_page(request: Request, form: FormState, status: int) -> Response:
    """The question whether to delete, read anew."""
    engine: Engine = request.app.state.engine
    with reading(engine) as session:
        restrict(session, require_permission(request))  # the address names no call, so nothing was asked of it yet
        return _deletion(request, *read_with_tag(session, form.first("posting_id")), form, status)


def _stored(request: Request) -> tuple[Posting, str]:
    engine: Engine = request.app.state.engine
    with reading(engine) as session:  # who may see it was asked before anything was read
        return read_with_tag(session, request.path_params["posting_id"])


@router.get("/postings/{posting_id}/publishing")
def look(request: Request, session: Reading, posting_id: Id) -> Response:
    """The last look before a call is published, or published again."""
    return _publishing(request, *read_with_tag(session, posting_id), FormState(), 200)


@router.post("/postings/{posting_id}/publishing")
def publish(
    request: Request,
    sent: Annotated[PublishingForm, Depends(sent_as(PublishingForm, drawn=publishing_page))],
    session: Submitting,
    audit: Audit,
    posting_id: Id,
) -> Response:
    """Publish it: everybody may read it, and applications come in; what may not be written is mended, or answered."""
    stored = read(session, POSTINGS, posting_id)
    replace_answered(
        request=request,
        session=session,
        audit=audit,
        stored=stored,
        revised=stored.model_copy(update={"state": "open"}),
        keep=sent.keep,
        etag=sent.etag,
        fault="fault.publishing.must_fix",
    )
    return redirect(f"/postings/{segment(posting_id)}/edit", done="posting_published")


@router.get("/postings/{posting_id}/closing")
def ask(request: Request, session: Reading, posting_id: Id) -> Response:
    """What closing does, before it is done."""
    return _closing(request, *read_with_tag(session, posting_id), FormState(), 200)


@router.post("/postings/{posting_id}/closing")
def close(
    sent: Annotated[ClosingForm, Depends(sent_as(ClosingForm, drawn=closing_page))],
    session: Submitting,
    audit: Audit,
    posting_id: Id,
) -> Response:
    """Close it at once."""
    api_postings.close_posting(session, audit, posting_id, Response(), [sent.etag])
    return redirect(f"/postings/{segment(posting_id)}/edit", done="posting_closed")


@router.get("/postings/{posting_id}/deletion")
def ask_deletion(request: Request, session: Reading, posting_id: Id) -> Response:
    """What deleting does, before it is done; only a draft is deleted, what took place is closed."""
    return _deletion(request, *read_with_tag(session, posting_id), FormState(), 200)


# the call stands in the form: an address of a call that is gone is unknown before its form is read, also to whoever
# pressed twice
@router.post("/postings/deletion")
def delete(
    sent: Annotated[DeletionForm, Depends(sent_as(DeletionForm, drawn=deletion_page))],
    session: Submitting,
    reach: Reached,
    audit: Audit,
) -> Response:
    """Delete a draft that nobody has applied to."""
    state = read(session, POSTINGS, sent.posting_id).state
    verify_no_conflict(session, reach, sent.posting_id)
    if state != "draft":
        raise FormError([Fault("", ("fault.deletion.published",), {})])
    api_postings.remove_posting(session, audit, sent.posting_id, [sent.etag])
    return redirect("/postings", done="posting_deleted")
