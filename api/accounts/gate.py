"""The gate before every route: who asks is known before anything else of a request is read.

Where sign-in is required, a request of nobody reaches no route and its body is not read, whether the route exists or
not. What a signed-in person may do is decided after the route is known, by :mod:`api.accounts.access`.
"""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.accounts.api_tokens import caller_of_token
from api.accounts.caller import Caller, remember_caller
from api.accounts.cookies import token_of
from api.accounts.cross_site import verify_same_site
from api.accounts.errors import SignInNeededError
from api.accounts.permissions import permissions
from api.accounts.pseudonyms import pseudonymised
from api.accounts.sessions import caller_of_session
from api.clock import now_of
from api.http.path_segments import whole_segments
from api.settings import Settings

__all__ = ["Gate"]


class Gate:
    """ASGI middleware that knows who asks, and pseudonymises what a researcher is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or raise what :mod:`api.http.problems` answers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        caller = await _caller(request)
        settings: Settings = request.app.state.settings
        must_sign_in = caller is None and settings.sign_in == "required"
        if must_sign_in and not permissions().is_open(request.method, whole_segments(scope)["path"]):
            raise SignInNeededError
        remember_caller(request, caller)  # first, so that the log of refusals knows whom it was refused to
        verify_same_site(request, by_cookie=caller is not None and caller.scopes is None)
        await self._app(scope, receive, _Pseudonymising(request, send))


async def _caller(request: Request) -> Caller | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    cookie = token_of(request)
    if not scheme and cookie is None:
        return None
    engine: Engine = request.app.state.engine
    if not scheme and cookie is not None:
        return await run_in_threadpool(caller_of_session, engine, cookie, now=now_of(request))
    is_bearer = scheme.lower() == "bearer"
    caller = await run_in_threadpool(caller_of_token, engine, token, now=now_of(request)) if is_bearer else None
    if caller is None:  # who sends a token means to use it: a wrong one is never read as "nobody"
        raise SignInNeededError
    return caller


class _Pseudonymising:
    """Sends an answer on, in its pseudonymised form where the route's permission says so."""

    def __init__(self, request: Request, send: Send) -> None:
        self._request, self._send = request, send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        key: str | None = getattr(self._request.state, "pseudonym_key", None)
        if key is None or (self._start is None and message.get("status") != 200):
            await self._send(message)
        elif message["type"] == "http.response.start":
            self._start = message
        else:
            await self._collect(message, key)

    async def _collect(self, message: Message, key: str) -> None:
        self._body += message.get("body", b"")
        if message.get("more_body", False) or self._start is None:
            return
        page: dict[str, Any] = json.loads(self._body)
        body = json.dumps(pseudonymised(page, key), ensure_ascii=False).encode()
        headers = [pair for pair in self._start["headers"] if pair[0].lower() not in (b"content-length", b"etag")]
        await self._send({**self._start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
        await self._send({"type": "http.response.body", "body": body, "more_body": False})
