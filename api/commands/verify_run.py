"""``enmusubi verify-run``: compute a stored run again and compare it byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import AsJson, print_json
from api.commands.service_settings import opened_database, service_settings

if TYPE_CHECKING:
    from api.runs.verification.verifying import RunVerification

__all__ = ["register"]

_STATUS = {"same": 0, "differs": 1, "incomplete": 2}
_SAME = "同じ結果になりました（保存されたものと一字一句同じです）。"
_SAME_BY_ANOTHER = "同じ結果になりました（計算したenmusubiの版だけが違います）。"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        name="verify-run", help="保存された計算を、そのときの記録・重み・規則からやり直し、同じ結果になるか確かめます。"
    )(_verify_run)


def _verify_run(
    run_id: Annotated[str, typer.Argument(metavar="ID", help="The run's id, as GET /api/v1/runs lists it.")],
    as_json: AsJson = False,
) -> int:
    from api.audit.entry import LOCAL
    from api.audit.trail import append
    from api.http.errors import UnknownIdError
    from api.runs.verification.verifying import verify_run
    from api.runs.verification_job import run_verified
    from api.storage.database import writing

    settings = service_settings()
    with opened_database(settings) as engine:
        try:
            found = verify_run(engine, run_id)
        except UnknownIdError as error:
            raise typer.BadParameter(error.detail) from None
        with writing(engine) as session:
            append(session, run_verified(run_id), actor=LOCAL, key=settings.audit_secret())
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        _print(found)
    if found.outcome == "incomplete":
        typer.echo(f"enmusubi: run {run_id} cannot be computed again: {found.reason}", err=True)
    return _STATUS[found.outcome]


def _print(found: RunVerification) -> None:
    if found.outcome == "same":
        typer.echo(_SAME if found.same_code else _SAME_BY_ANOTHER)
    elif found.outcome == "differs":
        typer.echo(f"違う結果になりました。最初の違い: {found.first_difference}")
        typer.echo(f"  保存 {found.digest}\n  今回 {found.computed_digest or 'なし'}")
        for name in sorted(found.stored_versions.keys() | found.present_versions.keys()):
            stored, present = found.stored_versions.get(name), found.present_versions.get(name)
            if stored != present:
                typer.echo(f"  {name}: 保存 {stored}　今回 {present}")
    else:
        typer.echo("計算をやり直せません。保存された結果だけで確かめられることは、次のとおりです。")
    for check in found.checks:
        typer.echo(f"  {'✓' if check.holds else '✗'} {check.words}")
