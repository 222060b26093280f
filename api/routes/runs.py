"""``/runs``: rounds over the stored records, computed by a worker, proven before they are stored."""

from __future__ import annotations

from fastapi import Depends, Request, Response

from api.accounts.access import Reached
from api.audit.uses import run_read
from api.http.dependencies import API, Audit, Creating, Id, Limit, Offset, Reading, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses
from api.http.schemas import RunAnswer, RunPage, RunRequest
from api.idempotency.responses import once_responses
from api.jobs.answers import JobAnswer, JobEvents, job_answer
from api.jobs.audit_uses import job_cancelled
from api.jobs.inline import work_after_answer
from api.jobs.queue import ask_for, cancel, read_job
from api.routes.jobs import AfterEvent, event_responses, told_events
from api.runs.figures import RunFigures, run_figures
from api.runs.inputs import inputs_of
from api.runs.rounds import ROUND, RoundJob, read_run, run_page, run_text, stored_run
from api.runs.scope import runs_within, scope_of, verify_run_within
from api.runs.verification_job import VERIFICATION, VerificationRequest
from api.settings import Settings

__all__ = ["router"]

router = api_router("/runs")
_LOCATION = {"Location": {"description": "Where to see how far it is.", "schema": {"type": "string"}}}


@router.post(
    "",
    status_code=202,
    summary="配置の計算を頼む",
    responses=once_responses(400, 413) | {202: {"headers": _LOCATION}},
    dependencies=[Depends(work_after_answer)],
)
def add_run(
    *,
    request: Request,
    session: Creating,
    reach: Reached,
    audit: Audit,
    now: Now,
    asked: RunRequest,
    response: Response,
) -> RunAnswer:
    """Ask for a round over the records as they are now; it is checked from them before it is stored.

    A supporter's is over the postings of the municipalities that consent, and over who applied to them.
    """
    settings: Settings = request.app.state.settings
    scope = scope_of(session, reach)
    job = RoundJob(request=asked, inputs=inputs_of(session, settings, asked.on, municipalities=scope))
    row = ask_for(session, ROUND, job, by=audit.actor, now=now)
    response.headers["Location"] = f"{API}/runs/{row.id}"
    return read_run(session, row.id)


@router.get("", summary="計算の一覧")
def runs(session: Reading, reach: Reached, limit: Limit = 100, offset: Offset = 0) -> RunPage:
    """Stored runs, newest first, a supporter's own; rounds that are not done are among the jobs."""
    return run_page(session, limit=limit, offset=offset, within=runs_within(session, reach))


@router.get("/{run_id}/record", summary="計算の記録（保存したままのバイト列）", responses=problem_responses(404))
def record(session: Reading, reach: Reached, audit: Audit, run_id: Id) -> Response:
    """The run's canonical JSON, byte for byte, for whoever wants to check its digest."""
    verify_run_within(session, reach, run_id)
    text = run_text(session, run_id)
    audit.note(run_read(run_id, text))
    return Response(text, media_type="application/json")


@router.get("/{run_id}/figures", summary="計算の数字（個人なし）", responses=problem_responses(404))
def figures(session: Reading, reach: Reached, audit: Audit, run_id: Id) -> RunFigures:
    """A run for whoever checks the method: proofs, digests in full, and numbers of people; small ones are withheld."""
    verify_run_within(session, reach, run_id)
    found = run_figures(stored_run(session, run_id))
    audit.note(run_read(run_id, found.model_dump_json()))
    return found


@router.get(
    "/{run_id}/events",
    summary="計算の経過",
    response_model=JobEvents,
    responses=problem_responses(404) | event_responses(),
)
def events(
    *, request: Request, session: Reading, reach: Reached, run_id: Id, last_event_id: AfterEvent = 0
) -> JobEvents | Response:
    """What happened to a round, as server-sent events until it ends, or as JSON (``Accept: application/json``)."""
    verify_run_within(session, reach, run_id)
    read_job(session, run_id, kind=ROUND)
    return told_events(request, run_id, last_event_id)


@router.post("/{run_id}/cancellation", status_code=202, summary="計算の取り消し", responses=problem_responses(404, 409))
def cancel_run(session: Writing, reach: Reached, audit: Audit, now: Now, run_id: Id) -> RunAnswer:
    """Ask for the end of a round: at once where it waits, before its next stage where it runs; nothing half stays."""
    verify_run_within(session, reach, run_id)
    cancel(session, run_id, kind=ROUND, now=now)
    audit.note(job_cancelled(run_id))
    return read_run(session, run_id)


@router.post(
    "/{run_id}/verification",
    status_code=202,
    summary="計算のやり直しによる確認を頼む",
    responses=once_responses(404) | {202: {"headers": _LOCATION}},
    dependencies=[Depends(work_after_answer)],
)
def verify(*, session: Creating, reach: Reached, audit: Audit, now: Now, run_id: Id, response: Response) -> JobAnswer:
    """Ask for a stored run to be computed again from its records, weights and rules, and compared byte for byte."""
    verify_run_within(session, reach, run_id)
    run_text(session, run_id)
    row = ask_for(session, VERIFICATION, VerificationRequest(run_id=run_id), by=audit.actor, now=now)
    response.headers["Location"] = f"{API}/jobs/{row.id}"
    return job_answer(session, row)


@router.get("/{run_id}", summary="計算", responses=problem_responses(404))
def run(session: Reading, reach: Reached, audit: Audit, run_id: Id) -> RunAnswer:
    """One run: how far it is and, once it is done, its record with its provenance."""
    verify_run_within(session, reach, run_id)
    found = read_run(session, run_id)
    if found.run is not None:
        audit.note(run_read(run_id, run_text(session, run_id)))
    return found
