"""Calls kept for later, and up to five of them side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final, Literal

from fastapi import Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from api.accounts.access import CallerOf, Reached
from api.documents.shapes import Place, read_recommendation
from api.documents.suggestion_letter.content import content_of_suggestion_letter
from api.http.dependencies import Audit, Market, Reading
from api.pages.applicant.own_record import own_record_now
from api.pages.applicant.saved_calls import MOST_SAVED, save_calls, saved_calls
from api.pages.forms import FormModel, FormState, sent_as
from api.pages.local_paths import local_path
from api.pages.shell import Crumb, Shell, page_router, redirect
from api.routes import applicants as api_applicants
from api.storage.record_kinds import POSTINGS
from api.storage.tables import PostingRow
from features.municipalities import find
from features.records import Identifier, Posting

__all__ = ["router"]

router = page_router()

MOST_COMPARED: Final = 5
_TOP: Final = 20


class SavedForm(FormModel):
    """Which call, and whether it is kept or let go."""

    posting_id: Identifier
    todo: Literal["save", "remove"]
    back: Annotated[str, Field(max_length=2000)] = "/places/saved"


@router.get("/places/saved")
def saved(request: Request, shell: Shell, session: Reading, caller: CallerOf) -> Response:
    """The calls that are kept, as far as they are still published."""
    rows = [session.get(PostingRow, an_id) for an_id in saved_calls(request, caller)]
    postings = [POSTINGS.record_of(row) for row in rows if row is not None]
    return shell.page(
        "applicant/saved.html.j2",
        crumbs=[Crumb(shell.words("saved.nav"))],
        calls=[(one, find(one.municipality_code)) for one in postings],
        n_gone=len(rows) - len(postings),
        most=MOST_SAVED,
        most_compared=MOST_COMPARED,
    )


def _start_again(_request: Request, _form: FormState, _status: int) -> Response:
    return redirect("/places/saved")


@router.post("/places/saved")
def save(
    request: Request,
    caller: CallerOf,
    _reach: Reached,
    sent: Annotated[SavedForm, Depends(sent_as(SavedForm, drawn=_start_again))],
) -> Response:
    """Keep a call, or let it go; doing so twice changes nothing."""
    kept = [an_id for an_id in saved_calls(request, caller) if an_id != sent.posting_id]
    if sent.todo == "save":
        kept.append(sent.posting_id)
    path, _, place = local_path(sent.back).partition("#")
    response = redirect(path, done="call_saved" if sent.todo == "save" else "call_removed")
    response.headers["location"] += f"#{place}" if place else ""
    save_calls(request, response, caller, kept)
    return response


@router.get("/places/compare")
def compare(
    *,
    request: Request,
    shell: Shell,
    market: Market,
    reach: Reached,
    audit: Audit,
    chosen: Annotated[list[Identifier] | None, Query(alias="id", max_length=MOST_SAVED)] = None,
) -> Response:
    """The chosen calls side by side: the same rows, and what is said of each."""
    own, scored = own_record_now(request), market.on(None)
    wanted = list(dict.fromkeys(chosen or ()))[:MOST_COMPARED]
    rows = [scored.postings.index_of[an_id] for an_id in wanted if an_id in scored.postings.index_of]
    postings = {one.posting_id: one for one in (scored.records.postings[row] for row in rows if scored.is_open[row])}
    crumbs = [Crumb(shell.words("places.nav"), "/places"), Crumb(shell.words("compare.title"))]
    towns = {one.municipality_code for one in postings.values()}
    told = towns if reach.board is None else towns & reach.board
    if own.applicant is None or own.is_stopped or not told:
        return shell.page("applicant/compare.html.j2", crumbs=crumbs, letter=None, lines={}, most=MOST_COMPARED)
    # of these towns alone: what is compared may stand far down a list of everything
    answer = api_applicants.recommendations(
        market=market,
        reach=replace(reach, board=frozenset(told)),
        audit=audit,
        applicant_id=own.applicant_id,
        top=_TOP * len(told),
        order="arrival" if own.wants_no_order else "score",
    )
    listed = read_recommendation(answer.model_dump(mode="json"))
    lines: dict[str, Place] = {line.posting_id: line for line in listed.postings if line.posting_id in wanted}
    found: list[Posting] = list(postings.values())
    content = answer.model_dump(mode="json")
    content["postings"] = [line for line in content["postings"] if line["posting_id"] in wanted]
    letter = content_of_suggestion_letter(
        content, postings=found, provenance=answer.provenance, applicant=own.applicant, most=MOST_COMPARED
    )
    return shell.page(
        "applicant/compare.html.j2",
        crumbs=crumbs,
        letter=letter,
        lines=lines,
        labels=list(dict.fromkeys(label for place in letter.places for label, _ in place.facts)),
        facts=[dict(place.facts) for place in letter.places],
        left_out=[find(one.municipality_code).full_name for one in found if one.posting_id not in lines],
        most=MOST_COMPARED,
    )
