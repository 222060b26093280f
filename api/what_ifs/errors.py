"""Errors of questions about a run.

::

    ApiError
    └── NoSourcesError   409  what the run was computed from is no longer there
"""

from __future__ import annotations

from api.http.errors import ApiError

__all__ = ["NoSourcesError"]


class NoSourcesError(ApiError):
    """What the run was computed from is no longer there: somebody was erased since, or the run is older than that."""

    status, kind, title = 409, "no-sources", "この案のもとの記録が残っていないため、計算できません"

    def __init__(self, run_id: str) -> None:
        super().__init__(f"run {run_id} no longer has all it was computed from; run the round again")
