"""Efficiency for applicants, and a serial dictatorship's turns, with witnesses by id."""

from __future__ import annotations

from typing import cast

from api.market_file.arrays import pairs_by_ids
from api.market_file.checks.judged import JsonObject, Judged
from api.market_file.records import MarketFileError
from matching.properties import improving_moves, turn_violations

__all__ = ["efficiency", "turns"]


def efficiency(judged: Judged) -> JsonObject:
    """Whether no exchange would leave all its movers better off."""
    improving = improving_moves(judged.market, judged.matching)
    return {
        "efficient": improving.shape[0] == 0,
        "improving_moves": pairs_by_ids(judged.market_file, improving),
    }


def turns(judged: Judged) -> JsonObject:
    """Whether everybody took the best open place on their turn; empty without an order of turns."""
    if "order" not in judged.claims:
        return {}
    skipped = turn_violations(judged.market, judged.matching, _order_indices(judged))
    return {
        "order_followed": skipped.shape[0] == 0,
        "turns_passed_over": pairs_by_ids(judged.market_file, skipped),
    }


def _order_indices(judged: Judged) -> list[int]:
    ids, order = judged.market_file.applicant_ids, judged.claims["order"]
    named = cast("list[object]", order) if isinstance(order, list) else []
    if sorted(map(str, named)) != list(ids):
        raise MarketFileError(f"report.order is not each of the {len(ids)} applicants exactly once")
    return [judged.market_file.applicant_index[str(one)] for one in named]
