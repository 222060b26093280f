"""Errors of the intake.

::

    FeatureError
    └── IntakeError     a file that is not read at all: what it is, and how to make it readable
"""

from __future__ import annotations

from features.errors import FeatureError

__all__ = ["IntakeError"]


class IntakeError(FeatureError):
    """A file is not read at all, and nothing of it is kept.

    Parameters
    ----------
    reason : str
        What is the matter, in Japanese for the person at the desk; never a cell.
    mend : str
        What that person can do.
    """

    def __init__(self, reason: str, *, mend: str) -> None:
        super().__init__(f"{reason} {mend}")
        self.reason = reason
        self.mend = mend
