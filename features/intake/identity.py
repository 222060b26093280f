"""Ids that stay the same when the same list comes again.

A row's own id column is its id. Where there is none, the id is a digest of what tells the person or the posting best:
of an applicant the mail address, else telephone and name, else name and kana with the municipality; of a posting its
page, else municipality, programme and title; of a company its name and municipality. These are not kept. With ``key``
nobody without it can try names against an id. A row without any of them takes the digest of all it says, so that it
stays one row when nothing changes, and counts as new when something does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from features.intake.catalogue import Kind

__all__ = ["RowId", "application_id", "row_id"]

_OWN: Final[Mapping[Kind, str]] = {
    "applicants": "applicant_id",
    "postings": "posting_id",
    "applications": "application_id",
    "companies": "company_id",
}
_TELLING: Final[Mapping[Kind, tuple[tuple[str, ...], ...]]] = {
    "applicants": (
        ("identity_email",),
        ("identity_phone", "identity_name"),
        ("identity_name", "identity_kana", "origin"),
        ("identity_name", "origin"),
        ("identity_name", "identity_kana"),
    ),
    "postings": (("identity_url",), ("municipality_code", "program", "title")),
    "applications": (("applicant", "posting"),),
    "companies": (("name", "municipality_code"), ("name",)),
}
_FIRST: Final[Mapping[Kind, str]] = {"applicants": "a", "postings": "p", "applications": "e", "companies": "c"}


class RowId(NamedTuple):
    """An id and the fields it comes from; none where it comes from all the row says."""

    id: str
    fields: tuple[str, ...]
    is_own: bool


def row_id(kind: Kind, values: Mapping[str, Any], *, key: bytes) -> RowId:
    """The id of a row.

    Examples
    --------
    >>> row_id("companies", {"name": "架空産業株式会社", "municipality_code": "13103"}, key=b"")
    RowId(id='c-...', fields=('name', 'municipality_code'), is_own=False)
    """
    own = values.get(_OWN[kind])
    if own:
        return RowId(str(own), (_OWN[kind],), is_own=True)
    for fields in _TELLING[kind]:
        if all(values.get(field) for field in fields):
            return RowId(_digest(kind, [repr(values[field]) for field in fields], key), fields, is_own=False)
    return RowId(_digest(kind, [repr(sorted(values.items(), key=lambda item: item[0]))], key), (), is_own=False)


def application_id(applicant_id: str, posting_id: str) -> str:
    """The id of an application that has none of its own: one a pair."""
    return _digest("applications", [applicant_id, posting_id], b"")


def _digest(kind: Kind, parts: Sequence[str], key: bytes) -> str:
    found = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8, key=key[:64], person=kind.encode()[:16])
    return f"{_FIRST[kind]}-{found.hexdigest()}"
