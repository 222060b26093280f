"""``/applications``: who applied where."""

from __future__ import annotations

from api.dependencies import Id, Limit, Offset, Reading, Writing, api_router
from api.problems import problem_responses
from api.record_kinds import APPLICATIONS
from api.schemas import ApplicationPage
from api.stored_records import add, page, read, remove, replace
from features.records import Application, Identifier
from features.vocabulary import ApplicationStatus

__all__ = ["router"]

router = api_router("/applications")


@router.get("", summary="応募の一覧", response_model_exclude_unset=True)
def applications(
    *,
    session: Reading,
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
    return ApplicationPage(applications=list(found), total=total, limit=limit, offset=offset)


@router.post(
    "",
    status_code=201,
    summary="応募の登録",
    responses=problem_responses(400, 409, 413),
    response_model_exclude_unset=True,
)
def add_application(session: Writing, application: Application) -> Application:
    """Store a new application of a stored applicant to a stored posting."""
    return add(session, APPLICATIONS, application)


@router.get(
    "/{application_id:path}", summary="応募", responses=problem_responses(404), response_model_exclude_unset=True
)
def application(session: Reading, application_id: Id) -> Application:
    """One application."""
    return read(session, APPLICATIONS, application_id)


@router.put(
    "/{application_id:path}",
    summary="応募の変更",
    responses=problem_responses(400, 404, 409, 413),
    response_model_exclude_unset=True,
)
def replace_application(session: Writing, application_id: Id, application: Application) -> Application:
    """Replace an application, its status for one."""
    return replace(session, APPLICATIONS, application_id, application)


@router.delete("/{application_id:path}", status_code=204, summary="応募の削除", responses=problem_responses(404, 409))
def remove_application(session: Writing, application_id: Id) -> None:
    """Delete an application that was entered by mistake; one that ended has a status."""
    remove(session, APPLICATIONS, application_id)
