"""``/runs/{run_id}/what-ifs``: what a stored round would be like otherwise, computed by a worker; the run stays."""

from __future__ import annotations

from fastapi import Depends, Response

from api.accounts.access import Reached
from api.audit.uses import run_read
from api.http.dependencies import API, Audit, Creating, Id, Reading, api_router
from api.http.now import Now
from api.http.problems import problem_responses
from api.idempotency.responses import once_responses
from api.jobs.inline import work_after_answer
from api.jobs.queue import ask_for
from api.runs.rounds import run_text
from api.runs.scope import verify_run_within
from api.what_ifs.answers import what_if_answer
from api.what_ifs.job import WHAT_IF
from api.what_ifs.schemas import WhatIfAnswer, WhatIfJob, WhatIfRequest

__all__ = ["router"]

router = api_router("/runs")
_LOCATION = {"Location": {"description": "Where to see how far it is.", "schema": {"type": "string"}}}


@router.post(
    "/{run_id}/what-ifs",
    status_code=202,
    summary="計算した案について、もしもの計算を頼む",
    responses=once_responses(400, 404, 413) | {202: {"headers": _LOCATION}},
    dependencies=[Depends(work_after_answer)],
)
def add_what_if(
    *,
    session: Creating,
    reach: Reached,
    audit: Audit,
    now: Now,
    run_id: Id,
    asked: WhatIfRequest,
    response: Response,
) -> WhatIfAnswer:
    """Ask what a stored run would be like otherwise: its frontier, seats and limits, or after a withdrawal."""
    verify_run_within(session, reach, run_id)
    run_text(session, run_id)
    row = ask_for(session, WHAT_IF, WhatIfJob(run_id=run_id, asked=asked), by=audit.actor, now=now)
    response.headers["Location"] = f"{API}/runs/{run_id}/what-ifs/{row.id}"
    return what_if_answer(session, run_id, row.id)


@router.get("/{run_id}/what-ifs/{what_if_id}", summary="もしもの計算", responses=problem_responses(404))
def what_if(session: Reading, reach: Reached, audit: Audit, run_id: Id, what_if_id: Id) -> WhatIfAnswer:
    """How far a question is, or what came of it, with whom it would move."""
    verify_run_within(session, reach, run_id)
    found = what_if_answer(session, run_id, what_if_id)
    if found.job.result is not None:
        audit.note(run_read(run_id, found.model_dump_json()))
    return found
