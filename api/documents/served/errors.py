"""Errors of documents that are asked for over HTTP; :mod:`api.http.problems` answers them as it answers every other.

::

    ApiError
    ├── DocumentAskedError   422  a parameter that the kind of document does not have, or one that it needs
    ├── NoDocumentError      409  what is stored does not give this document: nobody has an offer, for one
    └── RecordsMovingError   503  records changed again and again while the document was gathered

A message names kinds, ids and parameters, never a name or what a person wrote.
"""

from __future__ import annotations

from api.http.errors import ApiError

__all__ = ["DocumentAskedError", "NoDocumentError", "RecordsMovingError"]


class DocumentAskedError(ApiError):
    """A parameter that the kind of document does not have, or one that it needs."""

    status, kind, title = 422, "document-asked", "この書類には合わない指定です"

    def __init__(self, place: str, fault: str) -> None:
        super().__init__(f"{place}: {fault}", faults={place: fault})


class NoDocumentError(ApiError):
    """What is stored does not give this document."""

    status, kind, title = 409, "no-document", "いまの記録からは作れません"


class RecordsMovingError(ApiError):
    """Records changed again and again while the document was gathered: it would have shown two states at once."""

    status, kind, title = 503, "records-moving", "記録が変わっている途中です"

    def __init__(self) -> None:
        super().__init__("the records are being changed; ask again in a moment")
        self.headers = {"Retry-After": "1"}
