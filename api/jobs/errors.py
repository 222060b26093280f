"""Errors of jobs.

::

    ApiError
    └── JobEndedError         409  a job that has ended cannot be cancelled

    JobInterruption (Exception)   the worker stops working on a job; never an answer of a route
    ├── JobCancelledError     somebody asked for its end
    ├── JobHandedBackError    the worker is to stop; another begins anew
    └── LeaseLostError        another worker has it now
"""

from __future__ import annotations

from api.http.errors import ApiError

__all__ = ["JobCancelledError", "JobEndedError", "JobHandedBackError", "JobInterruption", "LeaseLostError"]


class JobEndedError(ApiError):
    """A job that has ended cannot be cancelled."""

    status, kind, title = 409, "job-ended", "The job has ended"

    def __init__(self, job_id: str, state: str) -> None:
        super().__init__(f"job {job_id} is {state} already; what it stored stays")


class JobInterruption(Exception):  # noqa: N818 -- not a fault: the base of the ways in which work ends early
    """The worker stops working on a job."""


class JobCancelledError(JobInterruption):
    """Somebody asked for its end."""


class JobHandedBackError(JobInterruption):
    """The worker is to stop; another begins anew."""


class LeaseLostError(JobInterruption):
    """Another worker has it now."""
