"""``enmusubi serve``: the service, with its settings printed and what would expose it refused."""

from __future__ import annotations

import os
from errno import EADDRINUSE
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.service_settings import service_settings, why_unopened
from api.commands.without_sign_in import serve_without_sign_in

if TYPE_CHECKING:
    from api.operation.preparation import Prepared
    from api.settings import Settings

__all__ = ["register"]

_SIGN_IN = "  enmusubi accounts first-administrator サインイン名 --ask"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        name="serve", help="サービスを起動します。設定は環境変数 ENMUSUBI_… で行い、起動時に一覧を表示します。"
    )(_serve)


def _serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on (8000); 0: a free one.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="Processes that answer (1).")] = None,
    unix_socket: Annotated[Path | None, typer.Option(help="Socket file to listen on in place of a port.")] = None,
    sample: Annotated[
        bool | None,
        typer.Option(
            "--sample/--no-sample", help="Fill an empty database with invented people; unasked only without sign-in."
        ),
    ] = None,
) -> None:
    settings = service_settings(host=host, port=port, workers=workers, unix_socket=unix_socket)
    _verify_exposure(settings)
    # invented people never come among real ones unasked
    prepared = _prepared(settings, sample=settings.sign_in == "off" if sample is None else sample)
    _listen(settings, prepared)


def _verify_exposure(settings: Settings) -> None:
    from api.operation.exposure import reason_against

    reason = reason_against(settings)
    if reason is not None:
        raise typer.BadParameter(reason)


def _prepared(settings: Settings, *, sample: bool) -> Prepared:
    from sqlalchemy.exc import SQLAlchemyError

    from api.operation.preparation import prepare
    from api.retention.rules import RetentionError

    try:
        return prepare(settings, sample=sample, fills=_tell_filling)
    except RetentionError as error:
        raise typer.BadParameter(f"ENMUSUBI_RETENTION_FILE: {error}") from None
    except (SQLAlchemyError, ImportError) as error:
        raise typer.BadParameter(why_unopened(settings, error)) from None


def _tell_filling() -> None:
    typer.echo("… データベースが空なので、見本の市場（架空の人）を入れています（数十秒かかることがあります）")


def _listen(settings: Settings, prepared: Prepared) -> None:
    from api.jobs.supervisor import supervised_workers
    from api.operation.logs import configure_logs
    from api.operation.server import address_of, bound, listen

    try:
        found = bound(settings)
    except OSError as error:
        where = settings.unix_socket or f"{settings.host}:{settings.port}"
        way_out = "; --port 0 takes a free one" if error.errno == EADDRINUSE and settings.unix_socket is None else ""
        raise typer.BadParameter(f"{where} cannot be listened on: {os.strerror(error.errno or 0)}{way_out}") from None
    with found:
        _tell(settings, prepared, address_of(found))
        configure_logs(settings.log_format, settings.log_level)
        with supervised_workers(settings):
            listen(settings, found)


def _tell(settings: Settings, prepared: Prepared, address: str) -> None:
    """What an operator wants to see on standard output; standard error is the log's."""
    from api.canonical import code_version
    from api.operation.page_address import page_address
    from api.operation.summary import settings_summary

    typer.echo(f"縁結び {code_version()}")
    for name, value in settings_summary(settings).items():
        typer.echo(f"  {name}: {value}")
    if prepared.is_filled:
        typer.echo("データベースが空だったので、見本の市場（架空の人）を入れました。")
        if settings.sign_in != "off":
            typer.echo(f"見本をサインインなしで見るには、終えてから（Ctrl+C）: {serve_without_sign_in()}")
    if settings.sign_in == "off":
        typer.echo("サインインなしで動いています。このPCの前にいる人は、すべての記録を見て変えられます。")
    elif not prepared.has_accounts:
        typer.echo(f"まだだれもサインインできません。別の画面で最初の管理者を作ってください。\n{_SIGN_IN}")
    page = page_address(settings, address)
    if page is not None:
        typer.echo(f"ブラウザーで開くページ: {page}/")
    typer.echo(f"{address}/api/v1/openapi.json")
