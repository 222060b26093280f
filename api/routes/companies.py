"""``/companies``: companies that offer people as 地域活性化起業人."""

from __future__ import annotations

from fastapi import Response

from api.audit.uses import changed, created, deleted, seen
from api.http.dependencies import Audit, Creating, Id, Limit, Offset, Reading, Writing, api_router
from api.http.etags import ExpectedTags, guarded_responses, tagged_responses
from api.http.problems import problem_responses
from api.http.schemas import CompanyPage
from api.idempotency.responses import once_responses
from api.storage.record_kinds import COMPANIES
from api.storage.stored_records import add, page, read, remove, replace, tag_of
from features.records import Company

__all__ = ["router"]

router = api_router("/companies")


@router.get("", summary="企業の一覧", response_model_exclude_unset=True)
def companies(session: Reading, audit: Audit, limit: Limit = 100, offset: Offset = 0) -> CompanyPage:
    """Companies in the order of their ids."""
    found, total = page(session, COMPANIES, limit=limit, offset=offset)
    audit.note(seen("company", found))
    return CompanyPage(companies=list(found), total=total, limit=limit, offset=offset)


@router.post(
    "",
    status_code=201,
    summary="企業の登録",
    responses=once_responses(400, 413) | tagged_responses(201),
    response_model_exclude_unset=True,
)
def add_company(session: Creating, audit: Audit, company: Company, response: Response) -> Company:
    """Store a new company; the people it names are stored applicants."""
    added = add(session, COMPANIES, company)
    response.headers["ETag"] = tag_of(session, COMPANIES, company.company_id)
    audit.note(created("company", added))
    return added


@router.get(
    "/{company_id}",
    summary="企業",
    responses=problem_responses(404) | tagged_responses(),
    response_model_exclude_unset=True,
)
def company(session: Reading, audit: Audit, company_id: Id, response: Response) -> Company:
    """One company."""
    response.headers["ETag"] = tag_of(session, COMPANIES, company_id)
    found = read(session, COMPANIES, company_id)
    audit.note(seen("company", [found]))
    return found


@router.put(
    "/{company_id}",
    summary="企業の変更",
    responses=guarded_responses(400, 404, 409, 413) | tagged_responses(),
    response_model_exclude_unset=True,
)
def replace_company(
    *, session: Writing, audit: Audit, company_id: Id, company: Company, response: Response, expected: ExpectedTags
) -> Company:
    """Replace a company."""
    replaced = replace(session, COMPANIES, company_id, company, expected=expected)
    response.headers["ETag"] = tag_of(session, COMPANIES, company_id)
    audit.note(changed("company", company, replaced))
    return replaced


@router.delete("/{company_id}", status_code=204, summary="企業の削除", responses=guarded_responses(404, 409))
def remove_company(session: Writing, audit: Audit, company_id: Id, expected: ExpectedTags) -> None:
    """Delete a company; the people it names stay."""
    remove(session, COMPANIES, company_id, expected=expected)
    audit.note(deleted("company", company_id))
