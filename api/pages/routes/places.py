"""Places for the applicant: the list with its reasons, the weight of place and mission, and what a wish keeps out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from fastapi import Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from api.accounts.access import CallerOf, Reached
from api.documents.shapes import read_recommendation
from api.http.dependencies import Audit, Market
from api.http.schemas import QuestionAboutPlaces
from api.pages.applicant.own_record import OwnRecord, own_record, own_record_now, stored_with
from api.pages.applicant.profile_steps import StepName, step_of_term
from api.pages.applicant.saved_calls import saved_calls
from api.pages.applicant.told_places import LIVING_SOURCE, excluded_groups, full_group, map_of, told
from api.pages.forms import FormModel, FormState, sent_as
from api.pages.shell import Crumb, Shell, page_router, redirect
from api.pages.submitting import Submitting
from api.routes import applicants as api_applicants
from features.lists.wish_changes import wish_changes

__all__ = ["router"]

router = page_router()

_TOP: Final = 10
_HALF: Final = 50
Spread = Literal["0", "0.5", "1"]


class WeightForm(FormModel):
    """How much the place counts beside the mission, in hundredths."""

    weight: Annotated[int, Field(ge=0, le=100)]


@router.get("/places")
def places(
    *,
    request: Request,
    shell: Shell,
    market: Market,
    reach: Reached,
    caller: CallerOf,
    audit: Audit,
    spread: Annotated[Spread, Query()] = "0",
) -> Response:
    """Up to ten places with both sides' reasons, where they lie, and what is left out and why."""
    own = own_record_now(request)
    title = Crumb(shell.words("places.nav"))
    if own.applicant is None or own.is_stopped:
        return shell.page("applicant/places_not_yet.html.j2", crumbs=[title], own=own)
    scored = market.on(None)
    order: Literal["arrival", "score"] = "arrival" if own.wants_no_order else "score"
    share = 0.0 if own.wants_no_order else float(spread)
    answer = api_applicants.recommendations(
        market=market, reach=reach, audit=audit, applicant_id=own.applicant_id, top=_TOP, spread=share, order=order
    )
    listed = read_recommendation(answer.model_dump(mode="json"))
    postings = {posting.posting_id: posting for posting in scored.records.postings}
    cards = told(listed, postings, answer.stale, applicant=own.applicant, on=scored.on)
    ruled_out = excluded_groups(listed.excluded, postings)
    full = full_group(scored.records.postings, on=scored.on, among=reach.board)
    changes = () if own.wants_no_order else wish_changes(scored, own.applicant_id, top=_TOP, among=reach.board)
    return shell.page(
        "applicant/places.html.j2",
        crumbs=[title],
        own=own,
        answer=answer,
        cards=cards,
        map=map_of(cards, shell.words) if cards else None,
        questions=_questions(answer.next_questions),
        changes=changes,
        groups=([] if full is None else [full]) + ruled_out,
        nothing="nothing" if ruled_out else "nothing_open" if full is None else "nothing_free",
        weight=_weight(own),
        spread="0" if own.wants_no_order else spread,
        saved=saved_calls(request, caller),
        is_part=reach.board is not None,
        living_source=LIVING_SOURCE,
        on=scored.on,
    )


def _questions(asked: Sequence[QuestionAboutPlaces]) -> list[tuple[QuestionAboutPlaces, StepName | None]]:
    """Those for the applicant, each with the step that answers it; two calls of one town ask the same but once."""
    own = {(one.question, one.sentence): one for one in asked if one.kind == "applicant"}
    return [(one, step_of_term(one.term)) for one in own.values()]


def _weight(own: OwnRecord) -> int:
    weight = None if own.applicant is None else own.applicant.private_preferences.place_weight
    return _HALF if weight is None else round(100 * weight)


def _start_again(_request: Request, _form: FormState, _status: int) -> Response:
    return redirect("/places")  # nothing was typed that could be lost: the page that follows has the stored weight


@router.post("/places/weight")
def save_weight(
    sent: Annotated[WeightForm, Depends(sent_as(WeightForm, drawn=_start_again))],
    session: Submitting,
    caller: CallerOf,
    audit: Audit,
) -> Response:
    """Store the weight among the private wishes and order anew."""
    own = own_record(session, caller)
    stored_with(session, audit, own, {"private_preferences": {"place_weight": sent.weight / 100}})
    return redirect("/places", done="weight_saved")
