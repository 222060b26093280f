"""Conflicts of interest: declaring one, which closes the posting to whoever declares it, and lifting it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Final

from fastapi import Depends, Path, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from api.accounts.access import CallerOf
from api.accounts.caller import Caller
from api.accounts.tables import AccountRow
from api.audit.trail import Trail
from api.conflicts.schemas import (
    KINDS_JA,
    LIFTING_JA,
    ConflictId,
    ConflictKind,
    ConflictRequest,
    Lifting,
    LiftingKind,
)
from api.http.dependencies import Audit, Reading
from api.http.now import Now
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel, FormState, sent_as
from api.pages.reading_again import reading_again
from api.pages.selection.addresses import address
from api.pages.shell import Crumb, page_router, redirect, shell_of
from api.pages.submitting import Submitting
from api.routes import conflicts as api_conflicts
from api.settings import JAPAN
from features.records import Identifier

__all__ = ["router"]

router = page_router()

_ASKED: Final[Mapping[str, LiftingKind]] = {words: kind for kind, words in LIFTING_JA.items()}


class ConflictForm(FormModel):
    """The kind of a conflict, and with which posting or applicant; nothing more is asked."""

    kind: ConflictKind
    posting_id: Identifier | None = None
    applicant_id: Identifier | None = None


class LiftingForm(FormModel):
    """Why it no longer stands; no circumstances are asked."""

    why: LiftingKind


@router.get("/conflicts")
def conflicts(
    *,
    request: Request,
    session: Reading,
    audit: Audit,
    caller: CallerOf,
    posting_id: Annotated[str, Query(max_length=200)] = "",
    applicant_id: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """One's own declarations, and the form for another."""
    typed = {"posting_id": [posting_id], "applicant_id": [applicant_id]}
    return _page(request, session, audit, caller, form=FormState(typed))


def _again(request: Request, form: FormState, status: int) -> Response:
    with reading_again(request) as (session, audit):
        caller = shell_of(request).caller
        return (
            redirect("/sign-in") if caller is None else _page(request, session, audit, caller, form=form, status=status)
        )


def _page(
    request: Request, session: Session, audit: Trail, caller: Caller, *, form: FormState, status: int = 200
) -> Response:
    shell = shell_of(request)
    found = api_conflicts.conflicts(session, audit, caller, limit=200, offset=0)
    standing = [
        (one, _day(one.declared_at), address("conflicts", one.conflict_id, "lifting"))
        for one in found.conflicts
        if one.lifted_at is None
    ]
    return shell.page(
        "conflicts.html.j2",
        status=status,
        crumbs=[Crumb(shell.words("conflicts.nav"))],
        form=form,
        kinds=list(KINDS_JA),
        why=list(LIFTING_JA),
        standing=standing,
        lifted=[
            (one, _day(one.lifted_at), _ASKED.get(one.lifted_reason or ""))
            for one in found.conflicts
            if one.lifted_at is not None
        ],
        who=_name(session, caller),
    )


def _name(session: Session, caller: Caller) -> str | None:
    """Who declares, for the paper; nobody where nobody signs in."""
    account = session.get(AccountRow, caller.account_id)
    return None if account is None else account.display_name


def _day(moment: datetime) -> date:
    return moment.astimezone(JAPAN).date()


def _one_named(sent: Annotated[ConflictForm, Depends(sent_as(ConflictForm, drawn=_again))]) -> ConflictForm:
    if (sent.posting_id is None) == (sent.applicant_id is None):
        raise FormError([Fault("posting_id", ("fault.names_one",))])
    return sent


@router.post("/conflicts")
def add_conflict(
    *, sent: Annotated[ConflictForm, Depends(_one_named)], session: Submitting, audit: Audit, caller: CallerOf, now: Now
) -> Response:
    """Declare one; from the next page on the posting is closed to whoever declared it."""
    asked = ConflictRequest.model_validate(sent.model_dump())
    api_conflicts.add_conflict(sent=asked, session=session, audit=audit, caller=caller, now=now, response=Response())
    return redirect("/conflicts", done="conflict")


@router.post("/conflicts/{conflict_id}/lifting")
def lift_conflict(
    *,
    sent: Annotated[LiftingForm, Depends(sent_as(LiftingForm, drawn=_again))],
    session: Submitting,
    audit: Audit,
    caller: CallerOf,
    now: Now,
    conflict_id: Annotated[ConflictId, Path()],
) -> Response:
    """Take it back; both stay on record."""
    api_conflicts.lift_conflict(
        conflict_id=conflict_id,
        sent=Lifting(reason=LIFTING_JA[sent.why]),
        session=session,
        audit=audit,
        caller=caller,
        now=now,
    )
    return redirect("/conflicts", done="conflict_lifted")
