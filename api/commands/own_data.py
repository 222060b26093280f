"""``enmusubi own-data``: everything stored about one person, to hand out when that person asks on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import AsJson
from api.commands.service_settings import opened_database, service_settings

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(name="own-data", help="本人の求めに応じて、その人について保存している内容をすべて書き出します。")(
        _own_data
    )


def _own_data(
    applicant: Annotated[str, typer.Argument(help="The applicant's id, after the person's identity was verified.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="A new file, its owner's alone: HTML, or JSON with --json.")],
    as_json: AsJson = False,
) -> None:
    from api.audit.entry import LOCAL
    from api.audit.trail import append
    from api.clock import present
    from api.files import whole_file
    from api.http.errors import ApiError
    from api.own_data.audit_uses import rights_used
    from api.own_data.collecting import own_data
    from api.own_data.page import own_data_page
    from api.retention.rules import retention_rules
    from api.storage.database import reading, writing

    settings = service_settings()
    rules = retention_rules(settings.retention_file)
    with opened_database(settings) as engine, whole_file(out) as partial:
        try:
            with reading(engine) as session:
                found = own_data(session, applicant, rules, on=settings.day(), now=present())
        except ApiError as error:
            raise typer.BadParameter(error.detail) from None
        partial.write_text(found.model_dump_json(indent=1) if as_json else own_data_page(found), encoding="utf-8")
        with writing(engine) as session:  # nobody has the file before it is on record
            append(session, rights_used("exported", applicant), actor=LOCAL, key=settings.audit_secret())
    typer.echo(f"{out} に書き出しました。本人にだけ渡し、渡したら消してください。")
