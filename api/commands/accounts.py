"""``enmusubi accounts``: who may sign in — for whoever may use the database of this machine."""

from __future__ import annotations

import signal
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Final

import typer

from api.commands.options import AsJson, people_console, print_json
from api.commands.service_settings import opened_database, service_settings

if TYPE_CHECKING:
    from sqlmodel import Session

    from api.accounts.account_records import NewAccount
    from api.accounts.tables import AccountRow
    from api.audit.vocabulary import Action

__all__ = ["app"]

_BELONGS: Final[Mapping[str, tuple[str, str]]] = {
    "applicant": ("applicant_id", "--applicant NUMBER, of the person's record; it may be new, to be filled in later"),
    "coordinator": ("municipality_code", "--municipality CODE, five digits"),
    "supporter": ("prefecture_code", "--prefecture CODE, 01 to 47"),
}
app = typer.Typer(no_args_is_help=True, help="アカウント（だれがサインインできるか）を作り、一覧し、止めます。")
_Name = Annotated[str, typer.Argument(help="Sign-in name: an address or a staff number.")]
_Display = Annotated[str | None, typer.Option("--display-name", help="Name to show (the sign-in name).")]


def _first_administrator(
    sign_in_name: _Name,
    display_name: _Display = None,
    ask: Annotated[bool, typer.Option("--ask", help="Ask for the password here instead of giving a link.")] = False,
    as_json: AsJson = False,
) -> None:
    from api.accounts.account_records import first_administrator
    from api.clock import present

    _migrate()
    with _changing("created") as (session, changed):
        new = _new_account(sign_in_name=sign_in_name, display_name=display_name or sign_in_name, role="administrator")
        account, token = first_administrator(session, new, now=present())
        if ask:
            _accept(session, token)
        changed.append(account.id)
        told = _told(account)
    _print_link(told, None if ask else token, as_json=as_json)


def _invite(
    *,
    sign_in_name: _Name,
    role: Annotated[str, typer.Option(help="applicant, coordinator, supporter, researcher, auditor, administrator.")],
    display_name: _Display = None,
    municipality: Annotated[str | None, typer.Option(help="A coordinator's municipality code.")] = None,
    prefecture: Annotated[str | None, typer.Option(help="A supporter's prefecture code, 01 to 47.")] = None,
    applicant: Annotated[str | None, typer.Option(help="The number of an applicant's record; it may be new.")] = None,
    issuer: Annotated[str | None, typer.Option(help="The organisation where the person signs in.")] = None,
    subject: Annotated[str | None, typer.Option(help="The person's id there, where it is known.")] = None,
    as_json: AsJson = False,
) -> None:
    from api.accounts.account_records import invite
    from api.accounts.errors import AccountError
    from api.clock import present

    given = {
        "municipality_code": municipality,
        "prefecture_code": prefecture,
        "applicant_id": applicant,
        "issuer": issuer,
        "subject": subject,
    }
    needed, option = _BELONGS.get(role, ("", ""))
    if needed and given[needed] is None:
        raise AccountError(f"--role {role} needs {option}")
    new = _new_account(sign_in_name=sign_in_name, display_name=display_name or sign_in_name, role=role, **given)
    with _changing("created") as (session, changed):
        account, token = invite(session, new, now=present())
        changed.append(account.id)
        told = _told(account)
    _print_link(told, token, as_json=as_json)


def _accept_link(token: Annotated[str, typer.Argument(help="Token of an invitation or a reset.")]) -> None:
    with _changing("changed") as (session, changed):
        changed.append(_accept(session, token))
    typer.echo("パスワードを設定しました。")


def _list(as_json: AsJson = False) -> None:
    from rich.table import Table

    from api.accounts.account_records import account_page
    from api.accounts.roles import ROLES_JA
    from api.storage.database import reading

    with opened_database(service_settings()) as engine, reading(engine) as session:
        rows, _ = account_page(session, limit=100_000, offset=0)
        accounts = [_told(row) for row in rows]
    if as_json:
        print_json({"accounts": accounts})
        return
    table = Table(show_edge=False)
    for heading in ("サインイン名", "表示名", "役割", "範囲", "状態"):
        table.add_column(heading, overflow="fold")
    words = {"invited": "招待中", "active": "有効", "disabled": "停止"} | {
        str(role): word for role, word in ROLES_JA.items()
    }
    for one in accounts:
        of = one["municipality_code"] or one["prefecture_code"] or one["applicant_id"] or "—"
        table.add_row(
            str(one["sign_in_name"]), str(one["display_name"]), words[str(one["role"])], of, words[str(one["state"])]
        )
    people_console().print(table)


def _disable(sign_in_name: _Name) -> None:
    from api.accounts.account_records import disable, read_account_named
    from api.clock import present

    with _changing("changed") as (session, changed):
        account_id = read_account_named(session, sign_in_name).id
        disable(session, account_id, now=present())
        changed.append(account_id)
    typer.echo(f"{sign_in_name} を停止しました。セッションとトークンも終わりました。")


def _reset(
    sign_in_name: _Name,
    without_second_factor: Annotated[
        bool, typer.Option("--without-second-factor", help="The telephone is lost: its codes go too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    from api.accounts.account_records import read_account_named, renew_link
    from api.clock import present

    with _changing("changed") as (session, changed):
        account = read_account_named(session, sign_in_name)
        token = renew_link(session, account.id, without_second_factor=without_second_factor, now=present())
        changed.append(account.id)
        told = _told(account)
    _print_link(told, token, as_json=as_json)


def _migrate() -> None:
    """The first administrator may be made before the service has ever run."""
    from api.storage.database import database_engine
    from api.storage.schema_revision import migrate

    engine = database_engine(service_settings().database_url)
    try:
        migrate(engine)
    finally:
        engine.dispose()


@contextmanager
def _changing(action: Action) -> Generator[tuple[Session, list[str]]]:
    """A writing session, and the list of accounts that were changed, for the audit log."""
    from api.accounts.audit_uses import account_use
    from api.accounts.errors import AccountError
    from api.audit.entry import LOCAL
    from api.audit.trail import append
    from api.http.errors import ApiError
    from api.storage.database import writing

    settings, changed = service_settings(), list[str]()
    try:
        with opened_database(settings) as engine, writing(engine) as session:
            yield session, changed
            append(session, account_use(action, changed), actor=LOCAL, key=settings.audit_secret())
    except ApiError as error:
        raise AccountError(error.detail) from None


def _new_account(**given: str | None) -> NewAccount:
    from pydantic import ValidationError

    from api.accounts.account_records import NewAccount
    from api.accounts.errors import AccountError
    from features.json_files.record_files import explain_error

    try:
        return NewAccount.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise AccountError(explain_error(error, NewAccount)) from None


def _accept(session: Session, token: str) -> str:
    from api.accounts.account_records import accept_link
    from api.accounts.passwords import Passwords
    from api.clock import present

    if sys.platform != "win32":
        # polars has its handler of Ctrl+C read on, so that nothing would be heard before the next Enter
        signal.siginterrupt(signal.SIGINT, True)
    password: str = typer.prompt("パスワード", hide_input=True, confirmation_prompt="もう一度")
    return accept_link(session, Passwords(), token, password, now=present()).id


def _told(account: AccountRow) -> dict[str, str | None]:
    shown = ("sign_in_name", "display_name", "role", "state", "municipality_code", "prefecture_code", "applicant_id")
    return {"account_id": account.id, **{name: getattr(account, name) for name in shown}}


def _print_link(told: dict[str, str | None], token: str | None, *, as_json: bool) -> None:
    if as_json:
        print_json(told if token is None else {**told, "token": token})
        return
    from api.operation.page_address import page_address

    console = people_console()
    console.print(f"{told['sign_in_name']} のアカウントを用意しました。", markup=False)
    if token is not None:
        page = page_address(service_settings())
        where = "このサービスの /password" if page is None else f"{page}/password"
        console.print(
            f"本人は {where} を開き、「リンクのコード」に次の文字列を入れて、パスワードを決めます。", markup=False
        )
        console.print("文字列は一度だけ表示されます。本人にだけ渡してください。", markup=False)
        typer.echo(token)


for _word, _command, _help in (
    ("first-administrator", _first_administrator, "最初の管理者を作ります。"),
    ("invite", _invite, "人を招待します。"),
    ("accept", _accept_link, "招待・再設定の文字列で、このPC上でパスワードを決めます。"),
    ("list", _list, "アカウントの一覧。"),
    ("disable", _disable, "退職・異動した人を止めます。"),
    ("reset", _reset, "パスワード再設定の文字列を作ります。"),
):
    app.command(name=_word, help=_help)(_command)
