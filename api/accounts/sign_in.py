"""Signing in with a local account: the same answer, after about the same work, for every reason to refuse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, select

from api.accounts.attempts import Limit, address_limit, admit, forgive, name_limit
from api.accounts.errors import SignInFailedError, TooManyAttemptsError
from api.accounts.passwords import Passwords
from api.accounts.second_factor import is_right_code
from api.accounts.sessions import open_session
from api.accounts.sign_in_names import normal_name
from api.accounts.tables import AccountRow
from api.storage.database import reading, writing

__all__ = ["Credentials", "prove_password", "sign_in"]


@dataclass(frozen=True)
class Credentials:
    """What a person typed, and from where; it is never printed.

    Attributes
    ----------
    name, password : str
    code : str, optional
        Six digits of the app or a recovery code.
    address : str
        Where the request came from.
    """

    name: str
    password: str
    code: str | None
    address: str

    def __repr__(self) -> str:
        return "Credentials(…)"


def sign_in(
    engine: Engine, passwords: Passwords, typed: Credentials, *, now: datetime, before: str | None = None
) -> tuple[str, str]:
    """The token of a new session and the id of its account.

    Raises
    ------
    TooManyAttemptsError
        If the name or the address is locked.
    SignInFailedError
        If name, password or code is not right.
    """
    limits = (name_limit(normal_name(typed.name)), address_limit(typed.address))
    account, renewed = _verified(engine, passwords, typed, limits, now)
    with writing(engine) as session:
        row = session.get_one(AccountRow, account.id, with_for_update=True)
        # read again: the person may have left, or changed the password, while the hash was computed
        if row.state != "active" or row.password_hash != account.password_hash:
            raise SignInFailedError(row.id)
        if not is_right_code(session, row, typed.code, now=now):
            raise SignInFailedError(row.id)
        row.password_hash = renewed or row.password_hash
        session.add(row)
        _forgive_all(session, limits)
        return open_session(session, row, now=now, before=before), row.id


def prove_password(engine: Engine, passwords: Passwords, typed: Credentials, *, now: datetime) -> None:
    """Let a person who is signed in prove the password again, counted like a sign-in.

    Raises
    ------
    TooManyAttemptsError
        If the name or the address is locked.
    SignInFailedError
        If the password or the code is not right.
    """
    limits = (name_limit(normal_name(typed.name)), address_limit(typed.address))
    account, _ = _verified(engine, passwords, typed, limits, now)
    with writing(engine) as session:
        if not is_right_code(
            session, session.get_one(AccountRow, account.id, with_for_update=True), typed.code, now=now
        ):
            raise SignInFailedError(account.id)
        _forgive_all(session, limits)


def _verified(
    engine: Engine, passwords: Passwords, typed: Credentials, limits: tuple[Limit, Limit], now: datetime
) -> tuple[AccountRow, str | None]:
    """The account of a right name and password, and a renewed hash; the attempt stays counted if they are wrong."""
    with writing(engine) as session:
        wait = admit(session, limits, now=now)
    with reading(engine) as session:  # also where it must wait: the log names the account that was tried
        asked = select(AccountRow).where(AccountRow.sign_in_name == normal_name(typed.name))
        account = session.exec(asked).first()
    if wait:
        raise TooManyAttemptsError(wait, None if account is None else account.id)
    is_open = account is not None and account.state == "active" and account.issuer is None
    stored = account.password_hash if account is not None and is_open else None
    is_right, renewed = passwords.verify(typed.password, stored)  # outside any transaction: it takes long
    if account is None or not is_right:
        raise SignInFailedError(None if account is None else account.id)
    return account, renewed


def _forgive_all(session: Session, limits: tuple[Limit, Limit]) -> None:
    name, address = limits
    for limit in sorted(limits, key=lambda limit: limit.key):  # in the order in which they are locked elsewhere
        forgive(session, limit, whole=limit is name and limit is not address)
