"""Writing a call: all its fields, advice while typing, and what another officer stored meanwhile."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import Engine
from sqlmodel import Session
from starlette.responses import Response

from api.accounts.caller import caller_of
from api.decisions.seats import accepted_at, seats_after
from api.http.dependencies import Audit, Id, Reading
from api.pages.errors import Fault, FormError
from api.pages.forms import FormState, again_of, sent_as
from api.pages.kept_answers import asked_findings, kept_choices, replace_answered, sent_posting
from api.pages.place_search import meant_by
from api.pages.posting_differences import posting_differences
from api.pages.posting_fields import choices_in, hints_in, labels_in
from api.pages.posting_form import PostingForm, is_written, posting_of, typed_of
from api.pages.posting_sheet import sheet_of
from api.pages.shell import Crumb, PageShell, page_router, redirect, shell_of
from api.pages.submitting import Submitting
from api.pages.templating import segment
from api.routes import postings as api_postings
from api.settings import Settings
from api.storage.database import reading
from api.storage.record_kinds import POSTINGS
from api.storage.stored_records import read, tag_of
from features.records import Posting

__all__ = ["editor_crumbs", "read_with_tag", "router"]

router = page_router()


def editor_crumbs(shell: PageShell, posting: Posting | None, *here: str) -> list[Crumb]:
    """The way to a page about a call; the list of calls stands in it where there is one."""
    crumbs = [Crumb(shell.words("postings.nav"), "/postings")] if shell.may_open("/postings") else []
    if posting is not None:
        crumbs.append(Crumb(posting.title or posting.posting_id, f"/postings/{segment(posting.posting_id)}/papers"))
    return [*crumbs, *(Crumb(shell.words(key)) for key in here)]


def read_with_tag(session: Session, posting_id: str) -> tuple[Posting, str]:
    """A stored call and the tag that names its state."""
    return read(session, POSTINGS, posting_id), tag_of(session, POSTINGS, posting_id)


def _day(request: Request) -> date:
    settings: Settings = request.app.state.settings
    return settings.day()


def _drawn(request: Request, form: FormState, status: int, **content: Any) -> Response:
    shell = shell_of(request)
    posting: Posting | None = content.get("posting")
    known: dict[str, object] = {"posting": None, "sheet": None, "theirs": None, "code": None}
    known |= {"findings": asked_findings(request), "keep_choices": kept_choices(shell.words)}
    here = "posting.new" if posting is None else "posting.edit"
    return shell.page(
        "posting_edit.html.j2",
        status=status,
        crumbs=editor_crumbs(shell, posting, here),
        form=form,
        labels=labels_in(shell.words),
        choices=choices_in(shell.words),
        hints=hints_in(shell.words),
        **(known | content),
    )


def new_page(request: Request, form: FormState, status: int, *, sheet: object = None) -> Response:
    """The form of a new call."""
    return _drawn(request, form, status, code=_own_code(request), sheet=sheet)


def edit_page(request: Request, form: FormState, status: int) -> Response:
    """The form with what was typed; after another officer's change with what is stored now beside it."""
    engine: Engine = request.app.state.engine
    with reading(engine) as session:  # who may see it was asked before anything was read
        posting, tag = read_with_tag(session, request.path_params["posting_id"])
        stored, free = _typed_of(session, posting, tag), _free(session, posting)
    if status not in (409, 412) or form.first("etag") == tag:
        return _drawn(request, form, status, posting=posting, free=free)
    theirs = posting_differences(stored, form.typed, shell_of(request).words)
    # both are shown, so that whoever sends it again has seen what it replaces
    return _drawn(
        request,
        FormState({**form.typed, "etag": [tag]}, form.faults),
        status,
        posting=posting,
        free=free,
        theirs=theirs,
    )


def _own_code(request: Request) -> str | None:
    caller = caller_of(request)
    return None if caller is None else caller.municipality_code


def _place(request: Request, sent: PostingForm) -> str:
    own = _own_code(request)
    if own is not None:
        return own
    if sent.place is None:
        raise FormError([Fault("place", ("fault.missing",))])
    meant = meant_by("place", sent.place)
    if meant.place is None:
        raise FormError([meant.fault or Fault("place", ("fault.place_unknown",))])
    return meant.place.code


def _new_posting(request: Request, sent: PostingForm) -> Posting:
    code = _place(request, sent)
    posting_id = f"{code}-{sent.own_number or secrets.token_hex(4)}"
    return posting_of(sent, posting_id=posting_id, municipality_code=code, state="draft")


def _typed(request: Request) -> FormState:
    again = again_of(request)
    return FormState() if again is None else again[0]


@router.get("/postings/new")
def new(request: Request, _session: Reading) -> Response:
    """An empty form: a call begins as a draft, which nobody but its municipality sees."""
    return new_page(request, FormState({"program": ["kyoryokutai"], "headcount": ["1"]}), 200)


@router.post("/postings/new")
def add(
    request: Request,
    sent: Annotated[PostingForm, Depends(sent_as(PostingForm, drawn=new_page, names={"posting_id": "own_number"}))],
    session: Submitting,
    audit: Audit,
) -> Response:
    """Store a new call as a draft; one of which nothing is written yet is none."""
    if not is_written(sent):
        raise FormError([Fault("title", ("fault.title.nothing_written",))])
    posting = _new_posting(request, sent)
    api_postings.add_posting(session, audit, sent_posting(posting), Response())
    return redirect(f"/postings/{segment(posting.posting_id)}/edit", done="posting_added")


@router.post("/postings/new/advice")
def advice_on_new(
    request: Request,
    sent: Annotated[PostingForm, Depends(sent_as(PostingForm, drawn=new_page))],
    _session: Reading,
) -> Response:
    """What the advice says of what is typed; nothing is stored."""
    return new_page(request, _typed(request), 200, sheet=sheet_of(_new_posting(request, sent), on=_day(request)))


@router.get("/postings/{posting_id}/edit")
def edit(request: Request, session: Reading, posting_id: Id) -> Response:
    """The form of a stored call with the advice on it."""
    posting, tag = read_with_tag(session, posting_id)
    sheet = sheet_of(posting, on=_day(request))
    typed, free = _typed_of(session, posting, tag), _free(session, posting)
    return _drawn(request, FormState(typed), 200, posting=posting, sheet=sheet, free=free)


@router.post("/postings/{posting_id}/edit")
def save(
    *,
    request: Request,
    sent: Annotated[PostingForm, Depends(sent_as(PostingForm, drawn=edit_page))],
    session: Submitting,
    audit: Audit,
    posting_id: Id,
) -> Response:
    """Replace the call, in the state it is in; in an open one what may not be written is put right, or answered."""
    stored = read(session, POSTINGS, posting_id)
    revised = _revised(session, stored, sent)
    replace_answered(
        request=request,
        session=session,
        audit=audit,
        stored=stored,
        revised=revised,
        keep=sent.keep,
        etag=sent.etag,
        fault="fault.keep.unanswered",
    )
    return redirect(f"/postings/{segment(posting_id)}/edit", done="posting_saved")


@router.post("/postings/{posting_id}/advice")
def advice(
    request: Request,
    sent: Annotated[PostingForm, Depends(sent_as(PostingForm, drawn=edit_page))],
    session: Reading,
    posting_id: Id,
) -> Response:
    """What the advice says of what is typed; nothing is stored."""
    stored = read(session, POSTINGS, posting_id)
    sheet = sheet_of(_revised(session, stored, sent), on=_day(request))
    return _drawn(request, _typed(request), 200, posting=stored, sheet=sheet, free=_free(session, stored))


def _typed_of(session: Session, posting: Posting, tag: str) -> dict[str, list[str]]:
    typed = typed_of(posting, etag=tag)
    # an acceptance wrote it, and nobody told it: it is counted again when the headcount changes
    if posting.seats_left == posting.headcount - accepted_at(session, posting.posting_id):
        typed["seats_left"] = [""]
    return typed


def _free(session: Session, posting: Posting) -> int:
    return seats_after(posting, accepted_at(session, posting.posting_id))


def _revised(session: Session, stored: Posting, sent: PostingForm) -> Posting:
    taken = accepted_at(session, stored.posting_id)
    if sent.headcount < taken:
        raise FormError([Fault("headcount", ("fault.headcount.taken",), {"taken": taken})])
    revised = posting_of(
        sent,
        posting_id=stored.posting_id,
        municipality_code=stored.municipality_code,
        state=stored.state,
        stored=stored,
    )
    if stored.seats_left is None or sent.seats_left is not None:
        return revised
    return revised.model_copy(update={"seats_left": None})  # sent as none, the service counts it
