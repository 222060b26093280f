"""Where people open the pages, as far as the settings tell it."""

from __future__ import annotations

from typing import Final

from api.settings import Settings

__all__ = ["page_address"]

_ANY: Final = ("0.0.0.0", "[::]")  # noqa: S104 -- told apart, not listened on


def page_address(settings: Settings, listening: str | None = None) -> str | None:
    """The address without a path; ``None`` where only a proxy in front of the service knows it.

    Parameters
    ----------
    settings : Settings
    listening : str, optional
        Where the service listens; without it, where the settings have it listen.

    Examples
    --------
    >>> page_address(Settings(public_origin="https://enmusubi.example.lg.jp"), "http://10.0.0.7:8000")
    'https://enmusubi.example.lg.jp'
    >>> page_address(Settings(), "http://0.0.0.0:8123"), page_address(Settings(port=8001))
    ('http://127.0.0.1:8123', 'http://127.0.0.1:8001')
    >>> page_address(Settings(), "unix:/run/enmusubi.sock"), page_address(Settings(port=0))
    (None, None)
    """
    if settings.public_origin is not None:
        return settings.public_origin
    found = _listening(settings) if listening is None else listening
    if found is None or not found.startswith("http"):
        return None
    for wildcard in _ANY:  # no browser opens it; this machine's own name is always among those it stands for
        found = found.replace(f"//{wildcard}:", "//127.0.0.1:")
    return found


def _listening(settings: Settings) -> str | None:
    if settings.unix_socket is not None or settings.port == 0:
        return None
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"
