"""What happens to a job as server-sent events: what happened before at once, the rest as it happens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import Final

from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from api.jobs.answers import JobEvent, JobEvents, event_answer
from api.jobs.queue import events_after, read_job
from api.jobs.states import ENDED
from api.storage.database import reading

__all__ = ["event_stream", "job_events"]

_LOOK_SECONDS: Final = 0.5
_SILENT_SECONDS: Final = 15.0  # proxies cut what says nothing for long
_LONGEST_SECONDS: Final = 60.0  # then the browser comes again, and whether it still may is asked again
_RETRY_MS: Final = 1000


def job_events(engine: Engine, job_id: str, after: int) -> JobEvents:
    """The state of a job, and its events after a number, as one state of the database has them.

    Raises
    ------
    UnknownIdError
        If there is no such job.
    """
    with reading(engine) as session:
        row = read_job(session, job_id)
        events = [event_answer(event) for event in events_after(session, job_id, after)]
        return JobEvents.model_validate({"job_id": job_id, "state": row.state, "events": events})


async def event_stream(engine: Engine, job_id: str, after: int) -> AsyncGenerator[bytes]:
    """Events until the job's last one; comments while nothing happens; a rest of the way after a minute."""
    began = heard = time.monotonic()
    while True:
        found = await run_in_threadpool(job_events, engine, job_id, after)
        for event in found.events:
            yield _written(event)
            after = event.number
        now = time.monotonic()
        if found.state in ENDED or now - began >= _LONGEST_SECONDS:
            return
        if found.events:
            heard = now
        elif now - heard >= _SILENT_SECONDS:
            heard = now
            yield KEEPALIVE_COMMENT
        await asyncio.sleep(_LOOK_SECONDS)


def _written(event: JobEvent) -> bytes:
    name = "end" if event.stage in ENDED else "progress"
    return format_sse_event(data_str=event.model_dump_json(), event=name, id=str(event.number), retry=_RETRY_MS)
