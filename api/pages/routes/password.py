"""The link of an invitation or a password reset: set a password, once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request
from pydantic import Field, SecretStr
from starlette.responses import Response

from api.accounts.password_rules import LONGEST, SHORTEST
from api.accounts.schemas import PasswordByLink
from api.http.dependencies import Audit, Writing
from api.http.now import Now
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel, FormState, sent_as
from api.pages.shell import Crumb, page_router, redirect, shell_of
from api.routes import password as api_password
from api.settings import Settings

__all__ = ["NewPasswordForm", "router", "verify_typed_twice"]

router = page_router()


class NewPasswordForm(FormModel):
    """A password that is new, typed twice because it is not seen."""

    password: Annotated[SecretStr, Field(min_length=1, max_length=LONGEST)]
    password_again: Annotated[SecretStr, Field(min_length=1, max_length=LONGEST)]


class LinkForm(NewPasswordForm):
    """The same, with the code of the link."""

    token: Annotated[SecretStr, Field(min_length=1, max_length=100)]


def verify_typed_twice(first: SecretStr, second: SecretStr, *, name: str) -> None:
    """Refuse two texts that differ.

    Raises
    ------
    FormError
        Beside the field ``name``.
    """
    if first.get_secret_value() != second.get_secret_value():
        raise FormError([Fault(name, ("fault.differs",))])


def link_page(request: Request, form: FormState, status: int) -> Response:
    """The page, empty or with the faults."""
    shell = shell_of(request)
    settings: Settings = request.app.state.settings
    return shell.page(
        "password.html.j2",
        status=status,
        crumbs=[Crumb(shell.words("password.title"))],
        form=form,
        shortest=SHORTEST,
        organisations=settings.organisations,
    )


@router.get("/password")
def page(request: Request, token: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Where to set the password; without a link its code is typed."""
    return link_page(request, FormState({"token": [token]}), 200)


def _same_twice(sent: Annotated[LinkForm, Depends(sent_as(LinkForm, drawn=link_page))]) -> LinkForm:
    verify_typed_twice(sent.password, sent.password_again, name="password_again")
    return sent


@router.post("/password")
def set_password(
    request: Request, sent: Annotated[LinkForm, Depends(_same_twice)], session: Writing, audit: Audit, now: Now
) -> Response:
    """Set it, and sign in next."""
    by_link = PasswordByLink(token=sent.token, password=sent.password)
    api_password.set_password_by_link(request, session, audit, now, by_link)
    return redirect("/sign-in", done="password_set")
