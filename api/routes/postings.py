"""``/postings``: calls for members, and each one's candidates in order of reading."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query, Request, Response

from api.audit.uses import changed, created, deleted, ranked
from api.dependencies import Audit, Id, Limit, Market, Offset, Order, Reading, Top, Writing, api_router
from api.etags import ExpectedTags, guarded_responses, tagged_responses
from api.markets import candidates_of
from api.posting_quality import quality_of
from api.problems import problem_responses
from api.record_kinds import POSTINGS
from api.schemas import Candidates, PostingPage, PostingQualityAnswer
from api.settings import Settings
from api.stored_records import add, page, read, remove, replace, tag_of
from features.records import MunicipalityCode, Posting
from features.vocabulary import PostingState, Program

__all__ = ["router"]

router = api_router("/postings")


@router.get("", summary="募集の一覧", response_model_exclude_unset=True)
def postings(
    *,
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
    return PostingPage(postings=list(found), total=total, limit=limit, offset=offset)


@router.post(
    "",
    status_code=201,
    summary="募集の登録",
    responses=problem_responses(400, 409, 413) | tagged_responses(201),
    response_model_exclude_unset=True,
)
def add_posting(session: Writing, audit: Audit, posting: Posting, response: Response) -> Posting:
    """Store a new posting."""
    added = add(session, POSTINGS, posting)
    response.headers["ETag"] = tag_of(session, POSTINGS, posting.posting_id)
    audit.note(created("posting", added))
    return added


@router.get(
    "/{posting_id:path}/candidates",
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
    on: Annotated[date | None, Query(description="The day the rules are asked about (today).")] = None,
) -> Candidates:
    """The posting's applicants where there are applications, else everyone: an order of reading, people decide."""
    found = candidates_of(market.on(on), posting_id, top=top, order=order)
    audit.note(ranked(found))
    return Candidates.model_validate(found)


@router.get(
    "/{posting_id:path}/quality",
    summary="公開前の確認：足りない点と直し方、消すべきこと",
    responses=problem_responses(404),
)
def quality(
    request: Request,
    session: Reading,
    posting_id: Id,
    on: Annotated[date | None, Query(description="The day deadlines and the age of the facts are seen from.")] = None,
) -> PostingQualityAnswer:
    """The quality sheet of one posting; it measures what the call tells, and people decide what to publish."""
    settings: Settings = request.app.state.settings
    found = quality_of(read(session, POSTINGS, posting_id), on=on or settings.day())
    return PostingQualityAnswer.model_validate(found)


@router.get(
    "/{posting_id:path}",
    summary="募集",
    responses=problem_responses(404) | tagged_responses(),
    response_model_exclude_unset=True,
)
def posting(session: Reading, posting_id: Id, response: Response) -> Posting:
    """One posting."""
    response.headers["ETag"] = tag_of(session, POSTINGS, posting_id)
    return read(session, POSTINGS, posting_id)


@router.put(
    "/{posting_id:path}",
    summary="募集の変更",
    responses=guarded_responses(400, 404, 409, 413) | tagged_responses(),
    response_model_exclude_unset=True,
)
def replace_posting(
    *, session: Writing, audit: Audit, posting_id: Id, posting: Posting, response: Response, expected: ExpectedTags
) -> Posting:
    """Replace a posting; a ``version`` that is sent must be the stored one, and the answer has the next."""
    replaced = replace(session, POSTINGS, posting_id, posting, expected=expected)
    response.headers["ETag"] = tag_of(session, POSTINGS, posting_id)
    audit.note(changed("posting", posting, replaced))
    return replaced


@router.delete("/{posting_id:path}", status_code=204, summary="募集の削除", responses=guarded_responses(404, 409))
def remove_posting(session: Writing, audit: Audit, posting_id: Id, expected: ExpectedTags) -> None:
    """Delete a posting that no application or household names; a posting that took place is closed instead."""
    remove(session, POSTINGS, posting_id, expected=expected)
    audit.note(deleted("posting", posting_id))
