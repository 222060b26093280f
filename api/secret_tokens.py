"""Random secrets that are given away once and stored as digests.

A secret of 256 random bits cannot be guessed, so one SHA-256 protects it; only what people choose needs argon2.
"""

from __future__ import annotations

import hashlib
import secrets

__all__ = ["digest_of_secret", "new_id", "new_secret"]


def new_secret() -> str:
    """256 random bits in 43 letters that need no encoding in an address.

    Examples
    --------
    >>> len(new_secret())
    43
    """
    return secrets.token_urlsafe(32)


def new_id() -> str:
    """A random id that says nothing: neither when a row was made nor how many there are."""
    return secrets.token_hex(12)


def digest_of_secret(secret: str) -> str:
    """What is stored of a secret, and what it is looked up by.

    Examples
    --------
    >>> digest_of_secret("a")[:8]
    'ca978112'
    """
    return hashlib.sha256(secret.encode()).hexdigest()
