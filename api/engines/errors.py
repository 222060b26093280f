"""Errors of engines.

::

    FeatureError (ValueError)
    └── EngineError   an engine that is not known or not there, or that lost the same work too often
"""

from __future__ import annotations

from features.errors import FeatureError

__all__ = ["EngineError"]


class EngineError(FeatureError):
    """An engine that is not known or not there, or that lost the same work too often."""
