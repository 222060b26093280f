"""Seats, lists and blocking pairs of single applicants, with their witnesses by id."""

from __future__ import annotations

from api.market_file.arrays import pairs_by_ids
from api.market_file.checks.judged import JsonObject, Judged
from matching.properties import blocking_pairs, individual_rationality_violations, over_capacity

__all__ = ["NOTION", "seats", "weak_stability"]

NOTION = "weak stability: both sides strictly prefer each other, ties as submitted"


def seats(judged: Judged) -> JsonObject:
    """Whether every posting holds at most its capacity, and at least its floor where it has one."""
    too_full = over_capacity(judged.market, judged.matching)
    names, n_held = judged.market_file.posting_ids, judged.matching.n_held.tolist()
    records = judged.market_file.postings
    too_few: list[str] = [name for name, held in zip(names, n_held, strict=True) if held < records[name].floor]
    body: JsonObject = {"postings_under_floor": too_few} if too_few else {}
    too_many: list[str] = [names[posting] for posting in too_full.tolist()]
    return {"feasible": not too_many and not too_few, "over_capacity": too_many} | body


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
