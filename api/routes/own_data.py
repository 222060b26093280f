"""``/me/data``: everything stored about the applicant who asks — to see, to stop its use, to have it erased."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response

from api.accounts.access import CallerOf
from api.accounts.response_headers import policy_of_content
from api.http.dependencies import Audit, Reading, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses
from api.own_data.answers import erasure_answer, restriction_answer
from api.own_data.audit_uses import erased, rights_used
from api.own_data.collecting import OwnData, own_data
from api.own_data.erasure_requests import Wish, erase_on_request
from api.own_data.forgetting_asked import Forgetting
from api.own_data.page import own_data_page, style_source
from api.own_data.restricting import end_restriction, restrict_use
from api.own_data.schemas import ErasureAnswer, RestrictionAnswer
from api.retention.rules import retention_rules
from api.settings import Settings
from api.storage.record_kinds import APPLICANTS
from api.storage.stored_records import read

__all__ = ["router"]

router = api_router("/me/data")

_HTML: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}


@router.get(
    "",
    summary="自分について保存されている内容のすべて",
    response_model=OwnData,
    responses=problem_responses(401, 403, 404) | _HTML,
)
def stored_data(
    *,
    request: Request,
    session: Reading,
    caller: CallerOf,
    audit: Audit,
    now: Now,
    kind: Annotated[
        Literal["json", "html"], Query(alias="format", description="json for programs, html to read and print.")
    ] = "json",
) -> OwnData | Response:
    """Record with the private part, applications, what they were, decisions, consents, uses; and what to ask for."""
    found = shown_data(request=request, session=session, caller=caller, now=now)
    # no digest: what is in it is private too, and a digest would tell whether a guess of it is right
    audit.note(rights_used("exported", found.applicant_id))
    return found if kind == "json" else _page(found)


def shown_data(*, request: Request, session: Reading, caller: CallerOf, now: Now) -> OwnData:
    """What is stored about the caller; whoever gives it out notes whether it was shown or taken along."""
    settings: Settings = request.app.state.settings
    rules = retention_rules(settings.retention_file)
    return own_data(session, caller.applicant_id or "", rules, on=settings.day(), now=now)


def _page(found: OwnData) -> Response:
    """To read and print: it may use its own style, and nothing else may be loaded."""
    return Response(
        own_data_page(found, back="/my-data"),
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": policy_of_content(style=style_source())},
    )


@router.delete(
    "",
    summary="自分の登録と応募の消去",
    responses=problem_responses(401, 403, 404, 409) | {202: {"model": ErasureAnswer}},
)
def erase_own_data(
    *,
    request: Request,
    _forgetting: Forgetting,
    session: Writing,
    caller: CallerOf,
    audit: Audit,
    now: Now,
    response: Response,
) -> ErasureAnswer:
    """Erase the applicant and everything about them; 202 where a duty to keep it runs: the answer says until when."""
    settings: Settings = request.app.state.settings
    applicant_id = read(session, APPLICANTS, caller.applicant_id or "").applicant_id
    wish = Wish(by=audit.actor, now=now, on=settings.day())
    done = erase_on_request(session, applicant_id, wish, retention_rules(settings.retention_file))
    audit.note(erased(applicant_id, done))
    response.status_code = 200 if done.kept_until is None else 202
    return erasure_answer(done)


@router.put("/restriction", summary="自分の登録の利用の停止", responses=problem_responses(401, 403, 404))
def stop_use(_forgetting: Forgetting, session: Writing, caller: CallerOf, audit: Audit, now: Now) -> RestrictionAnswer:
    """Stop the use: the applicant is in no list, no order and no round, and nothing is erased."""
    applicant_id = read(session, APPLICANTS, caller.applicant_id or "").applicant_id
    row = restrict_use(session, applicant_id, document=None, by=audit.actor.id, now=now)
    audit.note(rights_used("decided", applicant_id))
    return restriction_answer(row)


@router.delete(
    "/restriction", status_code=204, summary="自分の登録の利用の再開", responses=problem_responses(401, 403, 404)
)
def allow_use(session: Writing, caller: CallerOf, audit: Audit, now: Now) -> None:
    """Let the record be used again; an erasure that waits is called off with it."""
    applicant_id = read(session, APPLICANTS, caller.applicant_id or "").applicant_id
    end_restriction(session, applicant_id, by=audit.actor.id, now=now)
    audit.note(rights_used("decided", applicant_id))
