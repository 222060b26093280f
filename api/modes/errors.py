"""Errors of operating modes.

::

    ApiError
    └── ForbiddenError
        └── ModeError   403  what was asked for needs a mode that no written decision allows
"""

from __future__ import annotations

from api.accounts.errors import ForbiddenError

__all__ = ["ModeError"]

_WHAT = {
    "public_board": "recommendations to applicants across municipalities",
    "introduce": "showing applicants to other municipalities",
}


class ModeError(ForbiddenError):
    """What was asked for needs a mode that no written decision allows."""

    status, kind, title = 403, "operating-mode", "この使い方には、運用の形の決定が必要です"

    def __init__(self, mode: str) -> None:
        way_out = "an administrator enters the written decision at POST /api/v1/modes"
        super().__init__(f"{_WHAT[mode]} need the operating mode {mode}, which is off; {way_out}")
