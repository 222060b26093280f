"""``enmusubi database``: which schema the database has, and the way to that of this version or back."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.options import AsJson, print_json
from api.commands.service_settings import opened_database, service_settings

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="データベースの版を調べ、この版に合わせ、または戻します。")


def _current(as_json: AsJson = False) -> None:
    from api.storage.schema_revision import head_revision, schema_revision

    with opened_database(service_settings(), of_any_version=True) as engine:
        found, wanted = schema_revision(engine), head_revision()
    if as_json:
        print_json({"revision": found, "expected": wanted})
        return
    typer.echo(f"データベースの版 {found or 'なし'}　この版が使う版 {wanted}")


def _upgrade(as_json: AsJson = False) -> None:
    from api.storage.schema_revision import migrate, schema_revision

    with opened_database(service_settings(), of_any_version=True, may_be_new=True) as engine:
        before = schema_revision(engine)
        migrate(engine)
        after = schema_revision(engine)
    if as_json:
        print_json({"before": before, "after": after})
        return
    typer.echo(f"データベースの版 {before or 'なし'} → {after}")


def _downgrade(
    revision: Annotated[str, typer.Argument(help="An earlier revision; base for an empty database.")],
    yes: Annotated[bool, typer.Option("--yes", help="Lose what the earlier schema cannot hold.")] = False,
    as_json: AsJson = False,
) -> None:
    from api.storage.schema_changes import downgrade
    from api.storage.schema_revision import schema_revision

    if not yes:
        raise typer.BadParameter(
            f"revision {revision} cannot hold all that is stored, and base holds nothing; back up, then say --yes"
        )
    with opened_database(service_settings(), of_any_version=True) as engine:
        before = schema_revision(engine)
        downgrade(engine, revision)
        after = schema_revision(engine)
    if as_json:
        print_json({"before": before, "after": after})
        return
    typer.echo(f"データベースの版 {before or 'なし'} → {after or 'なし'}")


for _name, _command, _help in (
    ("current", _current, "データベースの版と、この版のenmusubiが使う版。"),
    ("upgrade", _upgrade, "データベースを、入っている記録ごと、この版に合わせます（起動時にも行います）。"),
    ("downgrade", _downgrade, "データベースを前の版に戻します。入りきらないものは失われます。"),
):
    app.command(name=_name, help=_help)(_command)
