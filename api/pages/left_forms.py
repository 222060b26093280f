"""What somebody sent after the session had ended: given back to be sent again, and kept nowhere.

Nothing of it is believed: it is read only where this browser's own page sent it, up to a bound, and drawn as hidden
fields of a form that asks for the same again once the person has signed in. The form keeps the token it was sent with:
of whoever else signs in, nothing is stored (:func:`api.pages.tokens.verify_owner`).
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from fastapi import Request

from api.accounts.cross_site import verify_same_site
from api.http.errors import ApiError
from api.pages.forms import posted_fields
from api.pages.tokens import TOKEN_FIELD, verify_browser

__all__ = ["left_form"]

_MOST_BYTES: Final = 512 * 1024


async def left_form(request: Request) -> list[tuple[str, str]] | None:
    """The fields to send again; ``None`` where there is nothing to give back. Passwords are typed again."""
    declared = request.headers.get("content-length", "")
    if not declared.isdecimal() or int(declared) > _MOST_BYTES:
        return None
    body = await request.body()
    with suppress(ApiError):
        verify_same_site(request, by_cookie=True)
        fields = posted_fields(request, body)
        verify_browser(request, fields.get(TOKEN_FIELD, [""])[0])
        if not any("password" in name for name in fields):
            return [(name, value) for name, values in fields.items() for value in values]
    return None
