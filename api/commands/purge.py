"""``enmusubi purge``: take away what is past its term, with a certificate; ``--dry-run`` only tells what would go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import AsJson, On, date_of, people_console, print_json
from api.commands.service_settings import opened_database, service_settings

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Engine

    from api.audit.entry import Removed
    from api.retention.due import Due, PurgeClass
    from api.retention.purging import Purged
    from api.retention.rules import ClassName, RetentionRule
    from api.settings import Settings

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(name="purge", help="保存期間を過ぎたものを区分ごとに消去し、証明を残します。")(_purge)


def _purge(
    on: On = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would go.")] = False,
    certificate: Annotated[
        int | None, typer.Option("--certificate", metavar="NUMBER", help="Print a certificate; nothing is purged.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    settings = service_settings()
    with opened_database(settings) as engine:
        if certificate is not None:
            _print_certificate(engine, certificate, as_json=as_json)
            return
        day = settings.day() if on is None else date_of(on)
        if dry_run:
            _print_due(engine, settings, day, as_json=as_json)
            return
        _verify_not_later(day)
        _print_purged(*_purged(engine, settings, day), as_json=as_json)


def _purged(engine: Engine, settings: Settings, day: date) -> tuple[list[Purged], Removed | None]:
    from api.audit.entry import LOCAL
    from api.audit.errors import AuditError
    from api.audit.moments import years_before
    from api.audit.purging import purge as purge_log
    from api.clock import present
    from api.retention.purging import purge
    from api.retention.rules import retention_rules

    rules, key = retention_rules(settings.retention_file), settings.audit_secret()
    done = purge(engine, rules, on=day, actor=LOCAL, now=present(), key=key)
    try:
        return done, purge_log(engine, before=years_before(day, settings.audit_years), actor=LOCAL, key=key)
    except AuditError as error:
        raise typer.BadParameter(str(error)) from None


def _verify_not_later(day: date) -> None:
    from api.settings import JAPAN

    today = datetime.now(JAPAN).date()
    if day > today:
        raise typer.BadParameter(f"--on is {day}, expected a day up to today, {today}; --dry-run takes a later one")


def _print_due(engine: Engine, settings: Settings, day: date, *, as_json: bool) -> None:
    from api.retention.purging import due_on
    from api.retention.rules import retention_rules

    rules = retention_rules(settings.retention_file)
    due = due_on(engine, rules, on=day)
    if as_json:
        print_json({"on": day.isoformat(), "due": {name: _told(one) for name, one in due.items()}})
        return
    console = people_console()
    console.print(f"{day}に消去の期限を過ぎているもの（まだ何も消していません）", markup=False)
    for name, one in due.items():
        console.print(f"　{_label(name, rules)}　{len(one.ids):,}件", markup=False)
        if one.kept:
            console.print(f"　　差止めにより残すもの　{len(one.kept):,}件", markup=False)


def _told(due: Due) -> dict[str, object]:
    """Ids of sign-ins are digests, which say nothing to anybody."""
    ids = [] if due.kind == "account" else list(due.ids)
    return {"kind": due.kind, "count": len(due.ids), "ids": ids, "held": list(due.kept)}


def _label(name: PurgeClass, rules: Mapping[ClassName, RetentionRule]) -> str:
    return "消去の求めで、残す期限が過ぎたもの" if name == "asked" else rules[name].label


def _print_purged(done: list[Purged], removed: Removed | None, *, as_json: bool) -> None:
    if as_json:
        certificates = [
            {"number": one.number, "digest": one.digest, "certificate": json.loads(one.body)} for one in done
        ]
        print_json({"certificates": certificates, "log": None if removed is None else removed.model_dump()})
        return
    if not done and removed is None:
        typer.echo("期限を過ぎたものはありません。")
    for one in done:
        typer.echo(f"第{one.number}号　{json.loads(one.body)['label']}　{one.count:,}件を消去しました。")
    if removed is not None:
        typer.echo(f"監査記録 {removed.first}〜{removed.last} 番を消去しました（{removed.hash}）。")


def _print_certificate(engine: Engine, number: int, *, as_json: bool) -> None:
    from api.http.errors import ApiError
    from api.retention.certificates import certificate_text, read_certificate
    from api.storage.database import reading

    try:
        with reading(engine) as session:
            row = read_certificate(session, number)
    except ApiError as error:
        raise typer.BadParameter(f"--certificate: {error.detail}") from None
    if as_json:
        print_json({"number": row.number, "digest": row.digest, "certificate": json.loads(row.body)})
        return
    typer.echo(certificate_text(row), nl=False)
