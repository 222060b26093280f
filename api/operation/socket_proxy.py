"""What a proxy says that asks through the socket file: who asked it, and whether over TLS.

Only the last name in ``X-Forwarded-For`` is the proxy's own word; what stands before it may be the client's, and an
address that clients choose would make the limit on attempts to sign in useless. (uvicorn, told to believe everybody,
takes the first.)
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["SocketProxy"]


class SocketProxy:
    """ASGI middleware that believes the proxy at the socket file; who has an address of its own is left alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as if the client itself had asked."""
        if scope["type"] == "http" and scope.get("client") is None:
            scope = {**scope, **_told(Headers(scope=scope))}
        await self._app(scope, receive, send)


def _told(headers: Headers) -> Scope:
    told: Scope = {}
    *_, last = headers.get("x-forwarded-for", "").split(",")
    if last.strip():
        told["client"] = (last.strip(), 0)
    if headers.get("x-forwarded-proto") in ("http", "https"):
        told["scheme"] = headers["x-forwarded-proto"]
    return told
