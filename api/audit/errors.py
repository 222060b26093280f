"""Errors of the audit log.

::

    AuditError (ValueError)    the log cannot be read, anchored, exported or purged as asked
"""

from __future__ import annotations

__all__ = ["AuditError"]


class AuditError(ValueError):
    """The log cannot be read, anchored, exported or purged as asked."""
