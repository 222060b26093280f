"""What a key stands for: one caller's one request."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from starlette.requests import Request

__all__ = ["AskedOnce", "asked_once"]


@dataclass(frozen=True)
class AskedOnce:
    """Digests of a caller with a key, and of the request that the key was sent with.

    A key is whatever its sender made of it; it may say something of a person, a digest does not.
    """

    key_digest: str
    request_digest: str


async def asked_once(request: Request, key: str, *, caller: str) -> AskedOnce:
    """What the key of a request stands for.

    Parameters
    ----------
    request : Request
        Its body counts byte for byte.
    key : str
    caller : str
        The account, or ``local``.
    """
    # as they came: no query is read here, which may hold bytes that are no text
    query = f"{request.method} {request.scope['path']}?".encode() + request.scope["query_string"]
    return AskedOnce(
        key_digest=hashlib.sha256(f"{caller}\n{key}".encode()).hexdigest(),
        request_digest=hashlib.sha256(query + b"\n" + await request.body()).hexdigest(),
    )
