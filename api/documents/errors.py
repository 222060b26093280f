"""Errors of documents.

::

    DocumentError (ValueError)    what a document was asked to show does not have the agreed form
"""

from __future__ import annotations

__all__ = ["DocumentError"]


class DocumentError(ValueError):
    """What a document was asked to show does not have the agreed form."""
