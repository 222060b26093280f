"""``enmusubi reproduce``: the tables of the literature, published and computed anew, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias, cast

import typer
from rich.console import Console
from rich.table import Table

from api.canonical import code_version
from api.commands.options import AsJson, one_of, people_console, print_json, tracked

if TYPE_CHECKING:
    from features.published import Column, Figure, PublishedTable, Row, TableName

__all__ = ["register"]

TableChoice: TypeAlias = Literal["www22", "recsys24", "golden", "all"]

AIMS_JA: Final = {"equal": "一致", "near": "誤差内", "reach": "公表値以上"}


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(name="reproduce", help="論文の表を計算し直し、公表値と並べて示します。")(_reproduce)


def _reproduce(
    table: Annotated[str, typer.Option(metavar="www22|recsys24|golden|all", help="Which table.")] = "all",
    runs: Annotated[
        int, typer.Option(min=0, help="Simulated markets beside each exact expectation of www22; 0 for none.")
    ] = 500,
    as_json: AsJson = False,
) -> None:
    from features.published import published_tables, steps

    one_of("--table", table, TableChoice)
    names = tuple(published_tables()) if table == "all" else (cast("TableName", table),)
    found: dict[TableName, list[Row]] = {name: [] for name in names}
    for step in tracked(steps(names), "論文の表の再計算"):
        found[step.table].append(step.run(runs=runs))
    if as_json:
        print_json(_body(found, runs))
        return
    for name, rows in found.items():
        _print(people_console(), published_tables()[name], rows)


def _body(found: Mapping[TableName, Sequence[Row]], runs: int) -> dict[str, object]:
    from features.published import SEED, published_tables

    tables = [_table_body(name, published_tables()[name], rows) for name, rows in found.items()]
    provenance = {"operation": "reproduce", "options": {"runs": runs}, "seed": SEED, "code_version": code_version()}
    return {"tables": tables, "provenance": provenance}


def _table_body(name: TableName, table: PublishedTable, rows: Sequence[Row]) -> dict[str, object]:
    from features.published import reached

    columns = [column.model_dump() | asdict(reached(column, rows)) for column in table.columns]
    told = {"table": name, "title": table.title, "source": table.source, "note": table.note}
    return {**told, "columns": columns, "rows": [row.to_json() for row in rows]}


def _print(console: Console, table: PublishedTable, rows: Sequence[Row]) -> None:
    drawn = Table(show_edge=False, title=table.title, title_justify="left", show_footer=True)
    drawn.add_column("（公表 | 計算）", footer="公表値に対して", no_wrap=True)
    for column in table.columns:
        drawn.add_column(column.title, footer=_footer(column, rows), justify="right", overflow="fold")
    for row in rows:
        drawn.add_row(row.title, *[_cell(row.figures[column.key], column.decimals) for column in table.columns])
    console.print(drawn)
    for row in rows:
        if row.remark is not None:
            console.print(f"{row.title}: {row.remark}", markup=False)
    console.print(table.note, markup=False)
    console.print(f"出典: {table.source}", markup=False)
    console.print()


def _cell(figure: Figure, decimals: int) -> str:
    published = "—" if figure.published is None else f"{figure.published:.{decimals}f}"
    ours = f"{figure.ours:.{decimals}f}"
    if figure.error is not None:
        ours += f"±{figure.error:.{decimals}f}"
    if figure.simulated is not None:
        ours += f" ({figure.simulated:.{decimals}f}±{figure.simulated_error:.1f})"
    return f"{published} | {ours}"


def _footer(column: Column, rows: Sequence[Row]) -> str:
    from features.published import reached

    counted = reached(column, rows)
    text = f"{AIMS_JA[column.aim]} {counted.attained}/{counted.published}"
    if column.aim == "reach" and counted.lowest_percent is not None:
        text += f"（最低 {counted.lowest_percent:+.1f}%）"
    return text
