"""Paths are matched segment by segment as they were sent: ``%2F`` is a letter of an id, ``/`` parts the address.

A server decodes the whole path before anybody matches it, and then ``/postings/a%2Fquality`` could be the posting
``a/quality`` or the quality of the posting ``a``. Here it is the posting, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

from starlette.types import Scope

__all__ = ["restored", "whole_segments"]

_SLASH: Final = re.compile(rb"%2f", re.IGNORECASE)
# half a character: decoding with "replace" never yields one, so nobody can send it
_MARK: Final = "\udc2f"


def whole_segments(scope: Scope) -> Scope:
    """The scope, with a mark for each slash that was sent percent-encoded.

    Examples
    --------
    >>> whole_segments({"path": "/postings/a/b", "raw_path": b"/postings/a%2Fb"})["path"].count("/")
    2
    """
    raw: bytes = scope.get("raw_path") or b""
    if not _SLASH.search(raw):
        return scope
    parts = [unquote(part.decode("ascii", "replace")) for part in _SLASH.split(raw)]
    return {**scope, "path": _MARK.join(parts)}


def restored(parameters: Mapping[str, object]) -> dict[str, object]:
    r"""Parameters of a path with their slashes.

    Examples
    --------
    >>> restored({"posting_id": "a\udc2fb", "number": 3})
    {'posting_id': 'a/b', 'number': 3}
    """
    return {name: value.replace(_MARK, "/") if isinstance(value, str) else value for name, value in parameters.items()}
