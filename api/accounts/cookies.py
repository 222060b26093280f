"""The cookie of a session: out of reach of scripts, of other sites, and of plain HTTP but on this machine itself."""

from __future__ import annotations

from typing import Final

from fastapi import Request, Response
from starlette.datastructures import URL

from api.accounts.sessions import LONGEST_SESSION
from api.settings import Settings

__all__ = ["forget_token", "give_token", "is_secure", "own_origin", "token_of"]

_NAME: Final = "enmusubi"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def own_origin(request: Request) -> str:
    """The origin people open: the setting ``public_origin``, else what the request was sent to."""
    settings: Settings = request.app.state.settings
    address = _address(request)
    return settings.public_origin or f"{address.scheme}://{address.netloc}"


def is_secure(request: Request) -> bool:
    """Whether cookies travel over TLS only: everywhere but on this machine itself."""
    settings: Settings = request.app.state.settings
    if settings.public_origin is not None:
        return settings.public_origin.startswith("https:")
    address = _address(request)
    return address.scheme == "https" or address.hostname not in _LOOPBACK


def token_of(request: Request, *, of: str = "session") -> str | None:
    """The token the browser sent."""
    return request.cookies.get(_name(request, of))


def give_token(
    request: Request, response: Response, token: str, *, of: str = "session", seconds: int | None = None
) -> None:
    """Let the browser keep a token."""
    response.set_cookie(
        _name(request, of),
        token,
        max_age=int(LONGEST_SESSION.total_seconds()) if seconds is None else seconds,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )


def forget_token(request: Request, response: Response, *, of: str = "session") -> None:
    """Let the browser forget a token."""
    response.delete_cookie(_name(request, of), path="/", secure=is_secure(request), httponly=True, samesite="lax")


def _address(request: Request) -> URL:
    # without the query: one that holds more than ASCII has no address, and must be answered all the same
    return URL(scope={**request.scope, "query_string": b""})


def _name(request: Request, of: str) -> str:
    # __Host-: a browser takes it over TLS only, for this host only, so no neighbouring site can plant one
    return f"__Host-{_NAME}-{of}" if is_secure(request) else f"{_NAME}-{of}"
