"""Errors of conflicts of interest; :mod:`api.http.problems` answers them as it answers every other.

::

    ApiError
    ├── ConflictOfInterestError  403  the caller declared a conflict that closes this record to them
    ├── LiftedError              409  a conflict was lifted before
    └── LiftingReasonError       422  whoever lifts a conflict says not why
"""

from __future__ import annotations

from api.http.errors import ApiError

__all__ = ["ConflictOfInterestError", "LiftedError", "LiftingReasonError"]


class ConflictOfInterestError(ApiError):
    """The caller declared a conflict that closes this record to them."""

    status, kind, title = 403, "conflict-of-interest", "利益相反の申告により表示できません"

    def __init__(self, name: str, an_id: str) -> None:
        way_out = "GET /api/v1/conflicts lists what was declared, POST /api/v1/conflicts/{id}/lifting lifts it"
        super().__init__(f"{name} {an_id} is closed to this account by a conflict of interest it declared; {way_out}")


class LiftedError(ApiError):
    """A conflict was lifted before."""

    status, kind, title = 409, "lifted", "すでに取り下げられています"

    def __init__(self, conflict_id: str) -> None:
        super().__init__(f"conflict {conflict_id} was lifted before; declare it anew if it stands again")


class LiftingReasonError(ApiError):
    """Whoever lifts a conflict says not why."""

    status, kind, title = 422, "lifting-reason", "理由を書いてください"

    def __init__(self, conflict_id: str) -> None:
        fault = "missing, expected why it no longer stands"
        super().__init__(f"conflict {conflict_id}: reason {fault}", faults={"body.reason": fault})
