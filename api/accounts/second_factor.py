"""The second factor: six digits of an app (TOTP, RFC 6238), each used once, and recovery codes for a lost telephone.

A code is tried against the present step and its two neighbours, in constant time; a step that was used is spent.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime
from typing import Final

from pyotp import random_base32
from pyotp.totp import TOTP
from sqlmodel import Session, col, delete, func, select

from api.accounts.errors import AccountError, CodeError
from api.accounts.tables import AccountRow, RecoveryCodeRow
from api.secret_tokens import digest_of_secret

__all__ = ["RECOVERY_CODES", "begin", "confirm", "is_right_code", "recovery_codes_left", "remove_second_factor"]

RECOVERY_CODES: Final = 10
_NEIGHBOURS = (-1, 0, 1)  # steps of 30 s: a telephone's clock may be that wrong
_ISSUER = "enmusubi"


def begin(account: AccountRow) -> str:
    """A new secret as the address an app reads; it counts once a code has confirmed it."""
    if account.totp_secret is not None:
        raise AccountError("the account has a second factor, remove it before a new one is set up")
    account.totp_pending = random_base32()
    return TOTP(account.totp_pending).provisioning_uri(name=account.sign_in_name, issuer_name=_ISSUER)


def confirm(session: Session, account: AccountRow, code: str, *, now: datetime) -> list[str]:
    """Switch the second factor on with a code of the new secret, and return the recovery codes, once.

    Raises
    ------
    CodeError
        If the code is not right, or nothing was begun.
    """
    if account.totp_pending is None:
        raise CodeError("belongs to nothing: set the second factor up first")
    step = _matching_step(account.totp_pending, code, now)
    if step is None:
        raise CodeError
    account.totp_secret, account.totp_pending, account.totp_step = account.totp_pending, None, step
    session.add(account)
    return _new_codes(session, account)


def is_right_code(session: Session, account: AccountRow, code: str | None, *, now: datetime) -> bool:
    """Whether the code is right for a sign-in now; a right one is spent. Without a second factor none is asked for."""
    if account.totp_secret is None:
        return True
    if code is None:
        return False
    step = _matching_step(account.totp_secret, code, now)
    if step is None:
        return _spend_recovery_code(session, account, code)
    if account.totp_step is not None and step <= account.totp_step:
        return False
    account.totp_step = step
    session.add(account)
    return True


def recovery_codes_left(session: Session, account: AccountRow) -> int:
    """How many recovery codes nobody has used."""
    mine = col(RecoveryCodeRow.account_id) == account.id
    return session.exec(select(func.count(col(RecoveryCodeRow.digest))).where(mine)).one()


def remove_second_factor(session: Session, account: AccountRow) -> None:
    """Take the second factor and its recovery codes away."""
    account.totp_secret = account.totp_pending = account.totp_step = None
    session.add(account)
    session.exec(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.account_id) == account.id))


def _matching_step(secret: str, code: str, now: datetime) -> int | None:
    totp = TOTP(secret)
    present = totp.timecode(now)
    sent = "".join(code.split()).encode()
    steps = [present + shift for shift in _NEIGHBOURS]
    right = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), sent)]
    return right[-1] if right else None


def _new_codes(session: Session, account: AccountRow) -> list[str]:
    letters = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    session.add_all([RecoveryCodeRow(digest=_code_digest(account, one), account_id=account.id) for one in letters])
    return ["-".join(one[start : start + 4] for start in range(0, 16, 4)) for one in letters]


def _spend_recovery_code(session: Session, account: AccountRow, code: str) -> bool:
    letters = "".join(code.lower().replace("-", "").split())
    spent = delete(RecoveryCodeRow).where(col(RecoveryCodeRow.digest) == _code_digest(account, letters))
    return session.exec(spent).rowcount == 1  # the database removes a code for one of two requests, not for both


def _code_digest(account: AccountRow, letters: str) -> str:
    return digest_of_secret(f"{account.id} {letters}")
