"""``/session``: sign in and out, with a local account or at an organisation."""

from __future__ import annotations

from fastapi import Request, Response
from sqlalchemy import Engine

from api.accounts.access import CallerOf
from api.accounts.answers import me_answer
from api.accounts.audit_uses import account_use, actor_of_account
from api.accounts.cookies import forget_token, give_token, token_of
from api.accounts.passwords import Passwords
from api.accounts.schemas import Me, SignIn
from api.accounts.sessions import end_session
from api.accounts.sign_in import Credentials, sign_in
from api.accounts.tables import AccountRow
from api.audit.trail import append
from api.http.dependencies import Audit, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses
from api.settings import Settings
from api.storage.database import writing

__all__ = ["router"]

router = api_router("/session")


@router.post("", status_code=201, summary="サインイン", responses=problem_responses(400, 401, 403, 413, 429))
def add_session(request: Request, response: Response, now: Now, typed: SignIn) -> Me:
    """Open a session; name, password and code are refused with one answer, whichever was wrong."""
    engine: Engine = request.app.state.engine
    passwords: Passwords = request.app.state.passwords
    settings: Settings = request.app.state.settings
    credentials = Credentials(
        name=typed.sign_in_name,
        password=typed.password.get_secret_value(),
        code=None if typed.code is None else typed.code.get_secret_value(),
        address=request.client.host if request.client else "",
    )
    token, account_id = sign_in(engine, passwords, credentials, now=now, before=token_of(request))
    with writing(engine) as session:
        account = session.get_one(AccountRow, account_id)
        answer = me_answer(session, account)
        use = account_use("signed_in", [account_id])
        append(session, use, actor=actor_of_account(account), key=settings.audit_secret())
    give_token(request, response, token)
    return answer


@router.delete("", status_code=204, summary="サインアウト", responses=problem_responses(401, 403))
def remove_session(request: Request, response: Response, session: Writing, caller: CallerOf, audit: Audit) -> None:
    """End the session; its cookie opens nothing any more."""
    if caller.session_digest is not None:
        end_session(session, caller.session_digest)
    audit.note(account_use("changed", [caller.account_id]))
    forget_token(request, response)
