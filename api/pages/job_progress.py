"""How far a job is, as a bar shows it: the stages of its kind in their order, and the part of one that is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from api.imports.commit_job import COMMIT_JOB
from api.imports.preview_job import PREVIEW_JOB
from api.jobs.answers import JobAnswer
from api.runs.round_job import ROUND_JOB
from api.runs.verification_job import VERIFICATION_JOB
from api.what_ifs.job import WHAT_IF_JOB

__all__ = ["JobProgress", "job_progress"]

# stages in order; where several stand together, a job goes through one of them
_Way: TypeAlias = Sequence[Sequence[str]]
_INSTEAD: Final[Mapping[str, Sequence[str]]] = {"reading": ("rereading",), "frontier": ("limits", "repair")}


@dataclass(frozen=True)
class JobProgress:
    """A determinate bar.

    Attributes
    ----------
    value : float or None
        Stages that are behind, and the part of the present one that is done; ``None`` where nobody knows.
    most : int
        How many stages there are.
    way : str
        The stages as the page's script reads them: ``reading,rereading judging …``.
    """

    value: float | None
    most: int
    way: str


def job_progress(job: JobAnswer) -> JobProgress:
    """How far a job is; one that waits has done nothing.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from api.jobs.answers import JobEvent
    >>> now = datetime(2026, 11, 26, tzinfo=UTC)
    >>> event = JobEvent(number=4, moment=now, stage="scoring", done=5, total=20, words="")
    >>> job = JobAnswer(job_id="j", kind="run", state="running", asked_by="local", asked_at=now, started_at=now,
    ...                 ended_at=None, attempts=1, progress=event, result=None, error=None)
    >>> job_progress(job)
    JobProgress(value=2.25, most=7, way='reading,rereading judging scoring lists mechanism checking storing')
    """
    way = _WAYS.get(job.kind, ())
    told = " ".join(",".join(one) for one in way)
    return JobProgress(_value(job, way), len(way), told)


def _value(job: JobAnswer, way: _Way) -> float | None:
    if job.state == "queued":
        return 0.0
    event = job.progress
    place = next((at for at, names in enumerate(way) if event is not None and event.stage in names), None)
    if event is None or place is None:
        return None
    part = min(event.done / event.total, 1.0) if event.done is not None and event.total else 0.0
    return place + part


def _way_of(stages: Mapping[str, str]) -> _Way:
    beside = {other for others in _INSTEAD.values() for other in others}
    return [
        (one, *(other for other in _INSTEAD.get(one, ()) if other in stages)) for one in stages if one not in beside
    ]


_WAYS: Final[Mapping[str, _Way]] = {
    kind.name: _way_of(kind.stages) for kind in (ROUND_JOB, VERIFICATION_JOB, WHAT_IF_JOB, PREVIEW_JOB, COMMIT_JOB)
}
