"""``/applications``: who applied where."""

from __future__ import annotations

from fastapi import Request, Response

from api.audit.uses import changed, created, deleted, seen
from api.decisions.applications import (
    verify_change,
    verify_in_use,
    verify_new,
    verify_posting_open,
    verify_rank_free,
    verify_undecided,
)
from api.http.dependencies import Audit, Creating, Id, Limit, Offset, Reading, Writing, api_router
from api.http.etags import ExpectedTags, guarded_responses, tagged_responses
from api.http.problems import problem_responses
from api.http.schemas import ApplicationPage
from api.idempotency.responses import once_responses
from api.settings import Settings
from api.storage.record_kinds import APPLICATIONS
from api.storage.stored_records import add, page, read, remove, replace, tag_of
from features.records import Application, Identifier
from features.taxonomy.vocabulary import ApplicationStatus

__all__ = ["router"]

router = api_router("/applications")


@router.get("", summary="応募の一覧", response_model_exclude_unset=True)
def applications(
    *,
    session: Reading,
    audit: Audit,
    applicant_id: Identifier | None = None,
    posting_id: Identifier | None = None,
    status: ApplicationStatus | None = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> ApplicationPage:
    """Applications in the order of their ids."""
    found, total = page(
        session,
        APPLICATIONS,
        limit=limit,
        offset=offset,
        applicant_id=applicant_id,
        posting_id=posting_id,
        status=status,
    )
    audit.note(seen("application", found))
    return ApplicationPage(applications=list(found), total=total, limit=limit, offset=offset)


@router.post(
    "",
    status_code=201,
    summary="応募の登録",
    responses=once_responses(400, 413) | tagged_responses(201),
    response_model_exclude_unset=True,
)
def add_application(
    *, request: Request, session: Creating, audit: Audit, application: Application, response: Response
) -> Application:
    """Store a new application of a stored applicant to a stored posting that takes applications."""
    settings: Settings = request.app.state.settings
    is_by_applicant = audit.actor.role == "applicant"
    verify_posting_open(session, application, on=settings.day(), is_by_applicant=is_by_applicant)
    if is_by_applicant:
        verify_rank_free(session, application)
    added = add(session, APPLICATIONS, application)
    verify_in_use(session, added)  # who is out of reach is unknown first
    verify_new(added)
    response.headers["ETag"] = tag_of(session, APPLICATIONS, application.application_id)
    audit.note(created("application", added))
    return added


@router.get(
    "/{application_id}",
    summary="応募",
    responses=problem_responses(404) | tagged_responses(),
    response_model_exclude_unset=True,
)
def application(session: Reading, audit: Audit, application_id: Id, response: Response) -> Application:
    """One application."""
    response.headers["ETag"] = tag_of(session, APPLICATIONS, application_id)
    found = read(session, APPLICATIONS, application_id)
    audit.note(seen("application", [found]))
    return found


@router.put(
    "/{application_id}",
    summary="応募の変更",
    responses=guarded_responses(400, 404, 409, 413) | tagged_responses(),
    response_model_exclude_unset=True,
)
def replace_application(
    *,
    session: Writing,
    audit: Audit,
    application_id: Id,
    application: Application,
    response: Response,
    expected: ExpectedTags,
) -> Application:
    """Replace an application, which stays with its applicant and posting; its status changes by a decision alone."""
    verify_change(read(session, APPLICATIONS, application_id), application)
    if audit.actor.role == "applicant":
        verify_rank_free(session, application)
    replaced = replace(session, APPLICATIONS, application_id, application, expected=expected)
    response.headers["ETag"] = tag_of(session, APPLICATIONS, application_id)
    audit.note(changed("application", application, replaced))
    return replaced


@router.delete("/{application_id}", status_code=204, summary="応募の削除", responses=guarded_responses(404, 409))
def remove_application(session: Writing, audit: Audit, application_id: Id, expected: ExpectedTags) -> None:
    """Delete an application that was entered by mistake; one that was decided about stays."""
    verify_undecided(session, application_id)
    remove(session, APPLICATIONS, application_id, expected=expected)
    audit.note(deleted("application", application_id))
