"""Municipalities' consents to be seen by their prefecture's supporters, each with its document."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from api.accounts.access import CallerOf, Reached, require_permission
from api.accounts.reach import Reach
from api.accounts.schemas import ConsentRequest
from api.http.dependencies import Audit, Id, Reading
from api.http.now import Now
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel, FormState, sent_as
from api.pages.place_search import meant_by
from api.pages.reading_again import reading_again
from api.pages.shell import Crumb, page_router, redirect, shell_of
from api.pages.submitting import Submitting
from api.routes import consents as api_consents
from features.municipalities import find

__all__ = ["router"]

router = page_router()


class ConsentForm(FormModel):
    """Which municipality, by its name, and the document that says so."""

    place: Annotated[str, Field(max_length=200)]
    document: Annotated[str, Field(min_length=1, max_length=200)]


class WithdrawalForm(FormModel):
    """Nothing but the button."""


def _drawn(request: Request, session: Session, reach: Reach, form: FormState, status: int) -> Response:
    shell = shell_of(request)
    told = api_consents.consents(session, reach).consents
    own = next(iter(reach.municipalities or ()), None)
    if own is not None and not form.typed:
        form = FormState({"place": [find(own).full_name]})
    return shell.page(
        "oversight/consents.html.j2",
        status=status,
        crumbs=[Crumb(shell.words("consents.nav"))],
        form=form,
        standing=[one for one in told if one.withdrawn_at is None],
        withdrawn=[one for one in told if one.withdrawn_at is not None],
        may_change=shell.caller is not None and shell.caller.role in ("administrator", "coordinator"),
    )


def consents_page(request: Request, form: FormState, status: int) -> Response:
    """The consents as they are now, with what was typed."""
    with reading_again(request) as (session, _trail):
        return _drawn(request, session, require_permission(request), form, status)


@router.get("/consents")
def consents(request: Request, session: Reading, reach: Reached) -> Response:
    """Every consent within reach, withdrawn ones too."""
    return _drawn(request, session, reach, FormState(), 200)


@router.post("/consents")
def record(
    *,
    sent: Annotated[ConsentForm, Depends(sent_as(ConsentForm, drawn=consents_page))],
    session: Submitting,
    reach: Reached,
    caller: CallerOf,
    audit: Audit,
    now: Now,
) -> Response:
    """Record a municipality's consent."""
    meant = meant_by("place", sent.place)
    if meant.place is None:
        raise FormError([meant.fault or Fault("place", ("fault.place_unknown",))])
    asked = ConsentRequest(municipality_code=meant.place.code, document=sent.document)
    api_consents.add_consent(sent=asked, session=session, reach=reach, caller=caller, audit=audit, now=now)
    return redirect("/consents", done="consent")


@router.post("/consents/{municipality_code}/withdrawal")
def withdraw(
    *,
    _sent: Annotated[WithdrawalForm, Depends(sent_as(WithdrawalForm, drawn=consents_page))],
    session: Submitting,
    reach: Reached,
    caller: CallerOf,
    audit: Audit,
    now: Now,
    municipality_code: Id,
) -> Response:
    """Record that a municipality no longer consents."""
    api_consents.remove_consent(
        municipality_code=municipality_code, session=session, reach=reach, caller=caller, audit=audit, now=now
    )
    return redirect("/consents", done="consent_withdrawn")
