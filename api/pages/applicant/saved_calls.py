"""Calls that an applicant keeps for later: up to twenty ids in a cookie of this browser, for one account only.

There is no table for them on purpose: which calls somebody looks at is nobody else's business, not even the service's.
The cookie is out of reach of scripts and of other hosts, and names the account it is for by a digest, so that whoever
signs in next on the same PC finds nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Final, cast

from fastapi import Request, Response

from api.accounts.caller import Caller
from api.accounts.cookies import give_token, token_of

__all__ = ["MOST_SAVED", "save_calls", "saved_calls"]

MOST_SAVED: Final = 20
_COOKIE: Final = "saved"
_SECONDS: Final = 180 * 24 * 3600
_MOST_LETTERS: Final = 3_000  # browsers keep four thousand of a cookie
_DIGEST: Final = 16


def saved_calls(request: Request, caller: Caller) -> tuple[str, ...]:
    """Ids that this account keeps in this browser, in the order in which they were saved."""
    mark, _, kept = (token_of(request, of=_COOKIE) or "").partition(".")
    if not hmac.compare_digest(mark.encode(), _mark(caller).encode()) or len(kept) > 2 * _MOST_LETTERS:
        return ()
    return _ids(kept)


def save_calls(request: Request, response: Response, caller: Caller, ids: Sequence[str]) -> None:
    """Let the browser keep these ids; the oldest go where they are too many."""
    kept = list(dict.fromkeys(ids))[-MOST_SAVED:]
    while len(_text(kept)) > _MOST_LETTERS:
        kept.pop(0)
    give_token(request, response, f"{_mark(caller)}.{_text(kept)}", of=_COOKIE, seconds=_SECONDS)


def _ids(kept: str) -> tuple[str, ...]:
    try:
        found = json.loads(base64.urlsafe_b64decode(kept.encode()))
    except (binascii.Error, UnicodeError, ValueError):  # whoever owns the browser may write anything there
        return ()
    told = cast("list[object]", found) if isinstance(found, list) else []
    return tuple(one for one in told if isinstance(one, str))[:MOST_SAVED]


def _text(ids: Sequence[str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(ids).encode()).decode()


def _mark(caller: Caller) -> str:
    return hashlib.sha256(f"saved {caller.account_id}".encode()).hexdigest()[:_DIGEST]
