"""Errors of the audit log.

::

    FeatureError (ValueError)
    └── AuditError                    the log cannot be read, anchored, exported or purged as asked
    RuntimeError
    └── UndeclaredPurposeError        an operation that has no purpose used people's records: a fault of ours
"""

from __future__ import annotations

from features.errors import FeatureError

__all__ = ["AuditError", "UndeclaredPurposeError"]


class AuditError(FeatureError):
    """The log cannot be read, anchored, exported or purged as asked."""


class UndeclaredPurposeError(RuntimeError):
    """An operation that has no purpose used people's records: a fault of ours, answered by an error.

    Parameters
    ----------
    operation : str
        Method and route template.
    """

    def __init__(self, operation: str) -> None:
        super().__init__(f"{operation} uses people's records and has no line in api/accounts/purposes.toml")
