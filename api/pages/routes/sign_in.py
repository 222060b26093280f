"""Signing in with a local account, and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request
from pydantic import Field, SecretStr
from starlette.responses import Response

from api.accounts.access import CallerOf
from api.accounts.password_rules import LONGEST
from api.accounts.schemas import SignIn
from api.http.dependencies import Audit, Writing
from api.http.now import Now
from api.pages.forms import FormModel, FormState, sent_as
from api.pages.local_paths import local_path
from api.pages.shell import Crumb, Shell, page_router, redirect, shell_of
from api.routes import session as api_session
from api.settings import Settings

__all__ = ["router"]

router = page_router()


class SignInForm(FormModel):
    """What is typed on the sign-in page."""

    sign_in_name: Annotated[str, Field(min_length=1, max_length=200)]
    password: Annotated[SecretStr, Field(min_length=1, max_length=LONGEST)]
    code: Annotated[SecretStr, Field(min_length=6, max_length=40)] | None = None
    next: Annotated[str, Field(max_length=2000)] = "/"


class SignOutForm(FormModel):
    """Nothing but the button."""


def sign_in_page(request: Request, form: FormState, status: int) -> Response:
    """The page, empty or with what was typed."""
    shell, settings = shell_of(request), request.app.state.settings
    assert isinstance(settings, Settings)  # noqa: S101 -- tells the type checkers
    return shell.page(
        "sign_in.html.j2",
        status=status,
        crumbs=[Crumb(shell.words("sign_in.title"))],
        form=form,
        organisations=settings.organisations,
    )


@router.get("/sign-in")
def page(
    request: Request, shell: Shell, back: Annotated[str | None, Query(alias="next", max_length=2000)] = None
) -> Response:
    """Where to type name and password; who is signed in already goes on."""
    if shell.caller is not None:
        return redirect(local_path(back))
    return sign_in_page(request, FormState({"next": [local_path(back)]}), 200)


@router.post("/sign-in")
def add_session(
    request: Request, now: Now, sent: Annotated[SignInForm, Depends(sent_as(SignInForm, drawn=sign_in_page))]
) -> Response:
    """Open a session and go where the person wanted to."""
    response = redirect(local_path(sent.next))
    typed = SignIn(sign_in_name=sent.sign_in_name, password=sent.password, code=sent.code)
    api_session.add_session(request, response, now, typed)
    return response


def _start_again(_request: Request, _form: FormState, _status: int) -> Response:
    return redirect("/")  # a stale button: the page that follows has a fresh one


@router.post("/sign-out")
def remove_session(
    request: Request,
    _sent: Annotated[SignOutForm, Depends(sent_as(SignOutForm, drawn=_start_again))],
    session: Writing,
    caller: CallerOf,
    audit: Audit,
) -> Response:
    """End the session."""
    response = redirect("/", done="signed_out")
    api_session.remove_session(request, response, session, caller, audit)
    return response
