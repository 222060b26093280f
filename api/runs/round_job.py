"""The job that runs a round over the records as they were when it was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue

from api.audit.entry import Use, subject
from api.audit.uses import round_run
from api.jobs.kinds import JobKind, Outcome
from api.jobs.task import Task
from api.runs.rounds import ROUND, RoundJob, solve, store_run
from api.storage.database import reading
from api.storage.errors import ErasedError
from api.storage.history import records_at
from api.storage.stored_records import records_revision
from features.records import Records

__all__ = ["ROUND_JOB"]


def _work(task: Task, asked: RoundJob) -> Outcome:
    task.at("reading")
    records = _records_at(task, asked.inputs.revision)
    if records is None:
        task.at("rereading")
        asked, records = _as_of_now(task, asked)
    record = solve(records, asked, at=task.at)
    task.at("storing")
    return Outcome(
        result={"run_id": task.job_id, "digest": str(record["digest"])},
        use=round_run(task.job_id, record),
        store=lambda session: store_run(session, task.job_id, record, asked),
    )


def _records_at(task: Task, revision: int) -> Records | None:
    """The records of that state; ``None`` where somebody was erased since, and it is no longer to be had."""
    with reading(task.engine) as session:
        try:
            return records_at(session, revision)
        except ErasedError:
            return None


def _as_of_now(task: Task, asked: RoundJob) -> tuple[RoundJob, Records]:
    with reading(task.engine) as session:
        revision = records_revision(session)
        inputs = asked.inputs.model_copy(update={"revision": revision})
        return asked.model_copy(update={"inputs": inputs}), records_at(session, revision)


def _in_vain(job_id: str, _request: Mapping[str, JsonValue]) -> Use:
    return Use(action="run", purpose="placement", on=(subject(ROUND, [job_id]),))


ROUND_JOB: Final = JobKind(
    name=ROUND,
    request=RoundJob,
    stages={
        "reading": "記録を読んでいます",
        "rereading": "記録の一部が消去されたので、いまの記録を読み直しています",
        "judging": "規則と条件を確かめています",
        "scoring": "両方の側から点数をつけています",
        "lists": "希望の順と読む順をまとめています",
        "mechanism": "配置を計算しています",
        "checking": "計算とは別の手順で検算しています",
        "storing": "結果を保存しています",
    },
    work=_work,
    in_vain=_in_vain,
)
