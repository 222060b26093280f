"""Style sheets, scripts and pictures of pages: a closed list, kept by browsers for as long as their content stays."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

from fastapi import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

__all__ = ["STATIC_ROUTES", "static_address"]

_MEDIA_TYPE: Final = {
    "japan.svg": "image/svg+xml",
    "mark.svg": "image/svg+xml",
    "office.css": "text/css; charset=utf-8",
    "office.js": "text/javascript; charset=utf-8",
    "selection.css": "text/css; charset=utf-8",
    "weighing.js": "text/javascript; charset=utf-8",
    "pages.css": "text/css; charset=utf-8",
    "pages.js": "text/javascript; charset=utf-8",
    "tokens.css": "text/css; charset=utf-8",
}
_FOR_EVER: Final = "public, max-age=31536000, immutable"  # its address changes with its content


@cache
def static_address(name: str) -> str:
    """Where a file is, with a digest of its content."""
    return f"/static/{name}?v={_content(name)[1]}"


@cache
def _content(name: str) -> tuple[bytes, str]:
    content = files("api.pages").joinpath("static", name).read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:12]


async def _file(request: Request) -> Response:
    name = request.scope["path"].rpartition("/")[2]
    content, digest = _content(name)
    is_that = request.query_params.get("v") == digest
    headers = {"Cache-Control": _FOR_EVER if is_that else "no-cache", "ETag": f'"{digest}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=_MEDIA_TYPE[name], headers=headers)


class _StaticRoute(Route):
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say which route it is, as FastAPI's routes do: logs and metrics name it."""
        match, child = super().matches(scope)
        return match, {**child, "route": self}


STATIC_ROUTES: Final = tuple(
    _StaticRoute(f"/static/{name}", _file, methods=["GET"], include_in_schema=False) for name in _MEDIA_TYPE
)
