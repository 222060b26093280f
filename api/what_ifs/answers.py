"""What came of a question about a run, with the ids of its people."""

from __future__ import annotations

import json
from typing import Any, Final

from pydantic import BaseModel
from sqlmodel import Session

from api.http.errors import UnknownIdError
from api.jobs.answers import job_answer
from api.jobs.queue import read_job
from api.runs.rounds import run_text
from api.what_ifs.job import WHAT_IF
from api.what_ifs.schemas import Frontier, Limits, Question, Repair, WhatIfAnswer, WhatIfJob

__all__ = ["what_if_answer"]

_SHAPES: Final[dict[Question, type[BaseModel]]] = {"frontier": Frontier, "limits": Limits, "repair": Repair}


def what_if_answer(session: Session, run_id: str, job_id: str) -> WhatIfAnswer:
    """How far it is, or what came of it.

    Raises
    ------
    UnknownIdError
        If there is no such question about this run.
    """
    row = read_job(session, job_id, kind=WHAT_IF)
    kept = WhatIfJob.model_validate(row.request)
    if kept.run_id != run_id:
        raise UnknownIdError(WHAT_IF, job_id)
    job = job_answer(session, row)
    question = kept.asked.question
    told: dict[str, Any] = {}
    if job.result is not None:
        told[question] = _SHAPES[question].model_validate(job.result)
    answer = WhatIfAnswer(run_id=run_id, question=question, withdrawn=kept.asked.withdrawn, job=job, **told)
    return answer if answer.repair is None else answer.model_copy(update={"repair": _named(session, answer, run_id)})


def _named(session: Session, answer: WhatIfAnswer, run_id: str) -> Repair | None:
    if answer.repair is None:
        return None
    people = sorted(json.loads(run_text(session, run_id))["matching"])
    ways = [
        way.model_copy(
            update={"moves": [move.model_copy(update={"applicant_id": people[move.number - 1]}) for move in way.moves]}
        )
        for way in answer.repair.ways
    ]
    return Repair(ways=ways)
