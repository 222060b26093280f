"""Links that open an account once: an invitation, a password reset."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from sqlmodel import Session, col, delete

from api.accounts.errors import LinkError
from api.accounts.tables import AccountRow, LinkRow
from api.secret_tokens import digest_of_secret, new_secret

__all__ = ["LASTS", "Purpose", "link_account", "new_link", "remove_links", "spend_link"]

Purpose: TypeAlias = Literal["invitation", "reset", "reset_all"]
LASTS: Final[dict[str, timedelta]] = {
    "invitation": timedelta(days=7),  # [A]
    "reset": timedelta(hours=24),  # [A]
    "reset_all": timedelta(hours=24),  # the second factor goes too
}


def new_link(session: Session, account: AccountRow, purpose: Purpose, *, now: datetime) -> str:
    """The token of a new link; every earlier link of the account ends."""
    remove_links(session, account.id)
    token = new_secret()
    row = LinkRow(
        digest=digest_of_secret(token), account_id=account.id, purpose=purpose, expires_at=now + LASTS[purpose]
    )
    session.add(row)
    return token


def link_account(session: Session, digest: str, *, now: datetime) -> tuple[LinkRow, AccountRow]:
    """The link and its account, without using it.

    Raises
    ------
    LinkError
        If it is unknown, used or expired, or the person has left.
    """
    link = session.get(LinkRow, digest, with_for_update=True)
    if link is None or link.expires_at <= now:
        raise LinkError
    account = session.get_one(AccountRow, link.account_id)
    if account.state == "disabled":
        raise LinkError
    return link, account


def spend_link(session: Session, digest: str) -> None:
    """Use a link up; of two requests that use it at once, one gets :class:`LinkError`."""
    if session.exec(delete(LinkRow).where(col(LinkRow.digest) == digest)).rowcount == 0:
        raise LinkError


def remove_links(session: Session, account_id: str) -> None:
    """End every link of an account."""
    session.exec(delete(LinkRow).where(col(LinkRow.account_id) == account_id))
