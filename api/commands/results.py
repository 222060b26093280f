"""``enmusubi repair``, ``explain`` and ``verify-receipt``: what to do with a result of a market file afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from api.commands.market_wording import print_report
from api.commands.options import AsJson, print_json
from api.files import write_text
from matching.errors import CertificateError

__all__ = ["register"]

_Market = Annotated[Path, typer.Argument(help="Market file (JSON).")]
_Result = Annotated[Path, typer.Argument(help="Result file (JSON).")]
_Output = Annotated[Path | None, typer.Option("-o", "--output", help="Where the file goes.")]


def register(app: typer.Typer) -> None:
    """Add the three commands to ``app``."""
    app.command(
        name="repair",
        help="辞退や新しい募集のあとの市場で、動く人が少ない結果（同順位は前の席を優先）と代案を示します。",
    )(_repair)
    app.command(name="explain", help="結果の境目と席のない人の理由、本人の控え、上限・下限の値段を示します。")(_explain)
    app.command(name="verify-receipt", help="本人の控えを、ほかの人の情報なしで検算します。")(_verify_receipt)


def _repair(
    market: Annotated[Path, typer.Argument(help="Market file as it is now (JSON).")],
    result: Annotated[Path, typer.Argument(help="The result that held before (JSON).")],
    time_limit: Annotated[float, typer.Option(help="Seconds for the alternative between staying and moving.")] = 60.0,
    output: _Output = None,
    as_json: AsJson = False,
) -> int:
    from api.market_file import read_market, read_result
    from api.market_file.repairing import repair

    repaired = repair(read_market(market), read_result(result), time_limit=time_limit)
    _hand_out(repaired, output)
    if as_json or output is None:
        print_json(repaired)
    else:
        print_report({key: value for key, value in repaired["report"].items() if key != "alternatives"})
        for option in repaired["report"]["alternatives"]:
            print_report({key: value for key, value in option.items() if key != "matching"})
    return 0


def _explain(
    market: _Market,
    result: _Result,
    applicant: Annotated[str | None, typer.Option(help="Only this person's receipt.")] = None,
    output: _Output = None,
    as_json: AsJson = False,
) -> int:
    from api.market_file import read_market, read_result
    from api.market_file.explaining import explain
    from api.market_file.limit_prices import limit_prices_of
    from api.market_file.receipts import receipt_of

    content, found = read_market(market), read_result(result)
    if applicant is not None:
        told = receipt_of(content, found, applicant)
    elif found.mechanism == "flexible-deferred-acceptance":
        told = limit_prices_of(content, found)
    else:
        told = explain(content, found)
    _hand_out(told, output)
    if as_json or output is None:
        print_json(told)
    else:
        print_report(told)
    return 0


def _verify_receipt(
    receipt: Annotated[Path, typer.Argument(help="A receipt (JSON) that explain --applicant wrote.")],
    as_json: AsJson = False,
) -> int:
    from api.market_file import MarketFileError
    from api.market_file.reading import read_json
    from api.market_file.receipts import verify_receipt_file

    try:
        told = verify_receipt_file(read_json(receipt))
    except MarketFileError as error:
        raise MarketFileError(f"{receipt}: {error}") from None
    except CertificateError as error:
        told = {"holds": False, "reason": str(error)}
    if as_json:
        print_json(told)
    else:
        print_report(told)
    return 0 if told["holds"] else 1


def _hand_out(content: object, output: Path | None) -> None:
    if output is not None:
        write_text(output, json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
