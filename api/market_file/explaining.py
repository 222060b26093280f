"""``explain``: the public cutoffs of a result, and why somebody holds no seat, by id."""

from __future__ import annotations

import numpy as np

from api.market_file.arrays import to_matching
from api.market_file.catalogue import entry_of, verify_sections
from api.market_file.checks import JsonObject
from api.market_file.published_lottery import published_lottery
from api.market_file.records import MarketFile, MarketFileError, ResultFile
from matching.explain.cutoffs import Menus, explain_unmatched, menus
from matching.explain.receipts import Receipts, receipts
from matching.market import Market
from matching.mechanisms.stable.ties import BrokenTies
from matching.outcome import UNMATCHED, Matching

__all__ = ["explain", "receipts_of"]

_EXPLAINED = ("deferred-acceptance", "all-stable")
"""Mechanisms whose results are stable on the lists that a published lottery ordered."""


def explain(market_file: MarketFile, result: ResultFile) -> JsonObject:
    """Return the public board of cutoffs, and for everybody without a seat the reasons in the order people ask.

    Raises
    ------
    MarketFileError
        The result is not one that cutoffs explain, or its lottery does not fit the market.
    """
    told, broken, matching = receipts_of(market_file, result)
    market = broken.market if broken else market_file.market
    menu, applicants = menus(market, matching), market_file.applicant_ids
    without = np.flatnonzero(matching.posting_of == UNMATCHED).tolist()
    return {
        "mechanism": result.mechanism,
        "board": _board(market_file, told),
        "unmatched": {applicants[one]: _reasons(market_file, market, matching, menu, one) for one in without},
    }


def receipts_of(market_file: MarketFile, result: ResultFile) -> tuple[Receipts, BrokenTies | None, Matching]:
    """Return every receipt as arrays, the lottery applied again, and the matching.

    Raises
    ------
    MarketFileError
        The result is not one that cutoffs explain, or its lottery does not fit the market.
    """
    if result.mechanism not in _EXPLAINED:
        entry_of(result.mechanism)
        known = " and ".join(_EXPLAINED)
        raise MarketFileError(f"cutoffs explain results of {known}, not those of {result.mechanism}")
    verify_sections(market_file, result.mechanism)
    if result.matching is None:
        raise MarketFileError("matching is null, expected a result to explain")
    matching, broken = to_matching(market_file, result.matching), published_lottery(market_file, result)
    return receipts(market_file.market, matching, broken=broken), broken, matching


def _board(market_file: MarketFile, told: Receipts) -> JsonObject:
    columns = (told.board.last_class, told.board.last_number, told.board.seats_left)
    rows = zip(market_file.posting_ids, *(column.tolist() for column in columns), strict=True)
    keys = ("last_class", "last_number", "seats_left")
    return {row[0]: dict(zip(keys, row[1:], strict=True)) for row in rows}


def _reasons(market_file: MarketFile, market: Market, matching: Matching, menu: Menus, applicant: int) -> JsonObject:
    why, names = explain_unmatched(market, matching, applicant, menu=menu), market_file.posting_ids
    return {
        "reasons": list(why.reasons),
        "n_seats": why.n_seats,
        "n_competitors": why.n_competitors,
        "refused_by": [names[one] for one in why.refused_by],
        "open_unlisted": [names[one] for one in why.open_unlisted],
        "not_eligible_at": [names[one] for one in why.not_eligible_at],
        "open_listed": [names[one] for one in why.open_listed],
    }
