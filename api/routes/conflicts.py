"""``/conflicts``: conflicts of interest; whoever declares one sees and scores nothing of that posting."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response

from api.accounts.access import CallerOf
from api.audit.entry import Use, subject
from api.audit.vocabulary import Action
from api.conflicts.schemas import ConflictAnswer, ConflictId, ConflictPage, ConflictRequest, Lifting
from api.conflicts.store import conflict_answer, conflict_page, declare, lift
from api.http.dependencies import Audit, Limit, Offset, Reading, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses

__all__ = ["router"]

router = api_router("/conflicts")


@router.get("", summary="利益相反の申告の一覧", responses=problem_responses(401, 403))
def conflicts(
    session: Reading, audit: Audit, _caller: CallerOf, limit: Limit = 100, offset: Offset = 0
) -> ConflictPage:
    """One's own declarations; an administrator and an auditor see everybody's."""
    rows, total = conflict_page(session, limit=limit, offset=offset)
    audit.note(_use("read", *(row.id for row in rows)))
    return ConflictPage(conflicts=[conflict_answer(row) for row in rows], total=total, limit=limit, offset=offset)


@router.post(
    "",
    status_code=201,
    summary="利益相反の申告",
    responses=problem_responses(400, 401, 403, 413) | {200: {"model": ConflictAnswer, "description": "As it stands."}},
)
def add_conflict(
    *, sent: ConflictRequest, session: Writing, audit: Audit, caller: CallerOf, now: Now, response: Response
) -> ConflictAnswer:
    """Declare a conflict with an applicant or a posting; from the next request on the posting is closed."""
    declared = declare(session, sent, by=caller, now=now)
    if not declared.is_new:
        response.status_code = 200
    audit.note(_use("created" if declared.is_new else "read", declared.row.id))
    return conflict_answer(declared.row)


@router.post(
    "/{conflict_id}/lifting",
    summary="利益相反の申告の取下げ",
    responses=problem_responses(400, 401, 403, 404, 409, 413),
)
def lift_conflict(
    *,
    conflict_id: Annotated[ConflictId, Path()],
    sent: Lifting,
    session: Writing,
    audit: Audit,
    caller: CallerOf,
    now: Now,
) -> ConflictAnswer:
    """Lift it: whoever declared it may, or an administrator, with a reason; both stay on record."""
    row = lift(session, conflict_id, sent, by=caller, now=now)
    audit.note(_use("changed", row.id))
    return conflict_answer(row)


def _use(action: Action, *conflict_ids: str) -> Use:
    return Use(action=action, purpose="security", on=(subject("conflict", conflict_ids),))
