"""Errors of reading.

::

    FeatureError (ValueError)
    └── KeptFileError   a file of the cache folder that is damaged and in use, or cannot be removed
"""

from __future__ import annotations

from features.errors import FeatureError

__all__ = ["KeptFileError"]


class KeptFileError(FeatureError):
    """A file of the cache folder that is damaged and in use, or cannot be removed."""
