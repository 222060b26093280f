"""Errors of outcomes; :mod:`api.http.problems` answers them as it answers every other.

::

    ApiError
    ├── NoPlacementError     409  the application was not accepted, so nothing can have become of it
    ├── StaleOutcomeError    409  an outcome of that month was recorded since it was read
    └── OutcomeDateError     422  a day that does not fit the placement
"""

from __future__ import annotations

from api.http.errors import ApiError

__all__ = ["NoPlacementError", "OutcomeDateError", "StaleOutcomeError"]


class NoPlacementError(ApiError):
    """The application was not accepted, so nothing can have become of it."""

    status, kind, title = 409, "no-placement", "着任していない応募です"

    def __init__(self, application_id: str, status: str) -> None:
        super().__init__(f"application {application_id} is {status}, expected accepted")


class StaleOutcomeError(ApiError):
    """An outcome of that month was recorded since it was read."""

    status, kind, title = 409, "stale-outcome", "すでに記録があります"

    def __init__(self, application_id: str, months: int, *, sent: str | None, last: str | None) -> None:
        fault = f"is {sent or 'null'}, the last outcome of month {months} is {last or 'null'}"
        super().__init__(f"application {application_id}: corrects {fault}", faults={"body.corrects": fault})


class OutcomeDateError(ApiError):
    """A day that does not fit the placement."""

    status, kind, title = 422, "outcome-date", "日付が合いません"

    def __init__(self, application_id: str, key: str, fault: str) -> None:
        super().__init__(f"application {application_id}: {key} {fault}", faults={f"body.{key}": fault})
