"""``enmusubi backup`` and ``enmusubi restore``: everything the database holds, into one file and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import AsJson, print_json
from api.commands.service_settings import opened_database, service_settings

if TYPE_CHECKING:
    from api.backup.archive import Manifest

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add both commands to ``app``."""
    app.command(name="backup", help="データベースのすべてを一つのファイルに控え、読み返して確かめます。")(_backup)
    app.command(name="restore", help="控えのファイルをデータベースに戻します（全部か、何もしないか）。")(_restore)


def _backup(
    file: Annotated[Path, typer.Argument(help="A new file, such as enmusubi-2026-11-26.backup.")],
    as_json: AsJson = False,
) -> None:
    from api.backup.saving import save

    settings = service_settings()
    with opened_database(settings) as engine:
        manifest = save(engine, file, key=settings.audit_secret())
    _print(manifest, file, "に控え、読み返して確かめました。", as_json=as_json)


def _restore(
    file: Annotated[Path, typer.Argument(help="A file that enmusubi backup wrote, of this version or an older one.")],
    replace: Annotated[bool, typer.Option("--replace", help="Empty a database that holds something first.")] = False,
    as_json: AsJson = False,
) -> None:
    from api.backup.restoring import restore

    settings = service_settings()
    with opened_database(settings, of_any_version=True, may_be_new=True) as engine:
        manifest = restore(engine, file, replace=replace, key=settings.audit_secret())
    _print(manifest, file, "から戻し、読み返して確かめました。", as_json=as_json)


def _print(manifest: Manifest, file: Path, done: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(file), **manifest.model_dump()})
        return
    rows = {name: table.rows for name, table in manifest.tables.items() if table.rows}
    typer.echo(f"{sum(rows.values()):,} 件を {file} {done}")
    for name, number in rows.items():
        typer.echo(f"  {name} {number:,}")
    typer.echo(f"内容のSHA-256 {manifest.sha256}")
