"""One log line and one count for every request: the route's template, never the address that was asked for."""

from __future__ import annotations

import logging
from secrets import token_hex
from time import perf_counter
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.accounts.caller import Caller
from api.operation.logs import REQUEST_ID
from api.operation.metrics import Metrics

__all__ = ["RequestLog"]

# anything else is a word of the sender's
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_log = logging.getLogger(__name__)


class RequestLog:
    """ASGI middleware outside everything else; its number comes back as ``X-Request-ID``.

    The number is always this service's own: one that a client sends may be anything, a telephone number too.

    Parameters
    ----------
    app : ASGIApp
    metrics : Metrics
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and note it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, started, status = token_hex(8), perf_counter(), 0
        REQUEST_ID.set(request_id)  # not set back: what the server logs of this request afterwards carries it too

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._note(scope, status, perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = scope["method"] if scope["method"] in _METHODS else "OTHER", _template(scope)
        self._metrics.count(method, route, status, seconds)
        told = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1), **_who(scope)}
        _log.info("request", extra=told)


def _template(scope: Scope) -> str:
    """``/api/v1/applicants/{applicant_id}``; one word for every address that is no route or was not let in."""
    route = scope.get("route")
    return str(getattr(route, "path_format", None) or getattr(route, "path", "unmatched"))


def _who(scope: Scope) -> dict[str, str]:
    caller = scope.get("state", {}).get("caller")
    return {"account": caller.account_id, "role": caller.role} if isinstance(caller, Caller) else {}
