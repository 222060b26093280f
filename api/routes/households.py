"""``/households``: people who apply together."""

from __future__ import annotations

from fastapi import Response

from api.audit.uses import changed, created, deleted, seen
from api.http.dependencies import Audit, Creating, Id, Limit, Offset, Reading, Writing, api_router
from api.http.etags import ExpectedTags, guarded_responses, tagged_responses
from api.http.problems import problem_responses
from api.http.schemas import HouseholdPage
from api.idempotency.responses import once_responses
from api.storage.record_kinds import HOUSEHOLDS
from api.storage.stored_records import add, page, read, remove, replace, tag_of
from features.records import Household

__all__ = ["router"]

router = api_router("/households")


@router.get("", summary="世帯の一覧", response_model_exclude_unset=True)
def households(session: Reading, audit: Audit, limit: Limit = 100, offset: Offset = 0) -> HouseholdPage:
    """Households in the order of their ids."""
    found, total = page(session, HOUSEHOLDS, limit=limit, offset=offset)
    audit.note(seen("household", found))
    return HouseholdPage(households=list(found), total=total, limit=limit, offset=offset)


@router.post(
    "",
    status_code=201,
    summary="世帯の登録",
    responses=once_responses(400, 413) | tagged_responses(201),
    response_model_exclude_unset=True,
)
def add_household(session: Creating, audit: Audit, household: Household, response: Response) -> Household:
    """Store a new household of stored applicants with wishes for stored postings."""
    added = add(session, HOUSEHOLDS, household)
    response.headers["ETag"] = tag_of(session, HOUSEHOLDS, household.household_id)
    audit.note(created("household", added))
    return added


@router.get(
    "/{household_id}",
    summary="世帯",
    responses=problem_responses(404) | tagged_responses(),
    response_model_exclude_unset=True,
)
def household(session: Reading, audit: Audit, household_id: Id, response: Response) -> Household:
    """One household."""
    response.headers["ETag"] = tag_of(session, HOUSEHOLDS, household_id)
    found = read(session, HOUSEHOLDS, household_id)
    audit.note(seen("household", [found]))
    return found


@router.put(
    "/{household_id}",
    summary="世帯の変更",
    responses=guarded_responses(400, 404, 409, 413) | tagged_responses(),
    response_model_exclude_unset=True,
)
def replace_household(
    *,
    session: Writing,
    audit: Audit,
    household_id: Id,
    household: Household,
    response: Response,
    expected: ExpectedTags,
) -> Household:
    """Replace a household."""
    replaced = replace(session, HOUSEHOLDS, household_id, household, expected=expected)
    response.headers["ETag"] = tag_of(session, HOUSEHOLDS, household_id)
    audit.note(changed("household", household, replaced))
    return replaced


@router.delete("/{household_id}", status_code=204, summary="世帯の削除", responses=guarded_responses(404, 409))
def remove_household(session: Writing, audit: Audit, household_id: Id, expected: ExpectedTags) -> None:
    """Delete a household; the people it names stay."""
    remove(session, HOUSEHOLDS, household_id, expected=expected)
    audit.note(deleted("household", household_id))
