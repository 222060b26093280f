"""Whether a worker ended while it read the file of a job: it would end the next one too."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from sqlmodel import Session, col, select

from api.imports.errors import UnreadableFileError
from api.jobs.tables import JobEventRow

__all__ = ["verify_not_lost_while_reading"]

_READING: Final = "reading"
_RESUMED: Final = "resumed"


def verify_not_lost_while_reading(session: Session, job_id: str) -> None:
    """Refuse to read a file a second time where the first reading ended its worker.

    A worker that is told to stop hands its job back, which is no loss.

    Raises
    ------
    UnreadableFileError
        If a worker was lost in that stage of this job.
    """
    told = select(JobEventRow.stage).where(JobEventRow.job_id == job_id).order_by(col(JobEventRow.number))
    stages = session.exec(told).all()
    if any(pair == (_READING, _RESUMED) for pair in pairwise(stages)):
        raise UnreadableFileError(
            "このファイルを読んでいる途中で処理が止まったので、読むのをやめました。壊れているか、極端に大きいファイルのおそれがあります。"
            "Excel で開いて .xlsx に保存し直すか、必要な表だけを新しいブックに写して、もう一度送ってください。"
        )
