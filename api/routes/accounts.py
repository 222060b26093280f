"""``/accounts``: who may sign in; for administrators, and to read for auditors."""

from __future__ import annotations

from api.accounts.account_records import NewAccount, account_page, disable, invite, read_account, renew_link
from api.accounts.answers import account_answer, invitation_answer
from api.accounts.audit_uses import account_use
from api.accounts.schemas import AccountAnswer, AccountPage, InvitationAnswer, LinkAnswer, LinkRequest
from api.http.dependencies import Audit, Id, Limit, Offset, Reading, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses

__all__ = ["router"]

router = api_router("/accounts")


@router.get("", summary="アカウントの一覧", responses=problem_responses(401, 403))
def accounts(session: Reading, audit: Audit, limit: Limit = 100, offset: Offset = 0) -> AccountPage:
    """Accounts by sign-in name."""
    rows, total = account_page(session, limit=limit, offset=offset)
    audit.note(account_use("read", [row.id for row in rows]))
    return AccountPage(accounts=[account_answer(row) for row in rows], total=total, limit=limit, offset=offset)


@router.post("", status_code=201, summary="アカウントへの招待", responses=problem_responses(400, 401, 403, 413))
def add_account(session: Writing, audit: Audit, now: Now, new: NewAccount) -> InvitationAnswer:
    """Invite a person; the answer has the link, once. Nobody can sign in before the person has used it."""
    account, token = invite(session, new, now=now)
    audit.note(account_use("created", [account.id]))
    return invitation_answer(account, token)


@router.get("/{account_id}", summary="アカウント", responses=problem_responses(401, 403, 404))
def account(session: Reading, audit: Audit, account_id: Id) -> AccountAnswer:
    """One account."""
    found = read_account(session, account_id)
    audit.note(account_use("read", [found.id]))
    return account_answer(found)


@router.delete(
    "/{account_id}",
    status_code=204,
    summary="退職・異動した人の停止",
    responses=problem_responses(401, 403, 404),
)
def disable_account(session: Writing, audit: Audit, now: Now, account_id: Id) -> None:
    """Disable an account: sessions, tokens and links end at once; the row stays, because records name it."""
    disable(session, account_id, now=now)
    audit.note(account_use("changed", [account_id]))


@router.post(
    "/{account_id}/link",
    status_code=201,
    summary="招待・パスワード再設定のリンクを作り直す",
    responses=problem_responses(400, 401, 403, 404, 413),
)
def add_link(session: Writing, audit: Audit, now: Now, account_id: Id, sent: LinkRequest) -> LinkAnswer:
    """A new link; the earlier one ends. What the account has stays as it is until the link is used."""
    token = renew_link(session, account_id, without_second_factor=sent.without_second_factor, now=now)
    audit.note(account_use("changed", [account_id]))
    return LinkAnswer(token=token)
