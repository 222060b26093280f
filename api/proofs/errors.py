"""Errors of proofs.

::

    ApiError
    ├── NotAskedError     409  nobody has asked for this proof, or it is done with
    ├── NeedlessError     422  a proof of what the call does not need
    ├── ProofFileError    415  a file that is no PDF, JPEG or PNG, or is damaged
    └── ProofSizeError    413  a file that is too large
"""

from __future__ import annotations

from api.http.errors import ApiError

__all__ = ["NeedlessError", "NotAskedError", "ProofFileError", "ProofSizeError"]


class NotAskedError(ApiError):
    """Nobody has asked for this proof, or it is done with."""

    status, kind, title = 409, "not-asked", "求められていない証明書類です"

    def __init__(self, proof_id: str, state: str, expected: str) -> None:
        super().__init__(f"proof {proof_id} is {state}, expected {expected}")


class NeedlessError(ApiError):
    """A proof of what the call does not need."""

    status, kind, title = 422, "needless", "この募集に必要のない証明書類です"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}", faults={f"body.{field}": reason})


class ProofFileError(ApiError):
    """A file that is no PDF, JPEG or PNG, or is damaged."""

    status, kind, title = 415, "proof-file", "この種類のファイルは受け取れません"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the file {reason}; send a PDF, JPEG or PNG")


class ProofSizeError(ApiError):
    """A file that is too large."""

    status, kind, title = 413, "proof-size", "ファイルが大きすぎます"

    def __init__(self, size: int, most: int) -> None:
        super().__init__(f"the file has {size} bytes, expected at most {most}; scan it at a lower resolution")
