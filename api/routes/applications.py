"""``/applications``: who applied where."""

from __future__ import annotations

from fastapi import Response

from api.audit.uses import changed, created, deleted, seen
from api.dependencies import Audit, Id, Limit, Offset, Reading, Writing, api_router
from api.etags import ExpectedTags, guarded_responses, tagged_responses
from api.problems import problem_responses
from api.record_kinds import APPLICATIONS
from api.schemas import ApplicationPage
from api.stored_records import add, page, read, remove, replace, tag_of
from features.records import Application, Identifier
from features.vocabulary import ApplicationStatus

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
    audit.note(seen("application", found, by=audit.actor))
    return ApplicationPage(applications=list(found), total=total, limit=limit, offset=offset)


@router.post(
    "",
    status_code=201,
    summary="応募の登録",
    responses=problem_responses(400, 409, 413) | tagged_responses(201),
    response_model_exclude_unset=True,
)
def add_application(session: Writing, audit: Audit, application: Application, response: Response) -> Application:
    """Store a new application of a stored applicant to a stored posting."""
    added = add(session, APPLICATIONS, application)
    response.headers["ETag"] = tag_of(session, APPLICATIONS, application.application_id)
    audit.note(created("application", added))
    return added


@router.get(
    "/{application_id:path}",
    summary="応募",
    responses=problem_responses(404) | tagged_responses(),
    response_model_exclude_unset=True,
)
def application(session: Reading, audit: Audit, application_id: Id, response: Response) -> Application:
    """One application."""
    response.headers["ETag"] = tag_of(session, APPLICATIONS, application_id)
    found = read(session, APPLICATIONS, application_id)
    audit.note(seen("application", [found], by=audit.actor))
    return found


@router.put(
    "/{application_id:path}",
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
    """Replace an application, its status for one."""
    replaced = replace(session, APPLICATIONS, application_id, application, expected=expected)
    response.headers["ETag"] = tag_of(session, APPLICATIONS, application_id)
    audit.note(changed("application", application, replaced))
    return replaced


@router.delete("/{application_id:path}", status_code=204, summary="応募の削除", responses=guarded_responses(404, 409))
def remove_application(session: Writing, audit: Audit, application_id: Id, expected: ExpectedTags) -> None:
    """Delete an application that was entered by mistake; one that ended has a status."""
    remove(session, APPLICATIONS, application_id, expected=expected)
    audit.note(deleted("application", application_id))
