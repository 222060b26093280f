"""Who can reach the service: without sign-in nobody but whoever sits at this machine.

A service that asks nobody to sign in is refused wherever another machine could reach it. What another *site* could do
through the browser of this machine is refused too: a page whose name is pointed at 127.0.0.1 (DNS rebinding) asks with
its own name as ``Host``, and only names of this machine are answered.
"""

from __future__ import annotations

from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.settings import Settings

__all__ = ["OwnHost", "is_loopback", "reason_against"]


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``.

    Examples
    --------
    >>> [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "example.lg.jp", "")]
    [True, True, True, False, False, False]
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def reason_against(settings: Settings) -> str | None:
    """Why the service may not run with these settings; ``None`` where it may.

    Examples
    --------
    >>> reason_against(Settings(sign_in="off", host="0.0.0.0"))
    'ENMUSUBI_SIGN_IN=off and ENMUSUBI_HOST=0.0.0.0: others could read every record; ...'
    >>> reason_against(Settings(sign_in="required", host="0.0.0.0"))
    """
    if settings.sign_in != "off":
        return None
    if settings.unix_socket is not None:
        reached = "ENMUSUBI_UNIX_SOCKET"
    elif settings.trusted_proxies:
        reached = "ENMUSUBI_TRUSTED_PROXIES"
    elif not is_loopback(settings.host):
        reached = f"ENMUSUBI_HOST={settings.host}"
    elif settings.public_origin is not None and settings.public_origin.startswith("https:"):
        reached = "ENMUSUBI_PUBLIC_ORIGIN"
    else:
        return None
    way_out = "set ENMUSUBI_SIGN_IN=required, or listen on 127.0.0.1 without a proxy"
    return f"ENMUSUBI_SIGN_IN=off and {reached}: others could read every record; {way_out}"


class OwnHost:
    """ASGI middleware that answers only requests for a name of this machine."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or say 421 where the request was meant for another host."""
        if scope["type"] == "http" and not is_loopback(_name(Headers(scope=scope).get("host", ""))):
            answer = PlainTextResponse("without sign-in only 127.0.0.1 and localhost are answered\n", 421)
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _name(host: str) -> str:
    """The host without its port.

    Examples
    --------
    >>> _name("127.0.0.1:8000"), _name("[::1]:8000"), _name("evil.example:8000")
    ('127.0.0.1', '::1', 'evil.example')
    """
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
