"""Calls that are published, and one of them: what is offered, how one lives there, the region rule, applying."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from pydantic import Field
from starlette.responses import Response as PageResponse

from api.accounts.access import CallerOf, require_permission
from api.accounts.restricted_session import restrict
from api.audit.uses import seen
from api.calls.changed_conditions import ConditionChange, changes_since_applied
from api.decisions.applications import ENDED
from api.documents.wording import posting_facts
from api.http.dependencies import Audit, Id, Market, Reading
from api.pages.applicant.own_record import OwnRecord, own_id, own_record, own_record_now
from api.pages.applicant.saved_calls import saved_calls
from api.pages.applicant.told_places import LIVING_SOURCE, call_facts
from api.pages.applicant.wish_ranks import moved_down, ranked, store_ranks
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel, FormState, asked_as, sent_as
from api.pages.japan_map import JapanMap, japan_map, map_point
from api.pages.place_search import meant_by
from api.pages.shell import Crumb, PageShell, Shell, page_router, redirect, shell_of
from api.pages.submitting import Submitting
from api.routes import applications as api_applications
from api.routes import postings as api_postings
from api.secret_tokens import new_id
from api.settings import Settings
from api.storage.database import reading
from api.storage.record_kinds import APPLICATIONS, POSTINGS
from api.storage.stored_records import page as stored_page
from api.storage.stored_records import read
from api.storage.tables import PostingRow
from features.municipalities import Municipality, find
from features.posting_quality.freshness import is_stale
from features.records import Application, Posting
from features.rules import verdict_words
from features.taxonomy.vocabulary import ACTIVITY_JA, Program

__all__ = ["router"]

router = page_router()

_PAGE: Final = 20
_MOST_OWN: Final = 1000
_RANK_TAKEN: Final = "fault.wish-rank-taken"


class SearchForm(FormModel):
    """What is looked for."""

    place: Annotated[str, Field(max_length=50)] | None = None
    place_code: Annotated[str, Field(pattern=r"^\d{5}$")] | None = None
    program: Program | None = None
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class ApplicationForm(FormModel):
    """An application: its rank among one's wishes, and whether the others make room for it."""

    wish_rank: Annotated[int, Field(ge=1, le=100)] | None = None
    move_others: Literal["yes"] | None = None


def _search_again(request: Request, form: FormState, status: int) -> PageResponse:
    text = form.first("place")
    choices = meant_by("place", text).choices if text.strip() else ()
    return _list_page(shell_of(request), form, status, choices=choices)


def _list_page(shell: PageShell, form: FormState, status: int = 200, **content: object) -> PageResponse:
    known: dict[str, object] = {"found": None, "calls": [], "choices": (), "before": None, "after": None}
    crumbs = [Crumb(shell.words("calls.nav"))]
    return shell.page("applicant/calls.html.j2", status=status, crumbs=crumbs, form=form, **(known | content))


@router.get("/calls")
def calls(
    *,
    request: Request,
    shell: Shell,
    session: Reading,
    asked: Annotated[SearchForm | None, Depends(asked_as(SearchForm, drawn=_search_again))],
) -> PageResponse:
    """Calls that take applications, some at a time."""
    wanted = asked or SearchForm()
    town: Municipality | None = None
    if wanted.place is not None:
        meant = meant_by("place", wanted.place, wanted.place_code)
        if meant.fault is not None:
            raise FormError([meant.fault])
        town = meant.place
    found = api_postings.postings(
        request=request,
        session=session,
        program=wanted.program,
        municipality_code=None if town is None else town.code,
        state="open",
        limit=_PAGE,
        offset=wanted.offset,
    )
    if wanted.offset >= max(found.total, 1):  # past the end, as an old link may be once calls have closed
        return redirect(_address(wanted, max(found.total - 1, 0) // _PAGE * _PAGE))
    form = FormState({name: [str(value)] for name, value in wanted.model_dump(exclude_none=True).items()})
    return _list_page(
        shell,
        form,
        found=found,
        calls=[(one, find(one.municipality_code), dict(posting_facts(one))) for one in found.postings],
        activities=ACTIVITY_JA,
        before=_address(wanted, wanted.offset - _PAGE) if wanted.offset else None,
        after=_address(wanted, wanted.offset + _PAGE) if found.total > wanted.offset + _PAGE else None,
    )


def _address(wanted: SearchForm, offset: int) -> str:
    told = wanted.model_dump(exclude_none=True) | {"offset": max(0, offset)}
    return f"/calls?{urlencode(told)}"


@router.get("/calls/{posting_id}")
def call(
    *,
    request: Request,
    session: Reading,
    caller: CallerOf,
    market: Market,
    audit: Audit,
    posting_id: Id,
) -> PageResponse:
    """One call."""
    posting = api_postings.posting(request, session, posting_id, Response())
    own = own_record(session, caller)
    mine = _own_applications(session, own)
    audit.note(seen("application", mine))
    wishes, changes = _wishes(session, mine), _changes(session, mine, posting_id)
    return _call_page(
        request, FormState(), 200, posting=posting, own=own, mine=mine, wishes=wishes, changes=changes, market=market
    )


def _call_again(request: Request, form: FormState, status: int) -> PageResponse:
    """The page with what was typed; everything on it is read anew within the same reach."""
    own, posting_id = own_record_now(request), str(request.path_params["posting_id"])
    with reading(request.app.state.engine) as session:
        restrict(session, require_permission(request))
        posting, mine = read(session, POSTINGS, posting_id), _own_applications(session, own)
        wishes, changes = _wishes(session, mine), _changes(session, mine, posting_id)
    market: Market = request.app.state.market
    return _call_page(
        request, form, status, posting=posting, own=own, mine=mine, wishes=wishes, changes=changes, market=market
    )


def _own_applications(session: Reading, own: OwnRecord) -> list[Application]:
    """Those that are under way."""
    found, _ = stored_page(session, APPLICATIONS, limit=_MOST_OWN, offset=0, applicant_id=own.applicant_id)
    return [one for one in found if one.status not in ENDED]


def _changes(session: Reading, mine: list[Application], posting_id: str) -> list[ConditionChange]:
    """What was changed in the call since the applicant applied to it; nothing where nobody did."""
    own = next((one.application_id for one in mine if one.posting_id == posting_id), None)
    return [] if own is None else changes_since_applied(session, own)


def _wishes(session: Reading, applications: list[Application]) -> list[tuple[int | None, str]]:
    """Rank and call of the applications that have a rank."""
    wishes = ranked(applications)
    calls = [POSTINGS.record_of(session.get_one(PostingRow, one.posting_id)) for one in wishes]
    return [(one.wish_rank, _named(call)) for one, call in zip(wishes, calls, strict=True)]


def _named(call: Posting) -> str:
    """Town and title, of which many say the town already."""
    town, title = find(call.municipality_code).full_name, call.title or call.posting_id
    return title if title.startswith(town) else f"{town}　{title}"


def _call_page(
    request: Request,
    form: FormState,
    status: int,
    *,
    posting: Posting,
    own: OwnRecord,
    mine: list[Application],
    wishes: list[tuple[int | None, str]],
    changes: list[ConditionChange],
    market: Market,
) -> PageResponse:
    shell, settings = shell_of(request), request.app.state.settings
    assert isinstance(settings, Settings)  # noqa: S101 -- tells the type checkers
    facts = call_facts(posting, applicant=own.applicant, on=settings.day())
    judged = None if own.applicant is None else market.eligibility(own.applicant, posting, None)
    caller = shell.caller
    return shell.page(
        "applicant/call.html.j2",
        status=status,
        crumbs=[Crumb(shell.words("calls.nav"), "/calls"), Crumb(facts.title)],
        form=form,
        facts=facts,
        own=own,
        judged=judged,
        verdict_words="" if judged is None else verdict_words(judged.findings[0]),
        has_applied=any(one.posting_id == posting.posting_id for one in mine),
        wishes=wishes,
        changes=changes,
        is_rank_taken=any(_RANK_TAKEN in fault.keys for fault in form.faults),
        map=_map(shell, facts.town),
        is_open=posting.is_open_on(settings.day()),
        is_stale=is_stale(posting, on=settings.day()),
        is_saved=caller is not None and posting.posting_id in saved_calls(request, caller),
        activities=[ACTIVITY_JA[code] for code in posting.activities or ()],
        living_source=LIVING_SOURCE,
        on=settings.day(),
    )


def _map(shell: PageShell, town: Municipality) -> JapanMap:
    return japan_map([map_point(town.code, shape="to")], title=shell.words("calls.map", place=town.full_name))


@router.post("/calls/{posting_id}/application")
def apply(
    *,
    request: Request,
    posting_id: Id,
    sent: Annotated[ApplicationForm, Depends(sent_as(ApplicationForm, drawn=_call_again))],
    session: Submitting,
    caller: CallerOf,
    audit: Audit,
) -> PageResponse:
    """Apply; somebody whose application to the call is under way has applied, and each rank is given once."""
    own = own_record(session, caller)
    if own.applicant is None:
        raise FormError([Fault("", ("fault.profile_first",))])
    mine = _own_applications(session, own)
    if any(one.posting_id == posting_id for one in mine):
        raise FormError([Fault("", ("fault.applied_already",))])
    moved = [] if sent.wish_rank is None or sent.move_others is None else moved_down(mine, sent.wish_rank)
    store_ranks(session, audit, moved)
    told: dict[str, object] = {
        "application_id": new_id(),
        "applicant_id": own_id(caller),
        "posting_id": posting_id,
        "wish_rank": sent.wish_rank,
    }
    application = Application.model_validate({name: value for name, value in told.items() if value is not None})
    api_applications.add_application(
        request=request, session=session, audit=audit, application=application, response=Response()
    )
    return redirect("/my-applications", done="applied_moved" if moved else "applied")
