"""Blocks against erasure, and certificates of what went."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, get_args

from fastapi import Depends, Path, Query, Request
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from api.audit.trail import Trail
from api.http.dependencies import Audit, Id, Reading
from api.http.now import Now
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel, FormState, sent_as
from api.pages.reading_again import reading_again
from api.pages.shell import Crumb, Shell, page_router, redirect, shell_of
from api.pages.submitting import Submitting
from api.retention.holds import HoldKind
from api.retention.schemas import CertificateAnswer, HoldLifting, HoldOrder
from api.routes import certificates as api_certificates
from api.routes import holds as api_holds
from api.storage.tables import ApplicantRow, ApplicationRow, PostingRow, RunRow
from features.records import Identifier

__all__ = ["router"]

router = page_router()
_SHOWN: Final = 100
_Reason = Annotated[str, Field(min_length=1, max_length=500)]
_HELD: Final[Mapping[HoldKind, type[ApplicantRow | ApplicationRow | PostingRow | RunRow]]] = {
    "applicant": ApplicantRow,
    "application": ApplicationRow,
    "posting": PostingRow,
    "run": RunRow,
}


class HoldForm(FormModel):
    """What must not be erased, and why."""

    kind: HoldKind
    id: Identifier
    reason: _Reason


class LiftingForm(FormModel):
    """Why a block ends."""

    lifting: _Reason


def _drawn(request: Request, session: Session, audit: Trail, form: FormState, status: int) -> Response:
    shell = shell_of(request)
    holds = api_holds.holds(session=session, audit=audit, limit=_SHOWN, offset=0).holds
    told = api_certificates.certificates(session=session, audit=audit, limit=_SHOWN, offset=0)
    lift = request.path_params.get("hold_id") or request.query_params.get("lift")
    may_change = shell.caller is None or shell.caller.role == "administrator"
    return shell.page(
        "oversight/retention.html.j2",
        status=status,
        crumbs=[Crumb(shell.words("retention.nav"))],
        form=form,
        holds=holds,
        kinds=get_args(HoldKind),
        lifting=next((one for one in holds if one.hold_id == lift and one.lifted_at is None), None)
        if may_change
        else None,
        certificates=[(one, _body(one)) for one in told.certificates],
        total=told.total,
        may_change=may_change,
    )


def _body(one: CertificateAnswer) -> Mapping[str, Any]:
    body: Mapping[str, Any] = json.loads(one.body)
    return body


def retention_page(request: Request, form: FormState, status: int) -> Response:
    """Blocks and certificates as they are now, with what was typed."""
    with reading_again(request) as (session, trail):
        return _drawn(request, session, trail, form, status)


@router.get("/retention")
def retention(
    request: Request,
    session: Reading,
    audit: Audit,
    _lift: Annotated[str | None, Query(alias="lift", max_length=200)] = None,
) -> Response:
    """Blocks, newest first, and certificates."""
    return _drawn(request, session, audit, FormState(), 200)


@router.post("/holds")
def hold(
    *,
    sent: Annotated[HoldForm, Depends(sent_as(HoldForm, drawn=retention_page))],
    session: Submitting,
    audit: Audit,
    now: Now,
) -> Response:
    """Block an erasure."""
    if session.get(_HELD[sent.kind], sent.id) is None:
        raise FormError([Fault("id", ("fault.id_unknown",))])
    api_holds.add_hold(sent=HoldOrder(**sent.model_dump()), session=session, audit=audit, now=now)
    return redirect("/retention", done="hold")


@router.post("/holds/{hold_id}/lifting")
def lift(
    *,
    sent: Annotated[LiftingForm, Depends(sent_as(LiftingForm, drawn=retention_page, names={"reason": "lifting"}))],
    session: Submitting,
    audit: Audit,
    now: Now,
    hold_id: Id,
) -> Response:
    """End a block."""
    api_holds.end_hold(hold_id=hold_id, sent=HoldLifting(reason=sent.lifting), session=session, audit=audit, now=now)
    return redirect("/retention", done="hold_lifted")


@router.get("/certificates/{number}")
def certificate(shell: Shell, session: Reading, audit: Audit, number: Annotated[int, Path(ge=1, le=2**62)]) -> Response:
    """One certificate, to print."""
    answer = api_certificates.certificate(session=session, audit=audit, number=number, kind="text")
    text = bytes(answer.body).decode() if isinstance(answer, Response) else answer.body
    crumbs = [Crumb(shell.words("retention.nav"), "/retention"), Crumb(shell.words("retention.number", n=number))]
    return shell.page("oversight/certificate.html.j2", crumbs=crumbs, number=number, text=text)
