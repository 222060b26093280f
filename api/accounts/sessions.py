"""Sessions of browsers: a random token in a cookie, its digest in the database, an end after rest and after a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Final

from sqlalchemy import Engine, bindparam
from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import Select

from api.accounts.caller import Caller, caller_of_account
from api.accounts.tables import AccountRow, SignedInRow
from api.secret_tokens import digest_of_secret, new_secret
from api.storage.database import reading, writing

__all__ = ["IDLE", "LONGEST_SESSION", "caller_of_session", "end_session", "end_sessions", "open_session"]

IDLE: Final = timedelta(minutes=30)  # [A]
LONGEST_SESSION: Final = timedelta(hours=12)  # a working day [A]
_NOTED = timedelta(minutes=1)  # a session's last use is written once a minute, not with every request


def open_session(session: Session, account: AccountRow, *, now: datetime, before: str | None = None) -> str:
    """Open a session and return its token; the session ``before`` that the browser had ends: a sign-in rotates it."""
    if before is not None:
        end_session(session, digest_of_secret(before))
    session.exec(delete(SignedInRow).where(col(SignedInRow.expires_at) <= now))
    token = new_secret()
    session.add(
        SignedInRow(
            digest=digest_of_secret(token),
            account_id=account.id,
            started_at=now,
            seen_at=now,
            expires_at=now + LONGEST_SESSION,
        )
    )
    return token


def caller_of_session(engine: Engine, token: str, *, now: datetime) -> Caller | None:
    """Who holds the token; ``None`` where the session has ended or the person has left."""
    digest = digest_of_secret(token)
    with reading(engine) as session:
        found = session.exec(_held(), params={"held": digest}).first()
        if found is None or found[0].expires_at <= now or found[0].seen_at + IDLE <= now:
            return None
        caller = caller_of_account(found[1], session_digest=digest)
        is_fresh = now - found[0].seen_at < _NOTED
    if not is_fresh:
        _note_use(engine, digest, now)
    return caller


@cache  # asked with every request: building it took a quarter of the time
def _held() -> Select[SignedInRow, AccountRow]:
    is_held = col(SignedInRow.digest) == bindparam("held")
    return select(SignedInRow, AccountRow).where(
        is_held, SignedInRow.account_id == AccountRow.id, AccountRow.state == "active"
    )


def end_session(session: Session, digest: str) -> None:
    """End one session."""
    session.exec(delete(SignedInRow).where(col(SignedInRow.digest) == digest))


def end_sessions(session: Session, account_id: str, *, but: str | None = None) -> None:
    """End every session of an account, but for the one with the digest ``but``."""
    mine = col(SignedInRow.account_id) == account_id
    session.exec(delete(SignedInRow).where(mine, col(SignedInRow.digest) != (but or "")))


def _note_use(engine: Engine, digest: str, now: datetime) -> None:
    with writing(engine) as session:
        row = session.get(SignedInRow, digest)
        if row is not None:
            row.seen_at = max(row.seen_at, now)
            session.add(row)
