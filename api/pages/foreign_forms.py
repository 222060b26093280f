"""The page after a form that was drawn for another account: what was typed may be copied, and is nowhere stored.

The form itself is not drawn again: one more press would store one person's words in another's record. Where whoever is
signed in now may not use the form's address at all, the form was not read before it was refused; it is read here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from fastapi import Request
from sqlalchemy import Engine
from starlette.responses import Response

from api.accounts.caller import caller_of
from api.accounts.tables import AccountRow
from api.pages.errors import ForeignFormError, FormEncodingError
from api.pages.forms import again_of, posted_fields
from api.pages.shell import Crumb, shell_of
from api.pages.tokens import KEY_FIELD, TOKEN_FIELD, verify_owner
from api.storage.database import reading

__all__ = ["foreign_fields", "foreign_form_page", "words_to_copy"]

_MOST_BYTES: Final = 512 * 1024
_SECRETS: Final = ("password", "code", "token")  # parts of names of fields


async def foreign_fields(request: Request) -> dict[str, list[str]] | None:
    """Fields of a refused form that was drawn for another account; ``None`` where it was not, or is no form."""
    declared = request.headers.get("content-length", "")
    if not declared.isdecimal() or int(declared) > _MOST_BYTES:
        return None
    body = await request.body()
    with suppress(FormEncodingError):
        typed = posted_fields(request, body)
        (token, *_), _key = typed.pop(TOKEN_FIELD, [""]), typed.pop(KEY_FIELD, None)
        try:
            verify_owner(request, token)
        except ForeignFormError:
            return typed
    return None


def foreign_form_page(request: Request, typed: Mapping[str, Sequence[str]] | None = None) -> Response:
    """Who is signed in now, that nothing was stored under that name, and the words that were sent."""
    shell, again = shell_of(request), again_of(request)
    sent = typed if typed is not None or again is None else again[0].typed
    return shell.page(
        "foreign_form.html.j2",
        status=403,
        crumbs=[Crumb(shell.words("error.foreign_form.title"))],
        name=_name(request),
        texts=[] if sent is None else words_to_copy(sent),
    )


def words_to_copy(typed: Mapping[str, Sequence[str]]) -> list[str]:
    """What is worth copying of a form: sentences and names, no codes, numbers or secrets.

    Examples
    --------
    >>> words_to_copy({"plan_text": ["木工の店"], "car_ok": ["yes"], "new_password": ["川面に映る山"]})
    ['木工の店']
    """
    told = [value for name, values in typed.items() if not any(one in name for one in _SECRETS) for value in values]
    return [value for value in told if value.strip() and not (value.isascii() and len(value.split()) == 1)]


def _name(request: Request) -> str | None:
    caller, engine = caller_of(request), request.app.state.engine
    if caller is None or not isinstance(engine, Engine):
        return None
    with reading(engine) as session:
        account = session.get(AccountRow, caller.account_id)
        return None if account is None else account.display_name
