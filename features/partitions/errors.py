"""Errors of partitions.

::

    FeatureError (ValueError)
    └── PartitionError   a file of a partition that is not what it should be, or a task that cannot be done
"""

from __future__ import annotations

from features.errors import FeatureError

__all__ = ["PartitionError"]


class PartitionError(FeatureError):
    """A file of a partition that is not what it should be, or a task that cannot be done."""
