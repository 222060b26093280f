"""``/applicants/{id}/…``: what became of a record, and a person's wishes on paper as a municipality enters them."""

from __future__ import annotations

from fastapi import Request, Response

from api.accounts.access import Reached
from api.accounts.write_rules import verify_write
from api.audit.entry import Use, subject
from api.http.dependencies import Audit, Id, Reading, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses
from api.own_data.answers import erasure_answer, restriction_answer
from api.own_data.audit_uses import erased, rights_used
from api.own_data.erasure_requests import Wish, erase_on_request, verify_all_in_reach
from api.own_data.forgetting_asked import Forgetting
from api.own_data.restricting import end_restriction, restrict_use
from api.own_data.schemas import ErasureAnswer, ErasureOrder, HistoryAnswer, RestrictionAnswer, RestrictionOrder
from api.own_data.versions import versions_of
from api.retention.rules import retention_rules
from api.settings import Settings
from api.storage.record_kinds import APPLICANTS
from api.storage.stored_records import read
from api.storage.tables import ApplicantRow

__all__ = ["router"]

router = api_router("/applicants")


@router.get("/{applicant_id}/history", summary="応募者の登録の変更の経過", responses=problem_responses(404))
def history(session: Reading, reach: Reached, audit: Audit, applicant_id: Id) -> HistoryAnswer:
    """Each change with its moment and what it changed; the private part is told to the person alone."""
    read(session, APPLICANTS, applicant_id)
    found = versions_of(session, applicant_id, with_private=reach.applicant_id == applicant_id)
    audit.note(Use(action="read", purpose="rights", on=(subject("applicant", [applicant_id]),)))
    return HistoryAnswer(applicant_id=applicant_id, versions=found)


@router.post(
    "/{applicant_id}/erasure",
    summary="本人の求めによる消去（書面）",
    responses=problem_responses(400, 404, 409, 413) | {202: {"model": ErasureAnswer}},
)
def erase_on_paper(
    *,
    request: Request,
    _forgetting: Forgetting,
    session: Writing,
    reach: Reached,
    audit: Audit,
    applicant_id: Id,
    order: ErasureOrder,
    now: Now,
    response: Response,
) -> ErasureAnswer:
    """Erase a person whom this municipality entered; 202 where a duty to keep runs and nobody decided otherwise."""
    settings: Settings = request.app.state.settings
    read(session, APPLICANTS, applicant_id)
    if reach.is_partial:
        verify_write(session, reach, session.get_one(ApplicantRow, applicant_id))
        verify_all_in_reach(session, applicant_id)
    wish = Wish(by=audit.actor, now=now, on=settings.day(), document=order.document, despite_duty=order.despite_duty)
    done = erase_on_request(session, applicant_id, wish, retention_rules(settings.retention_file))
    audit.note(erased(applicant_id, done))
    response.status_code = 200 if done.kept_until is None else 202
    return erasure_answer(done)


@router.put(
    "/{applicant_id}/restriction",
    summary="応募者の登録の利用の停止",
    responses=problem_responses(400, 404, 413),
)
def stop_use_on_paper(
    *,
    _forgetting: Forgetting,
    session: Writing,
    audit: Audit,
    applicant_id: Id,
    order: RestrictionOrder,
    now: Now,
) -> RestrictionAnswer:
    """Stop the use: the person is in no list, no order and no round, and nothing is erased."""
    read(session, APPLICANTS, applicant_id)
    row = restrict_use(session, applicant_id, document=order.document, by=audit.actor.id, now=now)
    audit.note(rights_used("decided", applicant_id))
    return restriction_answer(row)


@router.delete(
    "/{applicant_id}/restriction",
    status_code=204,
    summary="応募者の登録の利用の再開",
    responses=problem_responses(404),
)
def allow_use_on_paper(session: Writing, reach: Reached, audit: Audit, applicant_id: Id, now: Now) -> None:
    """Let the record of a person whom this municipality entered be used again; an erasure that waits is called off."""
    read(session, APPLICANTS, applicant_id)
    if reach.is_partial:
        verify_write(session, reach, session.get_one(ApplicantRow, applicant_id))
    end_restriction(session, applicant_id, by=audit.actor.id, now=now)
    audit.note(rights_used("decided", applicant_id))
