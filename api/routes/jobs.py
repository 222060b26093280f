"""``/jobs``: what takes longer than a request, how far it is, and the way to end it early."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Header, Query, Request, Response
from fastapi.sse import EventSourceResponse

from api.accounts.access import Reached
from api.http.dependencies import Audit, Id, Limit, Offset, Reading, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses
from api.http.schemas import JobPage
from api.jobs.answers import JobAnswer, JobEvents, job_answer
from api.jobs.audit_uses import job_cancelled
from api.jobs.event_stream import event_stream, job_events
from api.jobs.queue import cancel, job_page, read_job
from api.jobs.states import ENDED, JobState
from api.runs.scope import verify_job_within

__all__ = ["AfterEvent", "event_responses", "router", "told_events"]

router = api_router("/jobs")

AfterEvent = Annotated[
    int,
    Header(
        ge=0,
        le=2**31 - 1,
        description="Number of the last event that was heard; browsers send it themselves.",
    ),
]


@router.get("", summary="処理の一覧")
def jobs(
    session: Reading,
    kind: Annotated[
        str | None, Query(pattern="^[a-z_-]{1,30}$", description="Jobs of one kind: run, import-preview, …")
    ] = None,
    state: JobState | None = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> JobPage:
    """Jobs, newest first."""
    rows, total = job_page(session, kind=kind, state=state, limit=limit, offset=offset)
    return JobPage(jobs=[job_answer(session, row) for row in rows], total=total, limit=limit, offset=offset)


def event_responses() -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says about a list of events that may also be a stream of them."""
    names = {"id": "string", "event": "string", "data": "string", "retry": "integer"}
    event = {"type": "object", "properties": {name: {"type": kind} for name, kind in names.items()}}
    stream = {"text/event-stream": {"schema": event}}
    return {200: {"content": stream}, 204: {"description": "Nothing more will happen; do not ask again."}}


def told_events(request: Request, job_id: str, after: int) -> JobEvents | Response:
    """Events as JSON where only that is wanted, else as a stream that ends with the job."""
    found = job_events(request.app.state.engine, job_id, after)
    wanted = request.headers.get("accept", "")
    if "application/json" in wanted and "text/event-stream" not in wanted:
        return found
    if found.state in ENDED and not found.events:
        return Response(status_code=204)  # a browser would ask again for ever
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return EventSourceResponse(event_stream(request.app.state.engine, job_id, after), headers=headers)


@router.get(
    "/{job_id}/events",
    summary="処理の経過",
    response_model=JobEvents,
    responses=problem_responses(404) | event_responses(),
)
def events(
    *, request: Request, session: Reading, reach: Reached, job_id: Id, last_event_id: AfterEvent = 0
) -> JobEvents | Response:
    """What happened to a job, as server-sent events until it ends, or as JSON (``Accept: application/json``)."""
    verify_job_within(session, reach, job_id)
    return told_events(request, job_id, last_event_id)


@router.post("/{job_id}/cancellation", status_code=202, summary="処理の取り消し", responses=problem_responses(404, 409))
def cancel_job(session: Writing, audit: Audit, now: Now, job_id: Id) -> JobAnswer:
    """Ask for the end of a job: at once where it waits, before its next stage where it runs; nothing half stays."""
    row = cancel(session, job_id, now=now)
    audit.note(job_cancelled(row.id))
    return job_answer(session, row)


@router.get("/{job_id}", summary="処理", responses=problem_responses(404))
def job(session: Reading, reach: Reached, job_id: Id) -> JobAnswer:
    """One job; of a supporter's, a round of their own or its verification."""
    verify_job_within(session, reach, job_id)
    return job_answer(session, read_job(session, job_id))
