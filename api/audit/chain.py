"""The chain: each entry's hash covers its text and the hash before it."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final

from api.audit.errors import AuditError

__all__ = ["GENESIS", "Head", "chained", "head_of"]

GENESIS: Final = "0" * 64  # what the first entry follows
_HEAD: Final = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


@dataclass(frozen=True)
class Head:
    """The end of the log at one moment: the number of its last entry and that entry's hash."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


def head_of(text: str) -> Head:
    """The head that ``enmusubi audit head`` printed.

    Raises
    ------
    AuditError
        If the text is no head.

    Examples
    --------
    >>> head_of("0:" + GENESIS).sequence
    0
    """
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise AuditError("the expected head is not NUMBER:HASH with a hash of 64 digits, as audit head prints it")
    return Head(int(found[1]), found[2])


def chained(previous: str, text: bytes, *, key: bytes | None = None) -> str:
    """The hash of an entry: SHA-256 (with a key HMAC-SHA-256) of the hash before it, a line feed and its text.

    Parameters
    ----------
    previous : str
        64 hexadecimal digits.
    text : bytes
        The entry's canonical JSON in UTF-8.
    key : bytes, optional
        Without it nobody can compute the hash again.

    Examples
    --------
    >>> chained(GENESIS, b"{}") == hashlib.sha256(GENESIS.encode() + bytes([10]) + b"{}").hexdigest()
    True
    """
    message = previous.encode(errors="surrogateescape") + b"\n" + text
    if key is None:
        return hashlib.sha256(message).hexdigest()
    return hmac.digest(key, message, "sha256").hex()
