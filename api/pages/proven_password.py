"""The password again, before something of one's own account changes; every attempt counts, as at signing in."""

from __future__ import annotations

from datetime import datetime

from fastapi import Request
from pydantic import SecretStr
from sqlalchemy import Engine

from api.accounts.account_records import read_account
from api.accounts.caller import Caller
from api.accounts.passwords import Passwords
from api.accounts.sign_in import Credentials, prove_password
from api.storage.database import reading

__all__ = ["prove_own_password"]


def prove_own_password(
    request: Request, caller: Caller, password: SecretStr, code: SecretStr | None, *, now: datetime
) -> None:
    """Raise unless the password, and the code where there is a second factor, are those of the caller's account.

    Raises
    ------
    SignInFailedError, TooManyAttemptsError
        As at signing in.
    """
    engine: Engine = request.app.state.engine
    passwords: Passwords = request.app.state.passwords
    with reading(engine) as session:
        name = read_account(session, caller.account_id).sign_in_name
    typed = Credentials(
        name=name,
        password=password.get_secret_value(),
        code=None if code is None else code.get_secret_value(),
        address=request.client.host if request.client else "",
    )
    prove_password(engine, passwords, typed, now=now)
