"""``/postings``: calls for members, and each one's candidates in order of reading."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Query, Request, Response

from api.audit.uses import changed, created, deleted, ranked
from api.calls.changed_conditions import dated, verify_deadline
from api.calls.kept_findings import SentPosting, kept_in
from api.calls.quality import quality_of
from api.conflicts.companies import conflicts_in
from api.decisions.seats import counted_seats, verify_seats
from api.http.dependencies import Audit, Creating, Id, Limit, Market, Offset, Order, Reading, Top, Writing, api_router
from api.http.etags import ExpectedTags, guarded_responses, tagged_responses
from api.http.problems import problem_responses
from api.http.schemas import Candidates, PostingPage, PostingQualityAnswer
from api.idempotency.responses import once_responses
from api.kept_markets.markets import candidates_of
from api.settings import Settings
from api.storage.record_kinds import POSTINGS
from api.storage.stored_records import add, page, read, remove, replace, tag_of
from features.plain_values import Day
from features.posting_quality.freshness import is_stale, stale_ids
from features.records import MunicipalityCode, Posting
from features.taxonomy.vocabulary import PostingState, Program

__all__ = ["router"]

router = api_router("/postings")

_STALE: Final = "Enmusubi-Stale"
_STALE_HEADER = {
    "description": "true where the facts (as_of) are more than thirty days old: ask the town before you rely on them.",
    "schema": {"type": "string", "enum": ["true"]},
}
# in a header, because what was read is sent back as it is to change it
_ONE_POSTING: Final[dict[int | str, dict[str, Any]]] = {
    200: {"headers": {**tagged_responses()[200]["headers"], _STALE: _STALE_HEADER}}
}


@router.get("", summary="募集の一覧", response_model_exclude_unset=True)
def postings(
    *,
    request: Request,
    session: Reading,
    program: Program | None = None,
    municipality_code: MunicipalityCode | None = None,
    state: PostingState | None = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> PostingPage:
    """Postings in the order of their ids."""
    found, total = page(
        session,
        POSTINGS,
        limit=limit,
        offset=offset,
        program=program,
        municipality_code=municipality_code,
        state=state,
    )
    settings: Settings = request.app.state.settings
    stale = stale_ids(found, on=settings.day())
    return PostingPage(postings=list(found), stale=stale, total=total, limit=limit, offset=offset)


@router.post(
    "",
    status_code=201,
    summary="募集の登録",
    responses=once_responses(400, 413) | tagged_responses(201),
    response_model_exclude_unset=True,
)
def add_posting(session: Creating, audit: Audit, posting: SentPosting, response: Response) -> Posting:
    """Store a new posting; of what may not stay in an open one ``kept_findings`` says why it does."""
    added = add(session, POSTINGS, posting.as_posting())
    response.headers["ETag"] = tag_of(session, POSTINGS, posting.posting_id)
    audit.note(created("posting", added, kept=kept_in(added, posting.kept_findings)))
    return added


@router.get(
    "/{posting_id}/candidates",
    summary="読む順に並べた候補者と理由、対象外とその規則",
    responses=problem_responses(404),
)
def candidates(
    *,
    market: Market,
    audit: Audit,
    posting_id: Id,
    top: Top = 50,
    order: Order = "score",
    on: Annotated[Day | None, Query(description="The day the rules are asked about (today).")] = None,
) -> Candidates:
    """The posting's applicants where there are applications, else everyone: an order of reading, people decide."""
    records = market.on(on)
    found = candidates_of(records, posting_id, top=top, order=order)
    audit.note(ranked(found))
    return Candidates.model_validate(found | {"company_conflicts": conflicts_in(records, found)})


@router.get(
    "/{posting_id}/quality",
    summary="公開前の確認：足りない点と直し方、消すべきこと",
    responses=problem_responses(404),
)
def quality(
    request: Request,
    session: Reading,
    posting_id: Id,
    on: Annotated[Day | None, Query(description="The day deadlines and the age of the facts are seen from.")] = None,
) -> PostingQualityAnswer:
    """The quality sheet of one posting; it measures what the call tells, and people decide what to publish."""
    settings: Settings = request.app.state.settings
    found = quality_of(read(session, POSTINGS, posting_id), on=on or settings.day())
    return PostingQualityAnswer.model_validate(found)


@router.get(
    "/{posting_id}",
    summary="募集",
    responses=problem_responses(404) | _ONE_POSTING,
    response_model_exclude_unset=True,
)
def posting(request: Request, session: Reading, posting_id: Id, response: Response) -> Posting:
    """One posting."""
    settings: Settings = request.app.state.settings
    response.headers["ETag"] = tag_of(session, POSTINGS, posting_id)
    found = read(session, POSTINGS, posting_id)
    if is_stale(found, on=settings.day()):
        response.headers[_STALE] = "true"
    return found


@router.put(
    "/{posting_id}",
    summary="募集の変更",
    responses=guarded_responses(400, 404, 409, 413) | tagged_responses(),
    response_model_exclude_unset=True,
)
def replace_posting(
    *,
    request: Request,
    session: Writing,
    audit: Audit,
    posting_id: Id,
    posting: SentPosting,
    response: Response,
    expected: ExpectedTags,
) -> Posting:
    """Replace a posting; a ``version`` that is sent must be the stored one, and the answer has the next.

    What may not stay in a call and was not in it while it was open is refused, unless ``kept_findings`` says why.
    ``seats_left`` left out moves with the headcount; ``null`` has it counted anew from who has accepted.
    A deadline that is past is not set in an open one; where what it offers changes, ``as_of`` moves to today with it.
    """
    settings: Settings = request.app.state.settings
    stored = read(session, POSTINGS, posting_id)
    verify_deadline(stored, posting, on=settings.day())
    sent = dated(stored, posting.as_posting(), on=settings.day())
    if stored.seats_left is not None and sent.seats_left is None and "seats_left" in sent.model_fields_set:
        sent = sent.model_copy(update={"seats_left": counted_seats(session, sent)})
    replaced = replace(session, POSTINGS, posting_id, sent, expected=expected)
    verify_seats(session, stored, replaced)
    kept = kept_in(replaced, posting.kept_findings, stored=stored)
    response.headers["ETag"] = tag_of(session, POSTINGS, posting_id)
    audit.note(changed("posting", sent, replaced, kept=kept))
    return replaced


@router.post(
    "/{posting_id}/closing",
    summary="募集を止める（求めがあったその日のうちに）",
    responses=guarded_responses(404, 409) | tagged_responses(),
    response_model_exclude_unset=True,
)
def close_posting(
    session: Writing, audit: Audit, posting_id: Id, response: Response, expected: ExpectedTags
) -> Posting:
    """Close a posting at once: nobody but its municipality sees it any more; one that is closed stays as it is."""
    stored = read(session, POSTINGS, posting_id)
    if stored.state != "closed":
        closed = stored.model_copy(update={"state": "closed"})
        stored = replace(session, POSTINGS, posting_id, closed, expected=expected)
        audit.note(changed("posting", closed, stored))
    response.headers["ETag"] = tag_of(session, POSTINGS, posting_id)
    return stored


@router.delete("/{posting_id}", status_code=204, summary="募集の削除", responses=guarded_responses(404, 409))
def remove_posting(session: Writing, audit: Audit, posting_id: Id, expected: ExpectedTags) -> None:
    """Delete a posting that no application or household names; a posting that took place is closed instead."""
    remove(session, POSTINGS, posting_id, expected=expected)
    audit.note(deleted("posting", posting_id))
