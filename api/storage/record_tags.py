"""The tag of a stored record: what ``ETag`` says of it (:mod:`api.http.etags`)."""

from __future__ import annotations

__all__ = ["etag_of", "public_etag_of"]


def etag_of(revision: int) -> str:
    """The tag of a record: the number of the change that stored it, which no other state of any record ever has.

    A digest of the record would tell whoever may not see the private part whether a guess of it is right.

    Examples
    --------
    >>> etag_of(17)
    '"17"'
    """
    return f'"{revision}"'


def public_etag_of(revision: int) -> str:
    """The tag of what is shown of a record with a private part: the number of the last change of what is shown.

    Whoever reads only that loses nobody's change by it, and does not learn when the private part changed.

    Examples
    --------
    >>> public_etag_of(17)
    '"17p"'
    """
    return f'"{revision}p"'
