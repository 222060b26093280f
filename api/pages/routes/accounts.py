"""Other people's accounts: who may sign in, invitations, new links, and those who have left."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import Depends, Query, Request
from starlette.responses import Response

from api.accounts.access import require_permission
from api.accounts.links import LASTS
from api.accounts.roles import ROLES
from api.accounts.schemas import AccountAnswer, LinkRequest
from api.http.dependencies import Audit, Id, Reading, Writing
from api.http.now import Now
from api.idempotency.kept_answers import keep_answer
from api.idempotency.tables import KeptAnswerRow
from api.pages.forms import FormModel, FormState, sent_as
from api.pages.list_pages import last_page
from api.pages.oversight.invitations import (
    InvitationForm,
    invitation_of,
    invited_before,
    verify_may_leave,
    verify_name_free,
)
from api.pages.reading_again import reading_again
from api.pages.selection.addresses import address
from api.pages.shell import Crumb, PageShell, Shell, page_router, redirect, shell_of
from api.pages.submitting import SentOnce, Submitting
from api.routes import accounts as api_accounts
from api.settings import Settings
from features.municipalities import prefecture_names

__all__ = ["router"]

router = page_router()
_SHOWN: Final = 100


class LinkForm(FormModel):
    """Whether the second factor goes too."""

    without_second_factor: bool = False


class LeavingForm(FormModel):
    """That whoever pressed the button meant it."""

    sure: Literal["yes"]


def _list_crumb(shell: PageShell) -> Crumb:
    return Crumb(shell.words("accounts.nav"), "/accounts")


def invitation_page(request: Request, form: FormState, status: int) -> Response:
    """Where somebody is invited, with what was typed."""
    shell, settings = shell_of(request), _settings(request)
    return shell.page(
        "oversight/invitation.html.j2",
        status=status,
        crumbs=[_list_crumb(shell), Crumb(shell.words("accounts.invite"))],
        form=form,
        roles=ROLES,
        prefectures=sorted(prefecture_names().items()),
        issuers=[one.issuer for one in settings.organisations],
        days=LASTS["invitation"].days,
    )


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _account_page(shell: PageShell, one: AccountAnswer, form: FormState, status: int) -> Response:
    return shell.page(
        "oversight/account.html.j2",
        status=status,
        crumbs=[_list_crumb(shell), Crumb(one.display_name or shell.words("accounts.erased"))],
        form=form,
        one=one,
        prefectures=prefecture_names(),
        may_change=shell.may_open("/accounts/new"),
        hours=round(LASTS["reset"].total_seconds() / 3600),
    )


def account_page(request: Request, form: FormState, status: int) -> Response:
    """One account as it is now, with what went wrong."""
    require_permission(request)
    with reading_again(request) as (session, trail):
        one = api_accounts.account(session=session, audit=trail, account_id=request.path_params["account_id"])
    return _account_page(shell_of(request), one, form, status)


def _link_page(request: Request, account_id: str, name: str, token: str, *, is_new: bool) -> Response:
    """The link, once: it stands in no address, and nothing keeps the answer."""
    shell = shell_of(request)
    last = LASTS["invitation"] if is_new else LASTS["reset"]
    answer = shell.page(
        "oversight/account_link.html.j2",
        crumbs=[_list_crumb(shell), Crumb(shell.words("accounts.link"))],
        account=address("accounts", account_id),
        name=name,
        link=f"{str(request.base_url).rstrip('/')}{address('password', token=token)}",
        hours=round(last.total_seconds() / 3600),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.get("/accounts")
def accounts(
    shell: Shell, session: Reading, audit: Audit, offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0
) -> Response:
    """Accounts by sign-in name."""
    found = api_accounts.accounts(session=session, audit=audit, limit=_SHOWN, offset=offset)
    last = last_page(offset, total=found.total, limit=_SHOWN)
    if last is not None:
        return redirect(address("accounts", offset=last))
    return shell.page(
        "oversight/accounts.html.j2",
        crumbs=[Crumb(shell.words("accounts.nav"))],
        found=found,
        prefectures=prefecture_names(),
        may_change=shell.may_open("/accounts/new"),
    )


@router.get("/accounts/new")
def invitation(request: Request, _audit: Audit) -> Response:
    """Where somebody is invited."""
    return invitation_page(request, FormState(), 200)


@router.post("/accounts")
def invite(
    *,
    request: Request,
    sent: Annotated[InvitationForm, Depends(sent_as(InvitationForm, drawn=invitation_page))],
    asked: SentOnce,
    session: Writing,
    audit: Audit,
    now: Now,
) -> Response:
    """Invite a person, and show the link once.

    It is no redirect, because the link may stand in no address, and for the same reason it is not kept: who presses the
    button twice sees the same page with a new link, and the first one ends unseen.
    """
    new = invitation_of(sent)
    earlier = session.get(KeptAnswerRow, asked.key_digest)
    invited = None if earlier is None else invited_before(session, earlier, asked)
    if invited is not None:
        link = LinkRequest(without_second_factor=False)
        renewed = api_accounts.add_link(session=session, audit=audit, now=now, account_id=invited.id, sent=link)
        return _link_page(request, invited.id, invited.display_name, renewed.token, is_new=True)
    verify_name_free(session, new.sign_in_name)
    made = api_accounts.add_account(session=session, audit=audit, now=now, new=new)
    if earlier is None:
        keep_answer(session, asked, redirect(address("accounts", made.account_id)), now=now)
    return _link_page(request, made.account_id, made.display_name, made.token, is_new=True)


@router.get("/accounts/{account_id}")
def one_account(shell: Shell, session: Reading, audit: Audit, account_id: Id) -> Response:
    """One account."""
    one = api_accounts.account(session=session, audit=audit, account_id=account_id)
    return _account_page(shell, one, FormState(), 200)


@router.post("/accounts/{account_id}/link")
def renew_link(
    *,
    request: Request,
    sent: Annotated[LinkForm, Depends(sent_as(LinkForm, drawn=account_page))],
    session: Writing,
    audit: Audit,
    now: Now,
    account_id: Id,
) -> Response:
    """A new link, shown once; the earlier one ends."""
    asked = LinkRequest(without_second_factor=sent.without_second_factor)
    made = api_accounts.add_link(session=session, audit=audit, now=now, account_id=account_id, sent=asked)
    one = api_accounts.account(session=session, audit=audit, account_id=account_id)
    return _link_page(request, account_id, one.display_name, made.token, is_new=one.state == "invited")


@router.post("/accounts/{account_id}/disabling")
def disable(
    *,
    _sent: Annotated[LeavingForm, Depends(sent_as(LeavingForm, drawn=account_page))],
    session: Submitting,
    audit: Audit,
    now: Now,
    account_id: Id,
) -> Response:
    """Let somebody who has left in no more."""
    verify_may_leave(session, account_id)
    api_accounts.disable_account(session=session, audit=audit, now=now, account_id=account_id)
    return redirect("/accounts", done="account_disabled")
