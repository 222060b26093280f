"""The page after a form that was drawn for another account: what was typed may be copied, and is nowhere stored.

The form itself is not drawn again: one more press would store one person's words in another's record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fastapi import Request
from sqlalchemy import Engine
from starlette.responses import Response

from api.accounts.caller import caller_of
from api.accounts.tables import AccountRow
from api.database import reading
from api.pages.forms import again_of
from api.pages.shell import Crumb, shell_of

__all__ = ["foreign_form_page", "words_to_copy"]

_SECRETS: Final = ("password", "code", "token")  # parts of names of fields


def foreign_form_page(request: Request) -> Response:
    """Who is signed in now, that nothing was stored under that name, and the words that were sent."""
    shell, again = shell_of(request), again_of(request)
    return shell.page(
        "foreign_form.html.j2",
        status=403,
        crumbs=[Crumb(shell.words("error.foreign_form.title"))],
        name=_name(request),
        texts=[] if again is None else words_to_copy(again[0].typed),
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
