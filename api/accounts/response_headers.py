"""Headers of every answer, errors included: nothing is kept, framed, guessed, or told to another site.

There is no CORS header at all: a page of another origin reads no answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["ResponseHeaders", "policy_of_content"]

_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_ALWAYS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_TWO_YEARS: Final = "max-age=63072000"


def policy_of_content(*, style: str) -> str:
    """The policy of an answer that brings one style of its own, named by its digest.

    Examples
    --------
    >>> policy_of_content(style="'sha256-x'")
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-x'"
    """
    return f"{_POLICY}; style-src {style}"


class ResponseHeaders:
    """ASGI middleware that adds the headers where the answer does not have its own.

    Parameters
    ----------
    app : ASGIApp
    is_secure : callable
        Request → whether people reach the service over TLS, so that browsers may be told to insist on it.
    """

    def __init__(self, app: ASGIApp, *, is_secure: Callable[[Request], bool]) -> None:
        self._app = app
        self._is_secure = is_secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                if self._is_secure(Request(scope)):
                    headers.setdefault("Strict-Transport-Security", _TWO_YEARS)
            await send(message)

        await self._app(scope, receive, send_with_headers)
