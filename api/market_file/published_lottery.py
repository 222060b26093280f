"""The lottery numbers of a result file, applied to the market again."""

from __future__ import annotations

from typing import Any, cast, get_args

from api.market_file.checks.judged import JsonObject
from api.market_file.records import MarketFile, MarketFileError, ResultFile
from matching.market import Market
from matching.mechanisms.stable.ties import BrokenTies, Lottery, order_ties
from matching.preferences import Preferences

__all__ = ["lottery_of", "published_lottery", "strict_market_of"]


def strict_market_of(market_file: MarketFile, result: ResultFile) -> Market:
    """The market as the result's lottery ordered it.

    Raises
    ------
    MarketFileError
        As for :func:`published_lottery`.
    """
    broken = published_lottery(market_file, result)
    return broken.market if broken else market_file.market


def published_lottery(market_file: MarketFile, result: ResultFile) -> BrokenTies | None:
    """The lottery that a result publishes, applied to the market again; None where no list holds a tie.

    Raises
    ------
    MarketFileError
        Lists with ties and no lottery, or one that does not give every id a number.
    """
    return None if market_file.market.is_strict else lottery_of(market_file, result.report)


def lottery_of(market_file: MarketFile, report: JsonObject) -> BrokenTies:
    """The lottery of a report, applied to the market again.

    Raises
    ------
    MarketFileError
        There is none, or it does not give every id a number.
    """
    lottery: Any = report.get("lottery")
    if not isinstance(lottery, dict):
        raise MarketFileError("report.lottery is missing, and without it nobody knows the order in a tie")
    told, market = cast(JsonObject, lottery), market_file.market
    applicants, postings = market_file.applicant_ids, market_file.posting_ids
    kind: Any = told.get("kind")
    if kind not in get_args(Lottery):
        raise MarketFileError(f"report.lottery.kind is not one of {', '.join(get_args(Lottery))}")
    if kind == "single":
        numbers = _numbers(told, "applicants", applicants), _numbers(told, "postings", postings)
    else:
        numbers = (
            _numbers_by_list(told, "applicants", market.postings, postings, applicants),
            _numbers_by_list(told, "postings", market.applicants, applicants, postings),
        )
    return order_ties(market, kind, *numbers)


def _numbers(lottery: JsonObject, key: str, ids: tuple[str, ...]) -> list[int]:
    found: Any = lottery.get(key)
    numbers = cast(JsonObject, found) if isinstance(found, dict) else {}
    values = [numbers.get(one) for one in ids]
    whole = [value for value in values if type(value) is int and 0 <= value < 2**62]
    if len(whole) < len(values):
        raise MarketFileError(f"report.lottery.{key} has not one number for each of {len(ids)} ids")
    return whole


def _numbers_by_list(
    lottery: JsonObject, key: str, lists: Preferences, owners: tuple[str, ...], choices: tuple[str, ...]
) -> list[int]:
    found: Any = lottery.get(key)
    tables = cast(JsonObject, found) if isinstance(found, dict) else {}
    ends: list[int] = lists.indptr.tolist()
    indices: list[int] = lists.indices.tolist()
    numbers: list[int] = []
    for owner, start, end in zip(owners, ends[:-1], ends[1:], strict=True):
        numbers += _numbers(tables, owner, tuple(choices[index] for index in indices[start:end]))
    return numbers
