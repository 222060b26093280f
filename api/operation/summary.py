"""The settings as they are printed at the start: every value that is no secret, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from api.settings import Organisation, Settings

__all__ = ["settings_summary"]

_HIDDEN = "***"


def settings_summary(settings: Settings) -> Mapping[str, str]:
    """Variable → value in words; what is not set stands with its default, secrets are hidden.

    Examples
    --------
    >>> told = settings_summary(Settings(database_url="postgresql+psycopg://u:secret@db/x?password=p", port=8001))
    >>> told["ENMUSUBI_DATABASE_URL"], told["ENMUSUBI_PORT"], told["ENMUSUBI_AUDIT_KEY"]
    ('postgresql+psycopg://u:***@db/x', '8001', '(既定) —')
    """
    told = {
        name: _database(settings.database_url) if name == "database_url" else _told(getattr(settings, name))
        for name in Settings.model_fields
    }
    given = settings.model_fields_set
    return {f"ENMUSUBI_{name.upper()}": word if name in given else f"(既定) {word}" for name, word in told.items()}


def _database(url: str) -> str:
    """The address without password and without its parameters, which may name a password file or a key."""
    try:
        return make_url(url).set(query={}).render_as_string(hide_password=True)
    except ArgumentError:
        return _HIDDEN  # no address, so nobody knows where in it a password stands


def _told(value: object) -> str:
    if isinstance(value, SecretStr):
        return _HIDDEN
    if isinstance(value, Organisation):
        return value.issuer
    if isinstance(value, tuple):
        return ", ".join(map(_told, cast("tuple[object, ...]", value))) or "—"
    return "—" if value is None else str(value)
