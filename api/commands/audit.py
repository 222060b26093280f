"""``enmusubi audit``: note the end of the log, verify it, hand it to an auditor, and let its oldest entries go."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import AsJson, On, date_of, people_console, print_json
from api.commands.service_settings import opened_database, service_settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.audit.chain import Head
    from api.audit.verification import Verified
    from api.settings import Settings

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="監査記録（だれが、いつ、何を、なぜ）を確かめ、書き出します。")


def _head(as_json: AsJson = False) -> None:
    with _log() as (engine, settings):
        head = _note_reading(engine, settings, entries=0)
    if as_json:
        print_json({"head": str(head)})
        return
    typer.echo(str(head))


def _verify(
    expect: Annotated[
        str | None,
        typer.Option("--expect", metavar="NUMBER:HASH", help="A head noted earlier; it must still be there."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    from api.audit.chain import head_of
    from api.audit.verification import verify

    with _log() as (engine, settings):
        expected = None if expect is None else head_of(expect)
        verified = verify(engine, key=settings.audit_secret(), expected=expected)
        _note_reading(engine, settings, entries=verified.entries, head=verified.head)
    if as_json:
        print_json(_told(verified))
    else:
        _print(verified)
    return 0 if verified.finding is None else 1


def _export(
    from_day: Annotated[str, typer.Option("--from", metavar="DATE", help="First day (Japan), YYYY-MM-DD.")],
    to_day: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day (Japan), YYYY-MM-DD.")],
    out: Annotated[Path, typer.Option("--out", help="A new folder for the lines, the table and the manifest.")],
    as_json: AsJson = False,
) -> None:
    from api.audit.entry import LOCAL
    from api.audit.exporting import export

    with _log() as (engine, settings):
        days = {"from_day": _day("--from", from_day), "to_day": _day("--to", to_day)}
        manifest = export(engine, out, **days, actor=LOCAL, key=settings.audit_secret())
    if as_json:
        print_json(manifest)
        return
    typer.echo(f"{out}: 監査記録 {manifest['entries']:,} 件")
    if not manifest["log"]["holds"]:
        typer.echo("※ 監査記録に、書かれたときのままでない箇所があります（manifest.json の first_bad）。")


def _purge(on: On = None, as_json: AsJson = False) -> None:
    from api.audit.entry import LOCAL
    from api.audit.moments import years_before
    from api.audit.purging import purge
    from api.settings import JAPAN

    with _log() as (engine, settings):
        day, today = settings.day() if on is None else date_of(on), datetime.now(JAPAN).date()
        if day > today:
            raise typer.BadParameter(f"--on is {day}, expected a day up to today, {today}")
        before = years_before(day, settings.audit_years)
        removed = purge(engine, before=before, actor=LOCAL, key=settings.audit_secret())
    if as_json:
        print_json({"before": before.isoformat(), "removed": None if removed is None else removed.model_dump()})
    elif removed is None:
        typer.echo(f"{before} より前の監査記録はありません。")
    else:
        typer.echo(f"{before} より前の監査記録 {removed.first}〜{removed.last} 番を消去しました。")
        typer.echo(f"消去した最後の記録のハッシュ {removed.hash}")


@contextmanager
def _log() -> Generator[tuple[Engine, Settings]]:
    from api.audit.errors import AuditError

    settings = service_settings()
    try:
        with opened_database(settings) as engine:
            yield engine, settings
    except AuditError as error:
        raise typer.BadParameter(str(error)) from None


def _note_reading(engine: Engine, settings: Settings, *, entries: int, head: Head | None = None) -> Head:
    """Whoever reads the log is on it too."""
    from api.audit.entry import LOCAL, Subject, Use
    from api.audit.trail import append
    from api.storage.database import writing

    read = {} if head is None else {"head": head.hash}
    use = Use(action="read", purpose="audit", on=(Subject(kind="audit", count=entries),), outputs=read)
    with writing(engine) as session:
        return append(session, use, actor=LOCAL, key=settings.audit_secret())


def _told(verified: Verified) -> dict[str, object]:
    found = verified.finding
    return {
        "holds": found is None,
        "entries": verified.entries,
        "begins_after": verified.begins_after,
        "head": str(verified.head),
        "first_bad": None if found is None else {"sequence": found.sequence, "reason": found.reason},
    }


def _print(verified: Verified) -> None:
    console = people_console()
    if verified.finding is None:
        console.print(f"監査記録 {verified.entries:,} 件は、書かれたときのままです。", markup=False)
    else:
        console.print(f"監査記録の {verified.finding.sequence} 番が、書かれたときのままではありません。", markup=False)
        console.print(f"　{verified.finding.reason}", markup=False)
    if verified.begins_after:
        console.print(f"　※ {verified.begins_after} 番までは、保存期間が過ぎて消去済みです。", markup=False)
    console.print(f"末尾　{verified.head}", markup=False)


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{option} is {text}, expected a date such as 2026-11-23") from None


for _name, _command, _help in (
    ("head", _head, "監査記録の末尾（番号とハッシュ）。別の場所に控えておくと、末尾の切り取りにも気づけます。"),
    ("verify", _verify, "監査記録が書かれたときのままかを確かめます。"),
    ("export", _export, "監査する人に渡すために、期間を決めて書き出します。"),
    ("purge", _purge, "保存期間（3年）を過ぎた監査記録を消去し、消去したことを記録します。"),
):
    app.command(name=_name, help=_help)(_command)
