"""Candidates side by side: the same rows for up to four, and where they differ."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Query, Request
from starlette.responses import Response

from api.audit.uses import seen
from api.http.dependencies import Audit, Id, Market, Order
from api.http.schemas import public
from api.pages.selection.addresses import address
from api.pages.selection.blind_names import names_of
from api.pages.selection.candidate_cards import Card, application_of, cards_of
from api.pages.selection.comparison import fact_rows, term_rows
from api.pages.selection.market_posting import posting_in
from api.pages.selection.posting_head import head_of, posting_crumbs
from api.pages.selection.record_words import Fact, facts_of
from api.pages.shell import Shell, page_router
from api.routes import postings as api_postings
from api.settings import Settings
from features.market.scored_market import TERMS
from features.market.standings import Standings, standings_of
from features.records import Applicant

__all__ = ["router"]

router = page_router()

MOST: Final = 4
_TOLD: Final = 50  # as many lines of a list are told ahead


@router.get("/postings/{posting_id}/comparison")
def comparison(
    *,
    request: Request,
    shell: Shell,
    market: Market,
    audit: Audit,
    posting_id: Id,
    who: Annotated[list[str], Query(max_length=20)] = [],  # noqa: B006 -- never changed; FastAPI copies it
    order: Order = "score",
    blind: bool = False,
) -> Response:
    """Those who were chosen; the first four of the order where nobody was."""
    settings: Settings = request.app.state.settings
    records = market.on(None)
    head = head_of(posting_in(records, posting_id), on=settings.day())
    names = names_of(records, posting_id, is_blind=blind, secret=settings.audit_secret())
    wanted = names.ids(who)
    top = _top(standings_of(records, posting_id, order=order), wanted)
    found = api_postings.candidates(market=market, audit=audit, posting_id=posting_id, top=top, order=order)
    cards = cards_of(found, records, names)
    chosen = _chosen(cards, [names.key(an_id) for an_id in wanted])
    of_key = {names.key(line.applicant_id): line.applicant_id for line in found.candidates}
    people = [records.records.applicants[records.applicants.index_of[of_key[card.key]]] for card in chosen]
    applications = application_of(records, posting_id)
    audit.note(seen("applicant", [public(one) for one in people]))
    audit.note(
        seen("application", [applications[one.applicant_id] for one in people if one.applicant_id in applications])
    )
    titles = {name: TERMS[name].title for name in records.coordinator.names}
    return shell.page(
        "comparison.html.j2",
        crumbs=posting_crumbs(shell, head, shell.words("comparison.nav")),
        head=head,
        names=names,
        cards=chosen,
        everybody=cards,
        is_cut=len(who) > MOST,
        most=MOST,
        order=order,
        terms=term_rows(chosen, titles, records.weights.coordinator),
        facts=fact_rows([_facts(one, is_blind=blind) for one in people]),
        back=address("postings", posting_id, "candidates", order=order, blind=blind),
    )


def _top(standings: Standings, wanted: list[str]) -> int:
    """So many lines that everybody who is wanted is among them: lines further down cost and are not looked at."""
    places = {standings.ids[at]: place for place, at in enumerate(standings.best(), start=1)}
    return max([_TOLD, *(places[an_id] for an_id in wanted if an_id in places)])


def _facts(person: Applicant, *, is_blind: bool) -> list[Fact]:
    """Without where somebody lives: that serves the rules, whose verdict stands above."""
    return [fact for fact in facts_of(person.selection_profile, is_blind=is_blind) if fact.label != "origin"]


def _chosen(cards: list[Card], keys: list[str]) -> list[Card]:
    """In the order of reading, whatever order they were chosen in."""
    wanted = set(keys[:MOST])
    return [card for card in cards if card.key in wanted] if wanted else cards[:MOST]
