"""The token in every form: only this service's page in this browser knows it.

It is kept beside :mod:`api.accounts.cross_site`, which every write passes first. The secret is a cookie no script can
read; the form has a digest of it. It outlives a session on purpose: whoever signs in again in another tab may still
send the form that was being filled in.

The token also says for which account its form was drawn: what one person typed is never stored as another's, whoever
has signed in meanwhile in the same browser. That part does not depend on the cookie, so that it is still told apart
where the cookie is gone.

References
----------
1. OWASP Cross-Site Request Forgery Prevention Cheat Sheet: signed double-submit cookie.
"""

from __future__ import annotations

import hmac
import re
from typing import Final

from fastapi import Request, Response

from api.accounts.caller import caller_of
from api.accounts.cookies import give_token, token_of
from api.accounts.permissions import permissions
from api.http.path_segments import whole_segments
from api.pages.errors import ForeignFormError, StaleFormError
from api.secret_tokens import new_secret

__all__ = [
    "KEY_FIELD",
    "TOKEN_FIELD",
    "give_form_secret",
    "new_form_key",
    "token_for",
    "verify_browser",
    "verify_key",
    "verify_owner",
]

TOKEN_FIELD: Final = "form_token"  # noqa: S105 -- the name of a field
KEY_FIELD: Final = "form_key"
_COOKIE: Final = "form"
_TOKEN: Final = re.compile(r"([0-9a-f]{64})\.([0-9a-f]{64})")
_NOBODY: Final = "nobody"
_KEY: Final = re.compile(r"[\w-]{20,100}", re.ASCII)
_SECONDS: Final = 24 * 3600  # as long as answers are kept under their keys


def token_for(request: Request) -> str:
    """The token that a form of this answer carries; its secret is the browser's, or new and given with the answer."""
    secret = token_of(request, of=_COOKIE) or getattr(request.state, "form_secret", None)
    if secret is None:
        secret = request.state.form_secret = new_secret()
    owner = _owner(request)
    return f"{owner}.{_proof(secret, owner)}"


def give_form_secret(request: Request, response: Response) -> None:
    """Let the browser keep the secret of the forms it was just shown."""
    secret: str | None = getattr(request.state, "form_secret", None)
    if secret is not None:
        give_token(request, response, secret, of=_COOKIE, seconds=_SECONDS)


def new_form_key() -> str:
    """A key that makes one form of one page: sent twice, it is done once."""
    return new_secret()


def verify_browser(request: Request, sent: str) -> None:
    """Refuse a form that this browser was not shown.

    Raises
    ------
    StaleFormError
        If the token is not that of the browser's cookie.
    """
    secret, found = token_of(request, of=_COOKIE), _TOKEN.fullmatch(sent)
    if secret is None or found is None or not hmac.compare_digest(_proof(secret, found[1]), found[2]):
        raise StaleFormError


def verify_owner(request: Request, sent: str) -> None:
    """Refuse a form that was drawn for another account; forms that anybody may send belong to nobody.

    Raises
    ------
    ForeignFormError
        If somebody else is signed in now. To draw the form again would put the text into that person's hands to store.
    """
    found = _TOKEN.fullmatch(sent)
    if found is None or hmac.compare_digest(found[1], _owner(request)):
        return
    if not permissions().is_open(request.method, whole_segments(request.scope)["path"]):
        raise ForeignFormError


def verify_key(sent: str) -> None:
    """Refuse a form without the key that this service wrote into it.

    Raises
    ------
    StaleFormError
        If it is not one of :func:`new_form_key`'s form.
    """
    if not _KEY.fullmatch(sent):
        raise StaleFormError


def _owner(request: Request) -> str:
    caller = caller_of(request)
    whose = _NOBODY if caller is None else f"account {caller.account_id}"
    return hmac.digest(whose.encode(), b"form", "sha256").hex()  # ids are drawn by lot: nobody finds one by its digest


def _proof(secret: str, owner: str) -> str:
    return hmac.digest(secret.encode(), f"form {owner}".encode(), "sha256").hex()
