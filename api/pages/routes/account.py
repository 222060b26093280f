"""One's own account, and a new password for it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Request
from pydantic import Field, SecretStr
from sqlalchemy import Engine
from starlette.responses import Response

from api.accounts.access import CallerOf
from api.accounts.account_records import read_account
from api.accounts.answers import me_answer
from api.accounts.password_rules import LONGEST, SHORTEST
from api.accounts.schemas import Me, NewPassword
from api.http.dependencies import Audit, Reading
from api.http.now import Now
from api.pages.forms import FormModel, FormState, sent_as
from api.pages.proven_password import prove_own_password
from api.pages.routes.password import verify_typed_twice
from api.pages.shell import Crumb, page_router, redirect, shell_of
from api.pages.submitting import NotSentBefore, Submitting
from api.routes import me as api_me
from api.storage.database import reading

__all__ = ["router"]

router = page_router()
_NAMES: Final = {"password": "new_password"}  # the API says "password" of whichever is too easy to guess


class PasswordForm(FormModel):
    """The password there is, and the new one."""

    password: Annotated[SecretStr, Field(min_length=1, max_length=LONGEST)]
    code: Annotated[SecretStr, Field(min_length=6, max_length=40)] | None = None
    new_password: Annotated[SecretStr, Field(min_length=1, max_length=LONGEST)]
    new_password_again: Annotated[SecretStr, Field(min_length=1, max_length=LONGEST)]


def _drawn(request: Request, form: FormState, status: int, me: Me) -> Response:
    shell = shell_of(request)
    title = Crumb(shell.words("account.nav"))
    return shell.page("account.html.j2", status=status, crumbs=[title], form=form, me=me, shortest=SHORTEST)


def account_page(request: Request, form: FormState, status: int) -> Response:
    """The page with what was typed; the account is read anew."""
    engine: Engine = request.app.state.engine
    with reading(engine) as session:
        me = me_answer(session, read_account(session, request.state.caller.account_id))
    return _drawn(request, form, status, me)


@router.get("/account")
def page(request: Request, session: Reading, caller: CallerOf) -> Response:
    """Name, role, second factor, and the form of a new password."""
    return _drawn(request, FormState(), 200, api_me.me(session, caller))


def _proven(
    request: Request,
    caller: CallerOf,
    now: Now,
    sent: Annotated[PasswordForm, Depends(sent_as(PasswordForm, drawn=account_page, names=_NAMES))],
    _new: NotSentBefore,
) -> PasswordForm:
    """The form, after its password was proven; before the session that writes, because it counts the attempt."""
    verify_typed_twice(sent.new_password, sent.new_password_again, name="new_password_again")
    prove_own_password(request, caller, sent.password, sent.code, now=now)
    return sent


@router.post("/account/password")
def change_password(
    request: Request,
    sent: Annotated[PasswordForm, Depends(_proven)],
    session: Submitting,
    caller: CallerOf,
    audit: Audit,
) -> Response:
    """Change the password; every other session ends."""
    new = NewPassword(password=sent.password, code=sent.code, new_password=sent.new_password)
    api_me.change_password(request, new, session, caller, audit)
    return redirect("/account", done="password")
