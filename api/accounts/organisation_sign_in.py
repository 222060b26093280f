"""Signing in at an organisation: begun here, finished by the browser that began it, for somebody who was invited.

A verified subject opens the account that names it. The first time, the invitation's link ties the two together; an
account is never made by a sign-in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import Engine
from sqlmodel import Session, col, delete, select

from api.accounts.errors import OrganisationError
from api.accounts.links import link_account, spend_link
from api.accounts.sessions import open_session
from api.accounts.tables import AccountRow, OrganisationFlowRow
from api.secret_tokens import digest_of_secret, new_secret
from api.storage.database import writing

if TYPE_CHECKING:
    from api.accounts.openid import Begun

__all__ = ["FLOW_LASTS", "finish_flow", "keep_flow", "take_flow"]

FLOW_LASTS: Final = timedelta(minutes=10)  # [A]


def keep_flow(engine: Engine, begun: Begun, *, issuer: str, invitation: str | None, now: datetime) -> str:
    """Keep a sign-in that was begun, and return the token for the browser that began it.

    Raises
    ------
    LinkError
        If the invitation is unknown, used or expired.
    """
    browser = new_secret()
    link = None if invitation is None else digest_of_secret(invitation)
    with writing(engine) as session:
        session.exec(delete(OrganisationFlowRow).where(col(OrganisationFlowRow.expires_at) <= now))
        if link is not None:
            link_account(session, link, now=now)
        session.add(
            OrganisationFlowRow(
                digest=digest_of_secret(begun.state),
                browser_digest=digest_of_secret(browser),
                issuer=issuer,
                nonce=begun.nonce,
                verifier=begun.verifier,
                link_digest=link,
                expires_at=now + FLOW_LASTS,
            )
        )
    return browser


def take_flow(engine: Engine, *, state: str, browser: str | None, now: datetime) -> OrganisationFlowRow:
    """The sign-in that was begun with ``state``, once, for the browser that began it.

    Raises
    ------
    OrganisationError
        If there is none, or another browser began it.
    """
    with writing(engine) as session:
        session.expire_on_commit = False
        row = session.get(OrganisationFlowRow, digest_of_secret(state))
        is_mine = row is not None and row.browser_digest == digest_of_secret(browser or "") and row.expires_at > now
        if row is None or not is_mine:
            raise OrganisationError("this browser has begun no such sign-in, or too long ago; begin again")
        session.delete(row)
        return row


def finish_flow(
    session: Session, flow: OrganisationFlowRow, subject: str, *, now: datetime, before: str | None
) -> tuple[str, AccountRow]:
    """The token of a new session, and the account whose person the organisation has verified.

    Raises
    ------
    OrganisationError
        If no account names the subject and no invitation ties it to one.
    LinkError
        If the invitation was used meanwhile.
    """
    account = _account_of(session, flow, subject)
    if account is None and flow.link_digest is not None:
        account = _tied(session, flow, flow.link_digest, subject, now)
    if account is None or account.state != "active":
        raise OrganisationError("nobody was invited as this person; ask the administrator for an invitation")
    return open_session(session, account, now=now, before=before), account


def _account_of(session: Session, flow: OrganisationFlowRow, subject: str) -> AccountRow | None:
    """The account that names the subject; one that was invited by its subject is active from the first sign-in on."""
    named = select(AccountRow).where(AccountRow.issuer == flow.issuer, AccountRow.subject == subject)
    account = session.exec(named).first()
    if account is not None and account.state == "invited":
        account.state = "active"
        session.add(account)
    return account


def _tied(
    session: Session, flow: OrganisationFlowRow, link_digest: str, subject: str, now: datetime
) -> AccountRow | None:
    _, account = link_account(session, link_digest, now=now)
    if account.issuer != flow.issuer or account.subject is not None:
        return None
    spend_link(session, link_digest)
    account.subject, account.state = subject, "active"
    session.add(account)
    session.flush()
    return account
