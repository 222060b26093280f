"""The job that answers a question about a stored run, from the records, weights and rules the run was computed from.

A job's result names postings and figures; people stand in it by their place in the order of the run's ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from pydantic import BaseModel, JsonValue, ValidationError

from api.audit.entry import Use, subject
from api.jobs.kinds import JobKind, Outcome
from api.jobs.task import Task
from api.runs.round_job import ROUND_JOB
from api.runs.rounds import RoundJob, solved
from api.storage.database import reading
from api.storage.errors import ErasedError
from api.storage.history import records_at
from api.storage.tables import RunInputRow
from api.what_ifs.errors import NoSourcesError
from api.what_ifs.schemas import Frontier, Limits, Repair, WhatIfJob, WhatIfRequest
from features.records import Records
from features.rounds.results import RoundResult
from features.what_ifs.frontier import round_frontier
from features.what_ifs.limits import BeforeRun, TownLimit, limited_round, seat_values
from features.what_ifs.repair import repaired_round

__all__ = ["WHAT_IF", "WHAT_IF_JOB"]

WHAT_IF: Final = "what-if"
_STAGES: Final = ("reading", "judging", "scoring", "lists", "mechanism", "checking")


def _work(task: Task, asked: WhatIfJob) -> Outcome:
    task.at("reading")
    records, job = _sources(task, asked.run_id)
    result = solved(records, job, at=task.at)
    task.at(asked.asked.question)
    found = _answer(result, asked.asked, before_run=lambda done, total: task.at("limits", done=done, total=total))
    return Outcome(result=found.model_dump(mode="json"), use=_asked_about(asked.run_id))


def _sources(task: Task, run_id: str) -> tuple[Records, RoundJob]:
    with reading(task.engine) as session:
        row = session.get(RunInputRow, run_id)
        if row is None:
            raise NoSourcesError(run_id)
        try:
            job = RoundJob.model_validate({"request": row.request, "inputs": row.inputs})
            return records_at(session, job.inputs.revision), job
        except (ErasedError, ValidationError):
            raise NoSourcesError(run_id) from None


def _answer(result: RoundResult, asked: WhatIfRequest, *, before_run: BeforeRun) -> BaseModel:
    if asked.question == "frontier":
        return Frontier.model_validate({"points": [asdict(one) for one in round_frontier(result)]})
    if asked.question == "repair":
        ways: list[dict[str, Any]] = [asdict(one) for one in repaired_round(result, asked.withdrawn)]
        for way in ways:
            way["moves"] = [{**move, "number": move["applicant"] + 1} for move in way["moves"]]
        return Repair.model_validate({"ways": ways})
    seats = [asdict(one) for one in seat_values(result, before_run=before_run)]
    if not asked.limits:
        return Limits.model_validate({"seats": seats, "limits": [], "n_matched": None, "change": None})
    limits = [TownLimit(**one.model_dump()) for one in asked.limits]
    under = asdict(limited_round(result, limits, before_run=before_run))
    return Limits.model_validate(
        {"seats": seats, "limits": under["lines"], "n_matched": under["n_matched"], "change": under["change"]}
    )


def _asked_about(run_id: str) -> Use:
    """A stored run was computed again, otherwise, from the records of its people."""
    return Use(action="run", purpose="placement", on=(subject("run", [run_id]),))


def _in_vain(_job_id: str, request: Mapping[str, JsonValue]) -> Use:
    return _asked_about(str(request["run_id"]))


WHAT_IF_JOB: Final = JobKind(
    name=WHAT_IF,
    request=WhatIfJob,
    stages={
        **{stage: ROUND_JOB.stages[stage] for stage in _STAGES},
        "frontier": "安定と全体の点数のあいだを調べています",
        "limits": "席と上限・下限を一つずつ変えて計算しています",
        "repair": "動く人が少ない案を探しています",
    },
    work=_work,
    in_vain=_in_vain,
)
