"""One attempt at a job, as the work itself sees it: where it says how far it is, and learns that it is to end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Engine

from api.jobs.errors import JobHandedBackError
from api.jobs.leases import Lease, hand_back, tell
from api.jobs.stopping import Stopping
from api.storage.database import writing

__all__ = ["Task"]


class Task:
    """One attempt at one job.

    Parameters
    ----------
    engine : Engine
        For reading; the work stores nothing itself.
    lease : Lease
    words : mapping of stage to words
    stopping : Stopping
    clock : callable
    """

    def __init__(
        self,
        engine: Engine,
        lease: Lease,
        words: Mapping[str, str],
        *,
        stopping: Stopping,
        clock: Callable[[], datetime],
    ) -> None:
        self.engine = engine
        self.job_id = lease.job_id
        self._lease, self._words = lease, words
        self._stopping, self._clock = stopping, clock

    def at(self, stage: str, *, done: int | None = None, total: int | None = None) -> None:
        """Say that a stage begins; here, between two stages, is where a job ends early.

        Raises
        ------
        JobCancelledError
            If somebody asked for its end.
        JobHandedBackError
            If the worker's time to finish is over; the job is in the queue again.
        LeaseLostError
            If another worker has it now.
        """
        now, is_due = self._clock(), self._stopping.is_due()
        with writing(self.engine) as session:
            if is_due:
                hand_back(session, self._lease, now=now)
            else:
                tell(session, self._lease, stage, self._words[stage], now=now, done=done, total=total)
        if is_due:  # after the transaction, which an error would undo
            raise JobHandedBackError(f"job {self.job_id} waits for another worker")
