"""One text and one digest for one body, so that the same inputs give the same bytes."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import version

__all__ = ["canonical_json", "code_version", "digest_of"]


def canonical_json(body: object) -> str:
    """One JSON text for one body: sorted keys, no spaces, UTF-8 left readable, no NaN.

    Examples
    --------
    >>> canonical_json({"b": 1, "a": "縁"})
    '{"a":"縁","b":1}'
    """
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@cache
def code_version() -> str:
    """Version of the installed distribution."""
    return version("enmusubi")


def digest_of(body: object) -> str:
    """SHA-256 of the canonical JSON of ``body``, as hexadecimal text."""
    return hashlib.sha256(canonical_json(body).encode()).hexdigest()
