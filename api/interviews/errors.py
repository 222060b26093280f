"""Errors of interview scores; :mod:`api.http.problems` answers them as it answers every other.

::

    ApiError
    ├── NoInterviewError  409  the application is not at its interview
    └── FinalScoreError   409  scores that were given are not changed: the others' are seen since
"""

from __future__ import annotations

from api.http.errors import ApiError

__all__ = ["FinalScoreError", "NoInterviewError"]


class NoInterviewError(ApiError):
    """The application is not at its interview."""

    status, kind, title = 409, "no-interview", "面接の段階ではありません"

    def __init__(self, application_id: str, state: str) -> None:
        super().__init__(f"application {application_id} is {state}, expected interview or offered")


class FinalScoreError(ApiError):
    """Scores that were given are not changed: the others' are seen since."""

    status, kind, title = 409, "final-score", "評価は提出のあと変えられません"

    def __init__(self, application_id: str) -> None:
        super().__init__(f"application {application_id} has this member's scores; the others' are open to it since")
