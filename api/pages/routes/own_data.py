"""The own data: to see, to take along, to correct, to stop its use, to have it erased; consents; who used it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import Depends, Query, Request, Response
from pydantic import Field
from starlette.responses import Response as PageResponse

from api.accounts.access import CallerOf, Reached
from api.http.dependencies import Audit, Id, Reading
from api.http.now import Now
from api.modes.decisions import municipalities_in
from api.own_data.audit_uses import rights_used
from api.own_data.forgetting_asked import Forgetting
from api.pages.applicant.own_record import own_id, own_record, own_record_now, stored_with
from api.pages.applicant.told_uses import told_uses
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel, FormState, sent_as
from api.pages.place_search import meant_by
from api.pages.shell import Crumb, Shell, page_router, redirect, shell_of
from api.pages.submitting import Submitting
from api.rerouting.consents import LONGEST
from api.rerouting.schemas import ReroutingConsentRequest
from api.routes import own_data as api_own_data
from api.routes import rerouting as api_rerouting
from api.routes import uses as api_uses
from api.settings import Settings
from api.storage.database import reading
from features.municipalities import find, prefecture_names
from features.plain_values import Day

__all__ = ["router"]

router = page_router()

_SHOWN_USES = 50
_MOST_CONSENTS = 100


class EmptyForm(FormModel):
    """Nothing but the button."""


class EraseForm(FormModel):
    """That the person means it."""

    sure: Literal["yes"]


class OrderForm(FormModel):
    """Whether an order by scores is wanted."""

    automated_order: Literal["yes", "no"]


class IntroductionForm(FormModel):
    """To whom the record may be shown, and until when."""

    whom: Literal["everywhere", "prefectures", "municipality"]
    prefectures: tuple[Annotated[str, Field(pattern=r"^\d{2}$")], ...] = ()
    municipality: Annotated[str, Field(max_length=50)] | None = None
    municipality_code: Annotated[str, Field(pattern=r"^\d{5}$")] | None = None
    until: Day


@router.get("/my-data")
def own_data(
    *, request: Request, shell: Shell, session: Reading, caller: CallerOf, audit: Audit, now: Now
) -> PageResponse:
    """What is stored, how long, and everything the person may do with it."""
    own, crumbs = own_record(session, caller), [Crumb(shell.words("own_data.nav"))]
    if own.applicant is None:
        return shell.page("applicant/own_data_none.html.j2", crumbs=crumbs)
    answer = api_own_data.shown_data(request=request, session=session, caller=caller, now=now)
    audit.note(rights_used("read", answer.applicant_id))  # the file to take along is another use
    return shell.page("applicant/own_data.html.j2", crumbs=crumbs, own=own, found=answer)


def _start_again(_request: Request, _form: FormState, _status: int) -> PageResponse:
    return redirect("/my-data")  # nothing was typed: the page that follows shows how things stand


def _not_done(request: Request, form: FormState, status: int) -> PageResponse:
    shell = shell_of(request)
    crumbs = [Crumb(shell.words("own_data.nav"), "/my-data"), Crumb(shell.words("own_data.erase"))]
    return shell.page("applicant/erase.html.j2", status=status, crumbs=crumbs, form=form)


_Pressed = Annotated[EmptyForm, Depends(sent_as(EmptyForm, drawn=_start_again))]


@router.post("/my-data/stop")
def stop_use(
    _forgetting: Forgetting, _sent: _Pressed, session: Submitting, caller: CallerOf, audit: Audit, now: Now
) -> PageResponse:
    """Stop the use: in no list, no order and no round from now on."""
    api_own_data.stop_use(_forgetting, session, caller, audit, now)
    return redirect("/my-data", done="use_stopped")


@router.post("/my-data/resume")
def allow_use(_sent: _Pressed, session: Submitting, caller: CallerOf, audit: Audit, now: Now) -> PageResponse:
    """Let the record be used again."""
    api_own_data.allow_use(session, caller, audit, now)
    return redirect("/my-data", done="use_allowed")


@router.get("/my-data/erasure")
def erasure(request: Request, _reach: Reached) -> PageResponse:
    """What an erasure takes along, before one asks for it."""
    return _not_done(request, FormState(), 200)


@router.post("/my-data/erasure")
def erase(
    *,
    request: Request,
    _forgetting: Forgetting,
    sent: Annotated[EraseForm, Depends(sent_as(EraseForm, drawn=_not_done))],
    session: Submitting,
    caller: CallerOf,
    audit: Audit,
    now: Now,
) -> PageResponse:
    """Erase everything, or note that it will be done on the day a duty to keep it ends."""
    del sent
    done = api_own_data.erase_own_data(
        request=request,
        _forgetting=_forgetting,
        session=session,
        caller=caller,
        audit=audit,
        now=now,
        response=Response(),
    )
    return redirect("/", done="erased") if done.erased else redirect("/my-data", done="erasure_waits")


@router.post("/my-data/order")
def choose_order(
    sent: Annotated[OrderForm, Depends(sent_as(OrderForm, drawn=_start_again))],
    session: Submitting,
    caller: CallerOf,
    audit: Audit,
) -> PageResponse:
    """Whether the record is put into an order by scores at all."""
    own = own_record(session, caller)
    stored_with(session, audit, own, {"consent": {"automated_order": sent.automated_order == "yes"}})
    return redirect("/my-data", done=f"order_{sent.automated_order}")


@router.get("/my-data/introductions")
def introductions(request: Request, session: Reading, caller: CallerOf, audit: Audit) -> PageResponse:
    """Consents to be shown to municipalities that one has not applied to."""
    page = api_rerouting.consents(session, audit, applicant_id=own_id(caller), limit=_MOST_CONSENTS)
    return _introductions_page(request, FormState(), 200, consents=page.consents)


def _introductions_again(request: Request, form: FormState, status: int) -> PageResponse:
    return _introductions_page(request, form, status, consents=None)


def _introductions_page(request: Request, form: FormState, status: int, *, consents: object) -> PageResponse:
    shell, settings = shell_of(request), request.app.state.settings
    assert isinstance(settings, Settings)  # noqa: S101 -- tells the type checkers
    with reading(request.app.state.engine) as session:
        codes = municipalities_in(session, "introduce", on=settings.day())
    text = form.first("municipality")
    return shell.page(
        "applicant/introductions.html.j2",
        status=status,
        crumbs=[Crumb(shell.words("own_data.nav"), "/my-data"), Crumb(shell.words("introductions.title"))],
        form=form,
        consents=consents,
        is_on=codes is None or bool(codes),
        choices={"municipality": meant_by("municipality", text).choices} if text.strip() else {},
        prefectures=[(code, name, "") for code, name in prefecture_names().items()],
        prefecture_of=prefecture_names(),
        town_of=find,
        today=settings.day(),
        last=settings.day() + LONGEST - timedelta(days=1),
        own=own_record_now(request),
    )


@router.post("/my-data/introductions")
def allow_introduction(
    *,
    request: Request,
    sent: Annotated[IntroductionForm, Depends(sent_as(IntroductionForm, drawn=_introductions_again))],
    session: Submitting,
    reach: Reached,
    caller: CallerOf,
    audit: Audit,
    now: Now,
) -> PageResponse:
    """Record a consent; it can be taken back at any time."""
    asked = _asked(request, sent, own_id(caller))
    api_rerouting.add_consent(
        request=request, sent=asked, session=session, reach=reach, caller=caller, audit=audit, now=now
    )
    return redirect("/my-data/introductions", done="introduction_allowed")


def _asked(request: Request, sent: IntroductionForm, applicant_id: str) -> ReroutingConsentRequest:
    settings: Settings = request.app.state.settings
    faults: list[Fault] = []
    codes: list[str] = []
    if not settings.day() <= sent.until <= settings.day() + LONGEST:
        faults.append(Fault("until", ("fault.introduction_until",)))
    if sent.whom == "municipality":
        meant = meant_by("municipality", sent.municipality or "", sent.municipality_code)
        faults += [] if meant.fault is None else [meant.fault]
        codes = [] if meant.place is None else [meant.place.code]
    if sent.whom == "prefectures" and not sent.prefectures:
        faults.append(Fault("prefectures", ("fault.missing",)))
    if any(code not in prefecture_names() for code in sent.prefectures):
        faults.append(Fault("prefectures", ("fault.choice",)))
    if faults:
        raise FormError(faults)
    return ReroutingConsentRequest(
        applicant_id=applicant_id,
        municipalities=tuple(codes),
        prefectures=sent.prefectures if sent.whom == "prefectures" else (),
        everywhere=sent.whom == "everywhere",
        until=sent.until,
        document=None,
    )


def _introductions_anew(_request: Request, _form: FormState, _status: int) -> PageResponse:
    return redirect("/my-data/introductions")


@router.post("/my-data/introductions/{consent_id}/withdrawal")
def withdraw_introduction(
    *,
    consent_id: Id,
    _sent: Annotated[EmptyForm, Depends(sent_as(EmptyForm, drawn=_introductions_anew))],
    session: Submitting,
    reach: Reached,
    caller: CallerOf,
    audit: Audit,
    now: Now,
) -> PageResponse:
    """Take a consent back; from now on nobody is shown the record on its ground."""
    api_rerouting.remove_consent(
        consent_id=consent_id, session=session, reach=reach, caller=caller, audit=audit, now=now
    )
    return redirect("/my-data/introductions", done="introduction_withdrawn")


@router.get("/my-data/uses")
def own_uses(
    shell: Shell,
    session: Reading,
    caller: CallerOf,
    audit: Audit,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> PageResponse:
    """Who used the record, newest first."""
    found = api_uses.own_uses(session, caller, audit, before, limit=_SHOWN_USES)
    return shell.page(
        "applicant/own_uses.html.j2",
        crumbs=[Crumb(shell.words("own_data.nav"), "/my-data"), Crumb(shell.words("own_uses.title"))],
        uses=told_uses(found.uses),
        next_before=found.next_before,
    )
