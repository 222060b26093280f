"""The second factor of one's own account: set up with a key for the app, confirmed with a code, and taken away."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import parse_qs, urlsplit

from fastapi import Depends, Request
from pydantic import Field, SecretStr
from sqlalchemy import Engine
from starlette.responses import Response

from api.accounts.access import CallerOf
from api.accounts.account_records import read_account
from api.accounts.answers import me_answer
from api.accounts.password_rules import LONGEST
from api.accounts.schemas import Code, Me, PasswordProof
from api.http.dependencies import Audit, Reading, Writing
from api.http.now import Now
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel, FormState, sent_as
from api.pages.proven_password import prove_own_password
from api.pages.qr_picture import qr_picture
from api.pages.shell import Crumb, page_router, redirect, shell_of
from api.pages.submitting import NotSentBefore, Submitting
from api.routes import me as api_me
from api.storage.database import reading

__all__ = ["key_in_groups", "router"]

router = page_router()
_PATH = "/account/second-factor"
_Stage = Literal["begin", "confirm", "done"]


class ProofForm(FormModel):
    """The password, and a code where there is a second factor."""

    password: Annotated[SecretStr, Field(min_length=1, max_length=LONGEST)]
    code: Annotated[SecretStr, Field(min_length=6, max_length=40)] | None = None


class CodeForm(FormModel):
    """Six digits of the app."""

    code: Annotated[SecretStr, Field(min_length=6, max_length=40)]


def key_in_groups(address: str) -> str:
    """The key of an ``otpauth://`` address as it is typed into an app, four letters at a time.

    Examples
    --------
    >>> key_in_groups("otpauth://totp/enmusubi:yamada?secret=JBSWY3DPEHPK3PXP&issuer=enmusubi")
    'JBSW Y3DP EHPK 3PXP'
    """
    secret = parse_qs(urlsplit(address).query)["secret"][0]
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _drawn(
    request: Request, form: FormState, status: int, me: Me, *, stage: _Stage = "begin", **shown: object
) -> Response:
    shell = shell_of(request)
    answer = shell.page(
        "second_factor.html.j2",
        status=status,
        crumbs=[Crumb(shell.words("account.nav"), "/account"), Crumb(shell.words("second_factor.title"))],
        form=form,
        me=me,
        stage=stage,
        **{"key": None, "address": None, "picture": None, "codes": (), **shown},
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _me(request: Request) -> Me:
    engine: Engine = request.app.state.engine
    with reading(engine) as session:
        return me_answer(session, read_account(session, request.state.caller.account_id))


def factor_page(request: Request, form: FormState, status: int) -> Response:
    """Where the password is asked for, with what was wrong."""
    return _drawn(request, form, status, _me(request))


def confirmation_page(request: Request, form: FormState, status: int) -> Response:
    """Where the code is asked for once more; the key is in the app by now and is not shown again."""
    me = _me(request)
    return _drawn(request, form, status, me, stage="begin" if me.second_factor else "confirm")


@router.get(_PATH)
def page(request: Request, session: Reading, caller: CallerOf) -> Response:
    """Whether it is in use, and the way in or out."""
    return _drawn(request, FormState(), 200, api_me.me(session, caller))


def _proven(
    request: Request,
    caller: CallerOf,
    now: Now,
    sent: Annotated[ProofForm, Depends(sent_as(ProofForm, drawn=factor_page))],
) -> ProofForm:
    """Before the session that writes, because it counts the attempt."""
    if _me(request).second_factor:
        raise FormError([Fault("", ("fault.second_factor.on",), {})])
    prove_own_password(request, caller, sent.password, sent.code, now=now)
    return sent


def _proven_once(
    request: Request,
    caller: CallerOf,
    now: Now,
    sent: Annotated[ProofForm, Depends(sent_as(ProofForm, drawn=factor_page))],
    _new: NotSentBefore,
) -> ProofForm:
    prove_own_password(request, caller, sent.password, sent.code, now=now)
    return sent


@router.post(_PATH)
def begin(
    request: Request,
    sent: Annotated[ProofForm, Depends(_proven)],
    session: Writing,
    caller: CallerOf,
    audit: Audit,
) -> Response:
    """Show the key once; it is no redirect and kept for no second sending, because it may stand nowhere else."""
    proof = PasswordProof(password=sent.password, code=sent.code)
    address = api_me.begin_second_factor(proof, session, caller, audit).address
    me = api_me.me(session, caller)
    shown = {"key": key_in_groups(address), "address": address, "picture": qr_picture(address)}
    return _drawn(request, FormState(), 200, me, stage="confirm", **shown)


@router.post(f"{_PATH}/confirmation")
def confirm(
    *,
    request: Request,
    sent: Annotated[CodeForm, Depends(sent_as(CodeForm, drawn=confirmation_page))],
    session: Writing,
    caller: CallerOf,
    audit: Audit,
    now: Now,
) -> Response:
    """Switch it on, and show the recovery codes once."""
    found = api_me.confirm_second_factor(Code(code=sent.code), session, caller, audit, now)
    me = api_me.me(session, caller)
    return _drawn(request, FormState(), 200, me, stage="done", codes=found.recovery_codes)


@router.post(f"{_PATH}/removal")
def remove(
    sent: Annotated[ProofForm, Depends(_proven_once)],
    session: Submitting,
    caller: CallerOf,
    audit: Audit,
) -> Response:
    """Take it away; password and code prove who asks."""
    api_me.stop_second_factor(PasswordProof(password=sent.password, code=sent.code), session, caller, audit)
    return redirect("/account", done="second_factor_removed")
