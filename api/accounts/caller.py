"""Who asks: the account behind a session or an API token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from starlette.requests import Request

from api.accounts.roles import Role
from api.accounts.tables import AccountRow

__all__ = ["Caller", "caller_of", "caller_of_account", "remember_caller"]


@dataclass(frozen=True)
class Caller:
    """Who asks, read from the database for this request.

    Attributes
    ----------
    account_id : str
    role : Role
    municipality_code, prefecture_code, applicant_id : str or None
        Whose records are theirs; one of them according to the role.
    scopes : frozenset of str, optional
        What the token may do; ``None`` for a session, which may do what the role may.
    session_digest : str, optional
        The session, where it is one.
    """

    account_id: str
    role: Role
    municipality_code: str | None = None
    prefecture_code: str | None = None
    applicant_id: str | None = None
    scopes: frozenset[str] | None = None
    session_digest: str | None = None


def caller_of_account(
    account: AccountRow, *, scopes: frozenset[str] | None = None, session_digest: str | None = None
) -> Caller:
    """The caller an account is."""
    return Caller(
        account_id=account.id,
        role=cast("Role", account.role),
        municipality_code=account.municipality_code,
        prefecture_code=account.prefecture_code,
        applicant_id=account.applicant_id,
        scopes=scopes,
        session_digest=session_digest,
    )


def remember_caller(request: Request, caller: Caller | None) -> None:
    """Keep who asks beside the request, for :func:`caller_of`."""
    request.state.caller = caller


def caller_of(request: Request) -> Caller | None:
    """Who asks; ``None`` where nobody is signed in."""
    caller: Caller | None = getattr(request.state, "caller", None)
    return caller
