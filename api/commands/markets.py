"""``enmusubi solve`` and ``enmusubi verify``: mechanisms on market files, and a check that shares nothing with them."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated

import typer

from api.commands.market_wording import print_frontier, print_placements, print_report
from api.commands.options import AsJson, errors_console, print_json
from api.files import write_text
from api.mechanism_names import MECHANISM_NAMES

__all__ = ["register"]

Market = Annotated[Path, typer.Argument(help="Market file (JSON).")]


def register(app: typer.Typer) -> None:
    """Add both commands to ``app``."""
    app.command(name="solve", help="市場ファイルを一つの方式で解きます。")(_solve)
    app.command(name="verify", help="結果を元の市場ファイルから検算します。")(_verify)


def _solve(  # noqa: PLR0917 -- one parameter an option of the command line
    market: Market,
    mechanism: Annotated[str, typer.Option(help=" | ".join(MECHANISM_NAMES))],
    proposing: Annotated[
        str, typer.Option(help="applicants | postings: the side that deferred acceptance favours.")
    ] = "applicants",
    seed: Annotated[int, typer.Option(min=0, help="Seed of the published lottery.")] = 0,
    lottery: Annotated[
        str, typer.Option(help="single | multiple: one number a person, or one in every list.")
    ] = "single",
    method: Annotated[str, typer.Option(help="auto | exact | approximation: of max-cardinality-stable.")] = "auto",
    choose: Annotated[
        str,
        typer.Option(help="egalitarian | minimum-regret | sex-equal | applicant-optimal | posting-optimal."),
    ] = "egalitarian",
    guides: Annotated[int | None, typer.Option(help="Ways welfare-stable breaks ties; the best is kept.")] = None,
    precedence: Annotated[
        str, typer.Option(help="reserved-first | open-first: which seats are filled first.")
    ] = "reserved-first",
    fallback: Annotated[
        str, typer.Option(help="fewest-blocking | extra-seats: where couples have no stable answer.")
    ] = "fewest-blocking",
    max_blocking: Annotated[int | None, typer.Option(help="The most blocking pairs that are allowed.")] = None,
    frontier: Annotated[int | None, typer.Option(help="Points of the table from stable to optimal.")] = None,
    time_limit: Annotated[float, typer.Option(help="Seconds for an integer program.")] = 60.0,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Where the result file goes.")] = None,
    as_json: AsJson = False,
) -> int:
    options = {
        "proposing": proposing,
        "seed": seed,
        "lottery": lottery,
        "method": method,
        "choose": choose,
        "guides": guides,
        "precedence": precedence,
        "fallback": fallback,
        "max_blocking": max_blocking,
        "frontier": frontier,
        "time_limit": time_limit,
    }
    from api.market_file import read_market, solve

    content = read_market(market)
    with _waiting(f"{mechanism} を計算し、検算しています…"):
        result = solve(content, mechanism=mechanism, **options)
    if output is not None:
        write_text(output, json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
    if as_json or output is None:
        print_json(result)
    else:
        print_placements(result["matching"] or {})
        print_report(result["report"], reason=result.get("reason"))
        if "frontier" in result["report"]:
            print_frontier(result["report"]["frontier"])
    return 0 if result["matching"] is not None and "reason" not in result else 1


def _verify(
    market: Market,
    result: Annotated[Path, typer.Argument(help="Result file (JSON).")],
    as_json: AsJson = False,
) -> int:
    from api.market_file import read_market, read_result, verify

    report = verify(read_market(market), read_result(result))
    if as_json:
        print_json(report)
    else:
        print_report(report)
    return 0 if report["holds"] else 1


def _waiting(sentence: str) -> AbstractContextManager[object]:
    """A moving sign on a terminal while something is computed; nothing elsewhere."""
    console = errors_console()
    return console.status(sentence) if console.is_terminal else nullcontext()
