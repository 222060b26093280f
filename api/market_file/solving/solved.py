"""What a mechanism hands over to be judged and told by id."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from api.market_file.records import MarketFile
from matching.market import Market
from matching.mechanisms.stable.ties import BrokenTies, Lottery, break_ties
from matching.outcome import Matching
from matching.preferences import Preferences

__all__ = ["Solved", "lottery_report", "strict_market"]


@dataclass(frozen=True, eq=False)
class Solved:
    """A matching with what is to be told of it.

    Attributes
    ----------
    matching : Matching
    report : dict
        Added to the verdict's report: lottery numbers, orders, prices, alternatives.
    claims : dict
        What the verdict is to check besides the matching: an order, prices.
    reason : str or None
        Why the matching is less than what was asked for; a fall-back is told, never passed off.
    excuse : str or None
        Why the mechanism cannot promise for this market; it becomes the reason if the check fails.
    """

    matching: Matching
    report: dict[str, Any] = field(default_factory=dict[str, Any])
    claims: dict[str, Any] = field(default_factory=dict[str, Any])
    reason: str | None = None
    excuse: str | None = None


def strict_market(market_file: MarketFile, rng: Any, lottery: Lottery) -> tuple[Market, dict[str, Any]]:
    """Return the market with its ties broken by lottery, and the numbers to publish; a strict one as it is."""
    market = market_file.market
    if market.is_strict:
        return market, {}
    broken = break_ties(market, rng=rng, lottery=lottery)
    return broken.market, {"lottery": lottery_report(market_file, broken)}


def lottery_report(market_file: MarketFile, broken: BrokenTies) -> dict[str, Any]:
    """The numbers by id; the lower one stands first in every tie."""
    market, applicants, postings = market_file.market, market_file.applicant_ids, market_file.posting_ids
    if broken.lottery == "single":
        numbers: dict[str, Any] = {
            "applicants": dict(zip(applicants, broken.applicant_numbers.tolist(), strict=True)),
            "postings": dict(zip(postings, broken.posting_numbers.tolist(), strict=True)),
        }
    else:
        numbers = {
            "applicants": _numbers_by_list(market.postings, broken.applicant_numbers.tolist(), postings, applicants),
            "postings": _numbers_by_list(market.applicants, broken.posting_numbers.tolist(), applicants, postings),
        }
    return {"kind": broken.lottery} | numbers


def _numbers_by_list(
    lists: Preferences, numbers: list[int], owners: tuple[str, ...], choices: tuple[str, ...]
) -> dict[str, dict[str, int]]:
    ends: list[int] = lists.indptr.tolist()
    indices: list[int] = lists.indices.tolist()
    named = [choices[index] for index in indices]
    return {
        owner: dict(zip(named[start:end], numbers[start:end], strict=True))
        for owner, start, end in zip(owners, ends[:-1], ends[1:], strict=True)
    }
