"""Accounts: invited, activated by their person, disabled when the person leaves, never removed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field, model_validator
from sqlmodel import Session, col, func, select

from api.accounts.api_tokens import end_api_tokens
from api.accounts.errors import AccountError, PasswordError
from api.accounts.links import link_account, new_link, remove_links, spend_link
from api.accounts.password_rules import verify_password
from api.accounts.passwords import Passwords
from api.accounts.roles import Role
from api.accounts.second_factor import remove_second_factor
from api.accounts.sessions import end_sessions
from api.accounts.sign_in_names import normal_name
from api.accounts.tables import AccountRow
from api.http.errors import UnknownIdError
from api.secret_tokens import digest_of_secret, new_id
from features.records import Identifier, MunicipalityCode, Record

__all__ = [
    "NewAccount",
    "accept_link",
    "account_page",
    "disable",
    "first_administrator",
    "invite",
    "read_account",
    "read_account_named",
    "renew_link",
    "set_password",
]

_OWNED: dict[str, str] = {
    "applicant": "applicant_id",
    "coordinator": "municipality_code",
    "supporter": "prefecture_code",
}
SignInName: TypeAlias = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(normal_name)]


class NewAccount(Record):
    """Who is invited: a role, and what belongs to it — a municipality, a prefecture or an applicant's record."""

    sign_in_name: SignInName
    display_name: Annotated[str, Field(min_length=1, max_length=200)]
    role: Role
    municipality_code: MunicipalityCode | None = None
    prefecture_code: Annotated[str, Field(pattern=r"^(0[1-9]|[1-3][0-9]|4[0-7])$")] | None = None
    applicant_id: Identifier | None = None
    issuer: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    subject: Annotated[str, Field(min_length=1, max_length=255)] | None = None

    @model_validator(mode="after")
    def _role_and_what_belongs_to_it(self) -> NewAccount:
        needed = _OWNED.get(self.role)
        for name in sorted(_OWNED.values()):
            is_given = getattr(self, name) is not None
            if is_given != (name == needed):
                article = "an" if self.role.startswith("a") else "a"
                raise ValueError(f"{article} {self.role} {'needs' if name == needed else 'has no'} {name}")
        if self.subject is not None and self.issuer is None:
            raise ValueError("subject needs an issuer")
        return self


def invite(session: Session, new: NewAccount, *, now: datetime) -> tuple[AccountRow, str]:
    """Store an account that nobody can use yet, and return it with the token of its invitation.

    Raises
    ------
    AccountError
        If the name is taken, or the organisation's person has an account.
    """
    if session.exec(select(AccountRow.id).where(AccountRow.sign_in_name == new.sign_in_name)).first() is not None:
        raise AccountError(f"sign_in_name {new.sign_in_name} is taken")
    account = AccountRow(id=new_id(), state="invited", created_at=now, **new.model_dump())
    session.add(account)
    session.flush()
    return account, new_link(session, account, "invitation", now=now)


def first_administrator(session: Session, new: NewAccount, *, now: datetime) -> tuple[AccountRow, str]:
    """Invite the first administrator.

    Raises
    ------
    AccountError
        If there is one already.
    """
    if _administrators(session):
        raise AccountError("there is an administrator already; that person invites the others")
    return invite(session, new, now=now)


def accept_link(session: Session, passwords: Passwords, token: str, password: str, *, now: datetime) -> AccountRow:
    """Set the password of the account that a link opens; sessions and tokens from before end.

    Raises
    ------
    LinkError
        If the link is unknown, used or expired.
    PasswordError
        If the password is too easy to guess; the link stays.
    """
    link, account = link_account(session, digest_of_secret(token), now=now)
    purpose = link.purpose
    set_password(session, passwords, account, password)
    spend_link(session, link.digest)
    if purpose == "reset_all":
        remove_second_factor(session, account)
    end_api_tokens(session, account.id)
    account.state = "active"
    return account


def set_password(
    session: Session, passwords: Passwords, account: AccountRow, password: str, *, but: str | None = None
) -> None:
    """Store a new password; every session ends but the one with the digest ``but``.

    Raises
    ------
    PasswordError
        If the password is too easy to guess.
    """
    if account.issuer is not None:
        raise PasswordError("cannot be set: this person signs in at the organisation")
    verify_password(password, names=(account.sign_in_name, account.display_name))
    account.password_hash = passwords.hashed(password)
    session.add(account)
    end_sessions(session, account.id, but=but)


def disable(session: Session, account_id: str, *, now: datetime) -> None:
    """Let a leaving person in no more: sessions, tokens and links end, password and second factor go.

    Raises
    ------
    UnknownIdError
        If there is no such account.
    AccountError
        If nobody would be left to administer.
    """
    administrators = _administrators(session)
    account = read_account(session, account_id, lock=True)
    if [account_id] == administrators:
        raise AccountError("this is the only administrator; invite another before this one leaves")
    account.state, account.disabled_at, account.password_hash = "disabled", account.disabled_at or now, None
    remove_second_factor(session, account)
    for end in _ENDS:
        end(session, account_id)


_ENDS: tuple[Callable[[Session, str], None], ...] = (end_sessions, end_api_tokens, remove_links)


def renew_link(session: Session, account_id: str, *, without_second_factor: bool, now: datetime) -> str:
    """The token of a new link: an invitation again where nobody has used the first, else a reset.

    Raises
    ------
    UnknownIdError
        If there is no such account.
    AccountError
        If the person has left.
    """
    account = read_account(session, account_id, lock=True)
    if account.state == "disabled":
        raise AccountError(f"account {account_id} is disabled; invite the person anew")
    if account.state == "invited":
        return new_link(session, account, "invitation", now=now)
    return new_link(session, account, "reset_all" if without_second_factor else "reset", now=now)


def read_account(session: Session, account_id: str, *, lock: bool = False) -> AccountRow:
    """One account.

    Raises
    ------
    UnknownIdError
        If there is none with that id.
    """
    account = session.get(AccountRow, account_id, with_for_update=lock or None)
    if account is None:
        raise UnknownIdError("account", account_id)
    return account


def read_account_named(session: Session, name: str) -> AccountRow:
    """One account by its sign-in name.

    Raises
    ------
    AccountError
        If nobody has that name.
    """
    account = session.exec(select(AccountRow).where(AccountRow.sign_in_name == normal_name(name))).first()
    if account is None:
        raise AccountError(f"no account has the sign-in name {name}")
    return account


def account_page(session: Session, *, limit: int, offset: int) -> tuple[list[AccountRow], int]:
    """Accounts by sign-in name, and how many there are."""
    total = session.exec(select(func.count(col(AccountRow.id)))).one()
    rows = session.exec(select(AccountRow).order_by(AccountRow.sign_in_name).limit(limit).offset(offset))
    return list(rows), total


def _administrators(session: Session) -> list[str]:
    """Ids of the administrators that can sign in, locked: two who leave at once are not both the last but one."""
    active = select(AccountRow).where(AccountRow.role == "administrator", AccountRow.state == "active")
    return [account.id for account in session.exec(active.order_by(AccountRow.id).with_for_update())]
