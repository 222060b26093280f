"""``enmusubi rules``: which rule files there are, what they say, how two years differ, and adding one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.table import Table

from api.commands.options import AsJson, people_console, print_json
from features import rules

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="規則（年度ごとの要綱・要件）を一覧・表示・比較・追加します。")
_Named = Mapping[str, object]


def _list(as_json: AsJson = False) -> None:
    found = rules.list_rulesets()
    if as_json:
        print_json({"rulesets": found})
        return
    table = _table("id", "名称", "適用開始", "適用終了", "規則", "由来")
    for row in found:
        origin = "同梱" if row["origin"] == "shipped" else "追加"
        table.add_row(*_cells(row, "id", "title", "valid_from", "valid_to", "rules"), origin)
    people_console().print(table)


def _show(
    ruleset: Annotated[str, typer.Argument(help="Id such as kyoryokutai/fy2026.")], as_json: AsJson = False
) -> None:
    found = rules.show_ruleset(ruleset)
    if as_json:
        print_json(found)
        return
    console = people_console()
    console.print(f"{found['title']}　{found['valid_from']} 〜 {found.get('valid_to') or ''}", markup=False)
    table = _table("規則・金額", "見出し", "種別", "根拠", "確からしさ")
    rows = [*cast("list[_Named]", found["rule"]), *cast("list[_Named]", found.get("amount", []))]
    for row in rows:
        source = cast("Mapping[str, str]", row["source"])
        kind = str(row.get("kind", "金額"))
        told = " ".join(source.values())
        table.add_row(str(row["id"]), str(row["label"]), kind, told, str(row["confidence"]))
    console.print(table)


def _diff(
    before: Annotated[str, typer.Argument(help="Id of the older file.")],
    after: Annotated[str, typer.Argument(help="Id of the newer file.")],
    as_json: AsJson = False,
) -> None:
    found = rules.diff_rulesets(before, after)
    if as_json:
        print_json(found)
        return
    table = _table("場所", "項目", before, after)
    for line in cast("list[_Named]", found["changes"]):
        table.add_row(str(line["place"]), str(line["label"]), _shown(line["before"]), _shown(line["after"]))
    people_console().print(table)


def _add(
    path: Annotated[Path, typer.Argument(help="TOML file of the same shape as those that ship.")],
    as_json: AsJson = False,
) -> None:
    added = rules.add_ruleset(path)
    if as_json:
        print_json({"added": added})
        return
    typer.echo(f"追加しました: {added}")


def _table(*headings: str) -> Table:
    table = Table(show_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _cells(row: _Named, *names: str) -> list[str]:
    return [_shown(row[name]) for name in names]


def _shown(value: object) -> str:
    if value is None:
        return "—"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


for _name, _command, _help in (
    ("list", _list, "規則ファイルの一覧。"),
    ("show", _show, "規則ファイル一つの内容。"),
    ("diff", _diff, "二つの規則ファイルの違い。"),
    ("add", _add, "規則ファイル（または地域要件の表）を検査して追加します。"),
):
    app.command(name=_name, help=_help)(_command)
