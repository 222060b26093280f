"""``/runs/{run_id}/explanations``: why somebody was placed where, or nowhere, read out of the stored record."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import Query

from api.accounts.access import Reached
from api.audit.uses import run_read
from api.http.dependencies import Audit, Id, Limit, Offset, Reading, api_router
from api.http.problems import problem_responses
from api.own_data.erased import erased_among
from api.runs.explanations import Explanations, explanations_of
from api.runs.rounds import run_text
from api.runs.scope import verify_run_within
from features.records import Identifier

__all__ = ["router"]

router = api_router("/runs")


@router.get("/{run_id}/explanations", summary="配置できた理由、できなかった理由", responses=problem_responses(404))
def explanations(
    *,
    session: Reading,
    reach: Reached,
    audit: Audit,
    run_id: Id,
    applicant_id: Annotated[Identifier | None, Query(description="Only of this person.")] = None,
    placed: Annotated[bool | None, Query(description="Only of those with a place, or without.")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Explanations:
    """Why people hold the place they hold, or none: the wish, the cutoffs, the postings that would have taken them."""
    verify_run_within(session, reach, run_id)
    found = explanations_of(
        run_id,
        run_text(session, run_id),
        applicant_id=applicant_id,
        placed=placed,
        erased=partial(erased_among, session),
        limit=limit,
        offset=offset,
    )
    audit.note(run_read(run_id, found.model_dump_json()))
    return found
