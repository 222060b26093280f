"""``/password``: the link of an invitation or a reset, used once."""

from __future__ import annotations

from fastapi import Request

from api.accounts.account_records import accept_link
from api.accounts.audit_uses import account_use
from api.accounts.passwords import Passwords
from api.accounts.schemas import PasswordByLink
from api.http.dependencies import Audit, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses

__all__ = ["router"]

router = api_router("/password")


@router.post("", status_code=204, summary="リンクによるパスワードの設定", responses=problem_responses(400, 403, 413))
def set_password_by_link(request: Request, session: Writing, audit: Audit, now: Now, sent: PasswordByLink) -> None:
    """Set the password of the account the link opens; sessions and tokens from before end, and then one signs in."""
    passwords: Passwords = request.app.state.passwords
    account = accept_link(session, passwords, sent.token.get_secret_value(), sent.password.get_secret_value(), now=now)
    audit.note(account_use("changed", [account.id]))
