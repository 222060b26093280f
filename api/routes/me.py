"""``/me``: one's own account — password, second factor, sessions and tokens."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine

from api.accounts.access import CallerOf
from api.accounts.account_records import read_account, set_password
from api.accounts.answers import me_answer, token_answer, token_shown
from api.accounts.api_tokens import api_tokens_of, end_api_token, make_api_token
from api.accounts.audit_uses import account_use
from api.accounts.passwords import Passwords
from api.accounts.schemas import (
    Code,
    Me,
    NewPassword,
    NewToken,
    PasswordProof,
    RecoveryCodes,
    SecondFactorStart,
    TokenList,
    TokenShown,
)
from api.accounts.second_factor import begin, confirm, remove_second_factor
from api.accounts.sessions import end_sessions
from api.accounts.sign_in import Credentials, prove_password
from api.http.dependencies import Audit, Id, Reading, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses
from api.storage.database import reading

__all__ = ["router"]

router = api_router("/me")


def _passwords(request: Request) -> Passwords:
    passwords: Passwords = request.app.state.passwords
    return passwords


def _proven(request: Request, caller: CallerOf, now: Now, sent: PasswordProof) -> PasswordProof:
    """The body, after its password was proven; whoever finds an open session does not take the account over."""
    engine: Engine = request.app.state.engine
    with reading(engine) as session:
        name = read_account(session, caller.account_id).sign_in_name
    typed = Credentials(
        name=name,
        password=sent.password.get_secret_value(),
        code=None if sent.code is None else sent.code.get_secret_value(),
        address=request.client.host if request.client else "",
    )
    prove_password(engine, _passwords(request), typed, now=now)
    return sent


def _proven_change(request: Request, caller: CallerOf, now: Now, sent: NewPassword) -> NewPassword:
    _proven(request, caller, now, sent)
    return sent


@router.get("", summary="自分のアカウント", responses=problem_responses(401, 403))
def me(session: Reading, caller: CallerOf) -> Me:
    """The account that is signed in."""
    return me_answer(session, read_account(session, caller.account_id))


@router.put(
    "/password",
    status_code=204,
    summary="パスワードの変更",
    responses=problem_responses(400, 401, 403, 413, 429),
)
def change_password(
    request: Request,
    sent: Annotated[NewPassword, Depends(_proven_change)],
    session: Writing,
    caller: CallerOf,
    audit: Audit,
) -> None:
    """Change the password; every other session ends."""
    account = read_account(session, caller.account_id, lock=True)
    password = sent.new_password.get_secret_value()
    set_password(session, _passwords(request), account, password, but=caller.session_digest)
    audit.note(account_use("changed", [account.id]))


@router.post(
    "/second-factor",
    status_code=201,
    summary="確認コード（TOTP）の設定を始める",
    responses=problem_responses(400, 401, 403, 413, 429),
)
def begin_second_factor(
    _sent: Annotated[PasswordProof, Depends(_proven)], session: Writing, caller: CallerOf, audit: Audit
) -> SecondFactorStart:
    """The secret for the app, shown once; it counts after ``PUT`` has confirmed it."""
    account = read_account(session, caller.account_id, lock=True)
    address = begin(account)
    session.add(account)
    audit.note(account_use("changed", [account.id]))
    return SecondFactorStart(address=address)


@router.put("/second-factor", summary="確認コードの設定を終える", responses=problem_responses(400, 401, 403, 413))
def confirm_second_factor(sent: Code, session: Writing, caller: CallerOf, audit: Audit, now: Now) -> RecoveryCodes:
    """Switch the second factor on with a code; the answer has the recovery codes, shown once."""
    account = read_account(session, caller.account_id, lock=True)
    codes = confirm(session, account, sent.code.get_secret_value(), now=now)
    end_sessions(session, account.id, but=caller.session_digest)
    audit.note(account_use("changed", [account.id]))
    return RecoveryCodes(recovery_codes=codes)


@router.post(
    "/second-factor/removal",
    status_code=204,
    summary="確認コードをやめる",
    responses=problem_responses(400, 401, 403, 413, 429),
)
def stop_second_factor(
    _sent: Annotated[PasswordProof, Depends(_proven)], session: Writing, caller: CallerOf, audit: Audit
) -> None:
    """Take the second factor away; password and a code prove who asks."""
    remove_second_factor(session, read_account(session, caller.account_id, lock=True))
    audit.note(account_use("changed", [caller.account_id]))


@router.delete("/sessions", status_code=204, summary="他の端末のサインアウト", responses=problem_responses(401, 403))
def remove_sessions(session: Writing, caller: CallerOf, audit: Audit) -> None:
    """End every session of this account but this one."""
    end_sessions(session, caller.account_id, but=caller.session_digest)
    audit.note(account_use("changed", [caller.account_id]))


@router.get("/tokens", summary="APIトークンの一覧", responses=problem_responses(401, 403))
def tokens(session: Reading, caller: CallerOf) -> TokenList:
    """The account's tokens without their secrets."""
    return TokenList(tokens=[token_answer(row) for row in api_tokens_of(session, caller.account_id)])


@router.post("/tokens", status_code=201, summary="APIトークンの発行", responses=problem_responses(400, 401, 403, 413))
def add_token(sent: NewToken, session: Writing, caller: CallerOf, audit: Audit, now: Now) -> TokenShown:
    """A token that acts for this account within its scopes until its day; it is shown this once."""
    token, row = make_api_token(
        session, caller.account_id, label=sent.label, scopes=sent.scopes, days=sent.days, now=now
    )
    audit.note(account_use("changed", [caller.account_id]))
    return token_shown(row, token)


@router.delete(
    "/tokens/{token_id}", status_code=204, summary="APIトークンの取消し", responses=problem_responses(401, 403, 404)
)
def remove_token(token_id: Id, session: Writing, caller: CallerOf, audit: Audit) -> None:
    """End one token."""
    end_api_token(session, caller.account_id, token_id)
    audit.note(account_use("changed", [caller.account_id]))
