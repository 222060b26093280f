"""Errors of evaluating an assignment.

::

    FeatureError (ValueError)
    └── EvaluationError   arrays that do not fit each other, or a question that what happened cannot answer
"""

from __future__ import annotations

from features.errors import FeatureError

__all__ = ["EvaluationError"]


class EvaluationError(FeatureError):
    """Arrays that do not fit each other, or a question that what happened cannot answer."""
