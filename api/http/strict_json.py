"""Bodies are read as strictly as files: one value a key, only numbers JSON knows, no more bytes than allowed."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from functools import cached_property
from typing import Any, Final, cast

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from api.http.errors import BodyTooLargeError, BrokenJsonError
from api.http.path_segments import restored, whole_segments

__all__ = ["StrictRoute"]

_ESCAPE: Final = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class StrictRoute(APIRoute):
    """A route whose JSON body may not name a key twice, hold NaN, or exceed ``max_body_bytes``."""

    @cached_property
    def _head(self) -> str:
        return self.path.partition("{")[0]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match the path as it was sent: an encoded slash belongs to an id."""
        if self._head not in scope["path"]:  # so it is with nearly all of 250 routes, which are asked one by one
            return Match.NONE, {}
        match, child = super().matches(whole_segments(scope))
        return match, {**child, "path_params": restored(child["path_params"])} if child else child

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
        text = _text(await self.body())
        content = json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_refuse_constant)
        if _ESCAPE.search(text):
            _verify_characters(content)
        return content


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenJsonError(f"not UTF-8 at byte {error.start}; JSON is sent as UTF-8") from None


def _verify_characters(content: object) -> None:
    """Refuse what an escape can write and no text can hold: half a character, and NUL, which PostgreSQL refuses."""
    for text in _texts(content):
        if "\0" in text:
            raise BrokenJsonError("a text has the character NUL (\\u0000), expected none")
        if _SURROGATE.search(text):
            raise BrokenJsonError("an escape such as \\ud83d stands alone, expected both halves of the character")


def _texts(content: object) -> Generator[str]:
    waiting = [content]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting.extend(cast("dict[str, object]", value).items())
        elif isinstance(value, list | tuple):
            waiting.extend(cast("list[object]", value))


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for row, name in enumerate(names) if name in names[:row])
        shown = twice.encode(errors="backslashreplace").decode()
        raise BrokenJsonError(f"key {shown} occurs twice in one object, expected once")
    return content


def _refuse_constant(name: str) -> float:
    raise BrokenJsonError(f"{name} is not a JSON number")
