"""Bodies are read as strictly as files: one value a key, only numbers JSON knows, no more bytes than allowed."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from api.errors import BodyTooLargeError, BrokenJsonError

__all__ = ["StrictRoute"]


class StrictRoute(APIRoute):
    """A route whose JSON body may not name a key twice, hold NaN, or exceed ``max_body_bytes``."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler so that it reads through :class:`_StrictRequest`."""
        answer = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await answer(_StrictRequest(request.scope, request.receive))

        return strict


class _StrictRequest(Request):
    async def stream(self) -> AsyncGenerator[bytes, None]:
        limit: int = self.app.state.settings.max_body_bytes
        declared = self.headers.get("content-length", "0")
        if declared.isdecimal() and int(declared) > limit:
            raise BodyTooLargeError(limit)
        size = 0
        async for chunk in super().stream():
            size += len(chunk)  # a body without a declared length is counted as it comes
            if size > limit:
                raise BodyTooLargeError(limit)
            yield chunk

    async def json(self) -> object:
        return json.loads(await self.body(), object_pairs_hook=_unique_keys, parse_constant=_refuse_constant)


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for row, name in enumerate(names) if name in names[:row])
        raise BrokenJsonError(f"key {twice} occurs twice in one object, expected once")
    return content


def _refuse_constant(name: str) -> float:
    raise BrokenJsonError(f"{name} is not a JSON number")
