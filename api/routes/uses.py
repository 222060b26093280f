"""``/me/uses``: applicants see who used their record."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.accounts.access import CallerOf
from api.audit.entry import Subject, Use
from api.audit.schemas import OwnUses
from api.http.dependencies import Audit, Limit, Reading, api_router
from api.http.problems import problem_responses
from api.own_data.uses import uses_of

__all__ = ["router"]

router = api_router("/me/uses")


@router.get("", summary="自分の記録がいつ、どこに、何のために使われたか", responses=problem_responses(401, 403))
def own_uses(
    session: Reading,
    caller: CallerOf,
    audit: Audit,
    before: Annotated[int | None, Query(ge=1, le=2**62, description="Only uses before this number.")] = None,
    limit: Limit = 100,
) -> OwnUses:
    """Uses of the applicant's record and applications, newest first: by a role of a municipality, not by a person."""
    found = uses_of(session, caller.applicant_id or "", before=before, limit=limit)
    audit.note(Use(action="read", purpose="rights", on=(Subject(kind="audit", count=len(found.uses)),)))
    return found
