"""Where a person comes back to: a path of this service and of no other."""

from __future__ import annotations

import re
from typing import Final

from fastapi import Request

__all__ = ["here", "local_path"]

# a browser reads "//" and "/\" as another host, and drops tabs and line ends before it reads
_LOCAL: Final = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,1999}")


def local_path(text: str | None) -> str:
    r"""The path, or the start page in the place of anything else.

    Examples
    --------
    >>> local_path("/region-check?origin=13112"), local_path("//example.com"), local_path("/\\example.com")
    ('/region-check?origin=13112', '/', '/')
    """
    return text if text is not None and _LOCAL.fullmatch(text) else "/"


def here(request: Request) -> str:
    """Path and query of the page that is asked for."""
    raw: bytes = request.scope.get("raw_path") or b"/"
    query: bytes = request.scope.get("query_string") or b""
    path = raw.partition(b"?")[0] + (b"?" + query if query else b"")
    return local_path(path.decode("ascii", "replace"))
