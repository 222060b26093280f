"""Seats, lists and blocking pairs of single applicants, with their witnesses by id."""

from __future__ import annotations

from api.market_file.arrays import pairs_by_ids
from api.market_file.checks.judged import JsonObject, Judged
from matching.properties import blocking_pairs, individual_rationality_violations, over_capacity

__all__ = ["NOTION", "seats", "weak_stability"]

NOTION = "weak stability: both sides strictly prefer each other, ties as submitted"


def seats(judged: Judged) -> JsonObject:
    """Whether every posting holds at most its capacity."""
    too_full = over_capacity(judged.market, judged.matching)
    names = judged.market_file.posting_ids
    return {"feasible": too_full.size == 0, "over_capacity": [names[posting] for posting in too_full.tolist()]}


def weak_stability(judged: Judged) -> JsonObject:
    """Whether every placement is on both lists and no pair blocks in the weak sense."""
    unacceptable = individual_rationality_violations(judged.market, judged.matching)
    blocking = blocking_pairs(judged.market, judged.matching)
    return {
        "individually_rational": unacceptable.shape[0] == 0,
        "unacceptable_pairs": pairs_by_ids(judged.market_file, unacceptable),
        "unblocked": blocking.shape[0] == 0,
        "notion": NOTION,
        "blocking_pairs": pairs_by_ids(judged.market_file, blocking),
    }
