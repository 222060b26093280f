"""Efficiency for applicants, and a serial dictatorship's turns, with witnesses by id."""

from __future__ import annotations

from typing import cast

import numpy as np

from api.market_file.arrays import pairs_by_ids, to_matching
from api.market_file.checks.judged import JsonObject, Judged
from api.market_file.records import MarketFileError
from matching.properties import improving_moves, is_weakly_stable, turn_violations
from matching.properties.efficiency import pareto_improvement
from matching.statistics import matching_difference

__all__ = ["efficiency", "improvement", "turns"]


def efficiency(judged: Judged) -> JsonObject:
    """Whether no exchange would leave all its movers better off; with ties, whether one would harm nobody and help one.

    The first is what the mechanisms promise on lists whose ties a lottery broke, the second is Pareto efficiency on the
    lists as submitted. On strict lists they are the same.
    """
    improving = improving_moves(judged.market, judged.matching)
    body: JsonObject = {
        "efficient": improving.shape[0] == 0,
        "improving_moves": pairs_by_ids(judged.market_file, improving),
    }
    if judged.market.applicants.is_strict:
        return body
    trade = pareto_improvement(judged.market, judged.matching)
    moves = (
        None if trade is None else pairs_by_ids(judged.market_file, np.column_stack([trade.applicants, trade.postings]))
    )
    return body | {"efficient_with_ties": trade is None, "harmless_trade": moves}


def improvement(judged: Judged) -> JsonObject:
    """Whether nobody is worse off than in the stable matching that came with the result; empty without one."""
    if "before" not in judged.claims:
        return {}
    before: object = judged.claims["before"]
    placements = cast("dict[str, str | None]", before) if isinstance(before, dict) else {}
    earlier = to_matching(judged.market_file, placements)
    market = judged.market
    change = matching_difference(market, earlier, judged.matching)
    no_worse = change.n_worse == 0 and change.displaced.size == 0
    return {"improves_on_stable": no_worse and is_weakly_stable(market, earlier)}


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
