"""Tokens of programs: shown once, stored as digests, with scopes and an end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from sqlalchemy import Engine, bindparam
from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import Select

from api.accounts.caller import Caller, caller_of_account
from api.accounts.errors import AccountError
from api.accounts.permissions import permissions
from api.accounts.tables import AccountRow, ApiTokenRow
from api.http.errors import UnknownIdError
from api.secret_tokens import digest_of_secret, new_id, new_secret
from api.storage.database import reading

__all__ = ["LONGEST_DAYS", "api_tokens_of", "caller_of_token", "end_api_token", "end_api_tokens", "make_api_token"]

LONGEST_DAYS: Final = 366
_MARK = "enmusubi_"  # so that whoever finds one in a file knows what it opens
_MOST = 20  # tokens of one account [A]


def make_api_token(
    session: Session, account_id: str, *, label: str, scopes: Collection[str], days: int, now: datetime
) -> tuple[str, ApiTokenRow]:
    """A new token and its row; the token is never shown again.

    Raises
    ------
    AccountError
        If a scope is not one that a token can have, or the account has too many tokens.
    """
    unknown = sorted(set(scopes) - permissions().token_scopes)
    if unknown:
        raise AccountError(
            f"scope {unknown[0]} is unknown, known scopes: {', '.join(sorted(permissions().token_scopes))}"
        )
    if len(api_tokens_of(session, account_id)) >= _MOST:
        raise AccountError(f"the account has {_MOST} API tokens, which is the most; remove one first")
    token = _MARK + new_secret()
    row = ApiTokenRow(
        id=new_id(),
        digest=digest_of_secret(token),
        account_id=account_id,
        label=label,
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(row)
    return token, row


def api_tokens_of(session: Session, account_id: str) -> list[ApiTokenRow]:
    """The tokens of an account, oldest first."""
    mine = select(ApiTokenRow).where(ApiTokenRow.account_id == account_id)
    return list(session.exec(mine.order_by(col(ApiTokenRow.created_at), ApiTokenRow.id)))


def caller_of_token(engine: Engine, token: str, *, now: datetime) -> Caller | None:
    """For whom the token acts; ``None`` where it has ended or the person has left."""
    with reading(engine) as session:
        found = session.exec(_held(), params={"held": digest_of_secret(token)}).first()
        if found is None or found[0].expires_at <= now:
            return None
        return caller_of_account(found[1], scopes=frozenset(found[0].scopes))


@cache  # asked with every request of a program
def _held() -> Select[ApiTokenRow, AccountRow]:
    is_held = col(ApiTokenRow.digest) == bindparam("held")
    return select(ApiTokenRow, AccountRow).where(
        is_held, ApiTokenRow.account_id == AccountRow.id, AccountRow.state == "active"
    )


def end_api_token(session: Session, account_id: str, token_id: str) -> None:
    """End one token of an account.

    Raises
    ------
    UnknownIdError
        If the account has none with that id.
    """
    mine = delete(ApiTokenRow).where(col(ApiTokenRow.id) == token_id, col(ApiTokenRow.account_id) == account_id)
    if session.exec(mine).rowcount == 0:
        raise UnknownIdError("token", token_id)


def end_api_tokens(session: Session, account_id: str) -> None:
    """End every token of an account."""
    session.exec(delete(ApiTokenRow).where(col(ApiTokenRow.account_id) == account_id))
