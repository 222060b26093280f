"""Errors of learning from choices.

::

    FeatureError (ValueError)
    └── LearningError   choices that form no sets, or from which nothing can be learned the way it was asked for
"""

from __future__ import annotations

from features.errors import FeatureError

__all__ = ["LearningError"]


class LearningError(FeatureError):
    """Choices that form no sets, or from which nothing can be learned the way it was asked for."""
