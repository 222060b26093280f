"""The candidates of one posting: whom to read first and why, what to ask, and whom a rule has outside."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Path, Query, Request
from starlette.responses import Response

from api.audit.uses import seen
from api.http.dependencies import Audit, Id, Market, Order
from api.http.errors import UnknownIdError
from api.http.schemas import Candidates
from api.pages.selection.addresses import address
from api.pages.selection.blind_names import names_of
from api.pages.selection.candidate_cards import application_of, cards_of, excluded_of, next_asked
from api.pages.selection.market_posting import posting_in
from api.pages.selection.posting_head import head_of, posting_crumbs
from api.pages.shell import Shell, page_router, redirect
from api.routes import postings as api_postings
from api.settings import Settings
from features.market.scored_market import ENDED, TERMS, ScoredMarket
from features.records import Application

__all__ = ["router"]

router = page_router()

_FIRST: Final = 10  # a line that nobody has told before takes nearly a tenth of a second: the rest comes when asked for
_TOPS: Final = (_FIRST, 20, 50, 100)


@router.get("/postings/{posting_id}/candidates")
def candidates(
    *,
    request: Request,
    shell: Shell,
    market: Market,
    audit: Audit,
    posting_id: Id,
    order: Order = "score",
    top: Annotated[int, Query(ge=1, le=200)] = _FIRST,
    blind: bool = False,
) -> Response:
    """The order of reading; people decide."""
    settings: Settings = request.app.state.settings
    found = api_postings.candidates(market=market, audit=audit, posting_id=posting_id, top=top, order=order)
    records = market.on(None)
    head = head_of(posting_in(records, posting_id), on=settings.day())
    names = names_of(records, posting_id, is_blind=blind, secret=settings.audit_secret())
    ended = [] if blind else _ended(records, posting_id)
    audit.note(seen("application", [*_shown(records, found), *ended]))
    return shell.page(
        "candidates.html.j2",
        crumbs=posting_crumbs(shell, head),
        head=head,
        found=found,
        names=names,
        cards=cards_of(found, records, names),
        excluded=excluded_of(found, records, names),
        asked=next_asked(found, names),
        ended=[(one, address("applications", one.application_id)) for one in ended],
        order=order,
        top=top,
        tops=_TOPS,
        n_all=len(names.keys),
        titles={name: TERMS[name].title for name in records.coordinator.names},
        on=records.on,
        can_open=shell.may_open("/applications/{application_id}"),
        weighing=address("postings", posting_id, "weights", order=order, blind=blind),
    )


@router.get("/postings/{posting_id}/candidates/{number}")
def uncovered(
    *,
    request: Request,
    market: Market,
    posting_id: Id,
    number: Annotated[str, Path(pattern=r"^\d{5}$")],
) -> Response:
    """The application behind a number of the blind list: whoever opens it ends the blind reading of this person."""
    settings: Settings = request.app.state.settings
    records = market.on(None)
    names = names_of(records, posting_id, is_blind=True, secret=settings.audit_secret())
    (applicant_id,) = names.ids([number])
    application = application_of(records, posting_id).get(applicant_id)
    if application is None:
        raise UnknownIdError("applicant", number)
    return redirect(address("applications", application.application_id))


def _shown(market: ScoredMarket, found: Candidates) -> list[Application]:
    applications = application_of(market, found.posting_id)
    people = [one.applicant_id for one in (*found.candidates, *found.excluded)]
    return [applications[an_id] for an_id in people if an_id in applications]


def _ended(market: ScoredMarket, posting_id: str) -> list[Application]:
    """Applications that were declined, withdrawn or closed: no order has them, and their record stays to be read."""
    return [one for one in market.records.applications if one.posting_id == posting_id and one.status in ENDED]
