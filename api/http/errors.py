"""Errors of the HTTP interface; each becomes one problem document in :mod:`api.http.problems`.

::

    ApiError (starlette HTTPException)
    ├── UnknownIdError         404  no record or run has the id of the address
    ├── DuplicateIdError       409  a new record has the id of a stored one
    ├── VersionError           409  a posting was changed since it was read
    ├── ChangedError           412  a record is not the one the sender read
    ├── InUseError             409  a record cannot go while others name it
    ├── BodyTooLargeError      413  more bytes than the service takes
    ├── BrokenJsonError        400  a body that is JSON only nearly: a key twice, NaN
    ├── FindingsError          422  an open call holds what may not stay in one, and nobody said why it does
    ├── OutOfRangeError        422  a number no database can hold
    ├── IdMismatchError        422  the id in the body is not the id in the address
    ├── UnknownReferenceError  422  a record names an applicant or posting that is not stored
    └── UnknownParameterError  422  a query parameter the route does not have

A message names ids, keys and sizes, never a text that a person wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from starlette.exceptions import HTTPException

__all__ = [
    "ApiError",
    "BodyTooLargeError",
    "BrokenJsonError",
    "ChangedError",
    "DuplicateIdError",
    "FindingsError",
    "IdMismatchError",
    "InUseError",
    "OutOfRangeError",
    "UnknownIdError",
    "UnknownParameterError",
    "UnknownReferenceError",
    "VersionError",
]


class ApiError(HTTPException):
    """Base of every error raised by the HTTP interface.

    Parameters
    ----------
    detail : str
        What is wrong with which thing.
    faults : mapping of place to message
        Places as the problem document prints them, ``body.applicant_id`` for one.
    """

    status: ClassVar[int] = 500
    kind: ClassVar[str] = "internal"
    title: ClassVar[str] = "The request could not be answered"

    def __init__(self, detail: str, *, faults: Mapping[str, str] | None = None) -> None:
        super().__init__(self.status, detail)
        self.faults: Mapping[str, str] = faults or {}


class UnknownIdError(ApiError):
    """No record or run has the id of the address."""

    status, kind, title = 404, "unknown-id", "There is no such record"

    def __init__(self, name: str, an_id: str) -> None:
        super().__init__(f"no {name} has the id {an_id}")


class DuplicateIdError(ApiError):
    """A new record has the id of a stored one."""

    status, kind, title = 409, "duplicate-id", "The id is taken"

    def __init__(self, name: str, an_id: str) -> None:
        key = f"{name}_id"
        super().__init__(f"{name} {an_id} is stored already", faults={f"body.{key}": f"{an_id} is stored already"})


class VersionError(ApiError):
    """A posting was changed since it was read."""

    status, kind, title = 409, "version", "The record was changed by somebody else"

    def __init__(self, an_id: str, *, sent: int, stored: int) -> None:
        fault = f"is {sent}, the stored record has {stored}; read it again"
        super().__init__(f"posting {an_id}: version {fault}", faults={"body.version": fault})


class ChangedError(ApiError):
    """A record is not the one the sender read."""

    status, kind, title = 412, "changed", "The record was changed by somebody else"

    def __init__(self, name: str, an_id: str) -> None:
        super().__init__(f"{name} {an_id} is not as it was read; read it again")


class InUseError(ApiError):
    """A record cannot go while others name it."""

    status, kind, title = 409, "in-use", "Other records name this one"

    def __init__(self, name: str, an_id: str, users: Sequence[str]) -> None:
        more = f" and {len(users) - 3} more" if len(users) > 3 else ""
        super().__init__(f"{name} {an_id} is named by {', '.join(users[:3])}{more}; remove those first")


class FindingsError(ApiError):
    """A call that is open, or is to be, holds what may not stay in one, and nobody said why it does."""

    status, kind, title = 422, "findings", "公開前に直すところがあります"

    def __init__(self, posting_id: str, findings: Mapping[str, str], choices: Sequence[str]) -> None:
        told = f"mend it, or say in kept_findings why it stays ({' or '.join(choices)})"
        super().__init__(
            f"posting {posting_id} holds what may not stay in a call, {', '.join(findings)}; {told}",
            faults={f"body.kept_findings.{key}": title for key, title in findings.items()},
        )


class BodyTooLargeError(ApiError):
    """More bytes than the service takes."""

    status, kind, title = 413, "body-too-large", "The body is too large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"the body has more than {limit} bytes, which is the most this service takes")


class BrokenJsonError(ApiError):
    """A body that is JSON only nearly."""

    status, kind, title = 400, "broken-json", "The body is not JSON"


class OutOfRangeError(ApiError):
    """A number no database can hold."""

    status, kind, title = 422, "out-of-range", "The number is too large"

    def __init__(self, name: str, an_id: str, *, key: str, most: int) -> None:
        fault = f"expected at most {most}"
        super().__init__(f"{name} {an_id}: {key}: {fault}", faults={f"body.{key}": fault})


class IdMismatchError(ApiError):
    """The id in the body is not the id in the address."""

    status, kind, title = 422, "id-mismatch", "The ids differ"

    def __init__(self, name: str, *, body: str, address: str) -> None:
        fault = f"is {body}, the address has {address}"
        super().__init__(f"{name}_id {fault}", faults={f"body.{name}_id": fault})


class UnknownReferenceError(ApiError):
    """A record names an applicant or posting that is not stored."""

    status, kind, title = 422, "unknown-reference", "The record names an unknown one"

    def __init__(self, key: str, an_id: str) -> None:
        fault = f"names {an_id}, which is not stored"
        super().__init__(f"{key} {fault}", faults={f"body.{key}": fault})


class UnknownParameterError(ApiError):
    """A query parameter the route does not have."""

    status, kind, title = 422, "unknown-parameter", "Unknown query parameter"

    def __init__(self, unknown: Sequence[str], known: Sequence[str]) -> None:
        fault = f"unknown parameter, known parameters: {', '.join(known) or 'none'}"
        super().__init__(f"query.{unknown[0]}: {fault}", faults={f"query.{name}": fault for name in unknown})
