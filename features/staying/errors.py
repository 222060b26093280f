"""Errors of learning who stays.

::

    FeatureError (ValueError)
    └── StayingError   placements that cannot be learned from, or an input that is no term
"""

from __future__ import annotations

from features.errors import FeatureError

__all__ = ["StayingError"]


class StayingError(FeatureError):
    """Placements that cannot be learned from, or an input that is no term."""
