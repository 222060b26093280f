"""``/applicants``: people who look for a place. Private preferences go in and never come out."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from api.accounts.access import Reached
from api.accounts.write_rules import verify_write
from api.audit.uses import changed, created, deleted, recommended, seen
from api.http.dependencies import Audit, Creating, Id, Limit, Market, Offset, Order, Reading, Top, Writing, api_router
from api.http.etags import ExpectedTags, guarded_responses, tagged_responses
from api.http.now import Now
from api.http.problems import problem_responses
from api.http.schemas import ApplicantPage, PublicApplicant, Recommendations, public
from api.idempotency.responses import once_responses
from api.kept_markets.markets import recommendations_of, stale_places
from api.own_data.erasure_requests import Wish, erase_on_request
from api.own_data.forgetting_asked import Forgetting
from api.retention.rules import retention_rules
from api.settings import Settings
from api.storage.record_kinds import APPLICANTS
from api.storage.stored_records import add, page, read, replace, tag_of, verify_removable
from features.plain_values import Day
from features.records import Applicant

__all__ = ["router"]

router = api_router("/applicants")


@router.get("", summary="応募者の一覧（本人だけの希望を除く）", response_model_exclude_unset=True)
def applicants(session: Reading, audit: Audit, limit: Limit = 100, offset: Offset = 0) -> ApplicantPage:
    """Applicants in the order of their ids, without private preferences."""
    found, total = page(session, APPLICANTS, limit=limit, offset=offset)
    shown = [public(one) for one in found]
    audit.note(seen("applicant", shown))
    return ApplicantPage(applicants=shown, total=total, limit=limit, offset=offset)


@router.post(
    "",
    status_code=201,
    summary="応募者の登録",
    responses=once_responses(400, 413) | tagged_responses(201),
    response_model_exclude_unset=True,
)
def add_applicant(session: Creating, audit: Audit, applicant: Applicant, response: Response) -> PublicApplicant:
    """Store a new applicant; the answer leaves the private preferences out."""
    added = add(session, APPLICANTS, applicant)
    response.headers["ETag"] = tag_of(session, APPLICANTS, applicant.applicant_id)
    audit.note(created("applicant", added))
    return public(added)


@router.get(
    "/{applicant_id}/recommendations",
    summary="本人への提案と理由、対象外とその規則",
    responses=problem_responses(404),
)
def recommendations(
    *,
    market: Market,
    reach: Reached,
    audit: Audit,
    applicant_id: Id,
    top: Top = 10,
    spread: Annotated[
        float, Query(ge=0, le=1, description="0: by own fit alone; 1: interest spread over places as evenly as can be.")
    ] = 0,
    order: Order = "score",
    on: Annotated[Day | None, Query(description="The day the rules are asked about (today).")] = None,
) -> Recommendations:
    """Places by the applicant's own score, which alone reads the private preferences, spread as interest is.

    They name the municipalities for which the operating mode public_board is on.
    """
    found = recommendations_of(market, applicant_id, top=top, spread=spread, order=order, on=on, among=reach.board)
    audit.note(recommended(found))
    return Recommendations.model_validate(found | {"stale": stale_places(market.on(on), found)})


@router.get(
    "/{applicant_id}",
    summary="応募者（本人だけの希望を除く）",
    responses=problem_responses(404) | tagged_responses(),
    response_model_exclude_unset=True,
)
def applicant(session: Reading, audit: Audit, applicant_id: Id, response: Response) -> PublicApplicant:
    """One applicant without private preferences."""
    response.headers["ETag"] = tag_of(session, APPLICANTS, applicant_id)
    shown = public(read(session, APPLICANTS, applicant_id))
    audit.note(seen("applicant", [shown]))
    return shown


@router.put(
    "/{applicant_id}",
    summary="応募者の変更",
    responses=guarded_responses(400, 404, 409, 413) | tagged_responses(),
    response_model_exclude_unset=True,
)
def replace_applicant(
    *,
    session: Writing,
    audit: Audit,
    applicant_id: Id,
    applicant: Applicant,
    response: Response,
    expected: ExpectedTags,
) -> PublicApplicant:
    """Replace an applicant; private preferences that are not sent stay as they are stored."""
    replaced = replace(session, APPLICANTS, applicant_id, applicant, expected=expected)
    response.headers["ETag"] = tag_of(session, APPLICANTS, applicant_id)
    audit.note(changed("applicant", applicant, replaced))
    return public(replaced)


@router.delete("/{applicant_id}", status_code=204, summary="応募者の削除", responses=guarded_responses(404, 409))
def remove_applicant(
    *,
    request: Request,
    _forgetting: Forgetting,
    session: Writing,
    reach: Reached,
    audit: Audit,
    applicant_id: Id,
    expected: ExpectedTags,
    now: Now,
) -> None:
    """Erase an applicant whom no application, household or company names; ``…/erasure`` takes those along."""
    settings: Settings = request.app.state.settings
    row = verify_removable(session, APPLICANTS, applicant_id, expected=expected)
    if reach.is_partial:
        verify_write(session, reach, row)
    wish = Wish(by=audit.actor, now=now, on=settings.day())
    erase_on_request(session, applicant_id, wish, retention_rules(settings.retention_file))
    audit.note(deleted("applicant", applicant_id))
