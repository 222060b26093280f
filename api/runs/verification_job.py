"""The job that computes a stored run again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict, JsonValue

from api.audit.entry import Use, subject
from api.jobs.kinds import JobKind, Outcome
from api.jobs.task import Task
from api.runs.round_job import ROUND_JOB
from api.runs.verification.verifying import verify_run

__all__ = ["VERIFICATION", "VERIFICATION_JOB", "VerificationRequest", "run_verified"]

VERIFICATION: Final = "verification"


class VerificationRequest(BaseModel):
    """Which run to compute again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run_id: str


def run_verified(run_id: str) -> Use:
    """A stored run was computed again, from the records of its people."""
    return Use(action="read", purpose="audit", on=(subject("run", [run_id]),))


def _work(task: Task, asked: VerificationRequest) -> Outcome:
    found = verify_run(task.engine, asked.run_id, at=task.at)
    return Outcome(result=found.model_dump(mode="json"), use=run_verified(asked.run_id))


def _in_vain(_job_id: str, request: Mapping[str, JsonValue]) -> Use:
    return run_verified(str(request["run_id"]))


VERIFICATION_JOB: Final = JobKind(
    name=VERIFICATION,
    request=VerificationRequest,
    stages={
        **{stage: words for stage, words in ROUND_JOB.stages.items() if stage not in ("rereading", "storing")},
        "comparing": "保存された結果と比べています",
    },
    work=_work,
    in_vain=_in_vain,
)
