"""``enmusubi rules``: which rule files there are, what they say, how two years differ, and adding one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import AsJson, people_console, print_json
from features import rules

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="規則（年度ごとの要綱・要件）を一覧・表示・比較・追加します。")


@app.command(name="list", help="規則ファイルの一覧。")
def _list(as_json: AsJson = False) -> None:
    found = rules.list_rulesets()
    if as_json:
        print_json({"rulesets": found})
        return
    for row in found:
        people_console().print("　".join(str(value) for value in row.values()))


@app.command(name="show", help="規則ファイル一つの内容。")
def _show(
    ruleset: Annotated[str, typer.Argument(help="Id such as kyoryokutai/fy2026.")], as_json: AsJson = False
) -> None:
    found = rules.show_ruleset(ruleset)
    if as_json:
        print_json(found)
        return
    people_console().print(found)


@app.command(name="diff", help="二つの規則ファイルの違い。")
def _diff(
    before: Annotated[str, typer.Argument(help="Id of the older file.")],
    after: Annotated[str, typer.Argument(help="Id of the newer file.")],
    as_json: AsJson = False,
) -> None:
    found = rules.diff_rulesets(before, after)
    if as_json:
        print_json(found)
        return
    people_console().print(found)


@app.command(name="add", help="規則ファイル（または地域要件の表）を検査して追加します。")
def _add(path: Annotated[Path, typer.Argument(help="TOML file of the same shape as those that ship.")]) -> None:
    added = rules.add_ruleset(path)
    typer.echo(f"追加しました: {added}")
