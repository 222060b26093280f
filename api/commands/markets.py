"""``enmusubi solve`` and ``enmusubi verify``: mechanisms on market files, and a check that shares nothing with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import AsJson, people_console, print_json
from api.files import write_text
from api.market_file import read_market, read_result, solve, verify

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add both commands to ``app``."""
    app.command(name="solve", help="市場ファイルを一つの方式で解きます。")(_solve)
    app.command(name="verify", help="結果を元の市場ファイルから検算します。")(_verify)


def _solve(  # noqa: PLR0917 -- one parameter an option of the command line
    market: Annotated[Path, typer.Argument(help="Market file (JSON).")],
    mechanism: Annotated[str, typer.Option(help="deferred-acceptance | optimal-assignment | serial-dictatorship")],
    proposing: Annotated[str, typer.Option(help="applicants | postings")] = "applicants",
    seed: Annotated[int, typer.Option(min=0, help="Seed of the published lottery.")] = 0,
    lottery: Annotated[str, typer.Option(help="single | multiple")] = "single",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Where the result file goes.")] = None,
    as_json: AsJson = False,
) -> int:
    result = solve(read_market(market), mechanism=mechanism, proposing=proposing, seed=seed, lottery=lottery)
    if output is not None:
        write_text(output, json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
    if as_json or output is None:
        print_json(result)
    else:
        _print_report(result["report"])
    return 0 if result["matching"] is not None and "reason" not in result else 1


def _verify(
    market: Annotated[Path, typer.Argument(help="Market file (JSON).")],
    result: Annotated[Path, typer.Argument(help="Result file (JSON).")],
    as_json: AsJson = False,
) -> int:
    report = verify(read_market(market), read_result(result))
    if as_json:
        print_json(report)
    else:
        _print_report(report)
    return 0 if report["holds"] else 1


def _print_report(report: dict[str, object]) -> None:
    console = people_console()
    for key, value in report.items():
        console.print(f"{key}: {json.dumps(value, ensure_ascii=False)}", markup=False)
