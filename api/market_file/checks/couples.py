"""Stability with couples, with witnesses by id."""

from __future__ import annotations

import numpy as np

from api.market_file.arrays import pairs_by_ids
from api.market_file.checks.judged import JsonObject, Judged
from matching.properties import individual_rationality_violations
from matching.properties.couples import couple_blocking, couple_rationality_violations

__all__ = ["NOTION", "couple_stability"]

NOTION = (
    "stability with couples (Kojima, Pathak and Roth): a posting chooses from its holders, less those the couple "
    "takes away, plus the newcomers; ties as submitted"
)


def couple_stability(judged: Judged) -> JsonObject:
    """Whether singles and couples hold what is on their lists, and no single and no couple blocks."""
    market, couples, matching = judged.market, judged.couples, judged.matching
    violating = individual_rationality_violations(market, matching)
    unacceptable = violating[~np.isin(violating[:, 0], couples.members)]
    torn = couple_rationality_violations(market, couples, matching)
    blocking = couple_blocking(market, couples, matching)
    return {
        "individually_rational": unacceptable.shape[0] == 0 and torn.size == 0,
        "unacceptable_pairs": pairs_by_ids(judged.market_file, unacceptable),
        "unacceptable_couples": [_members(judged, couple) for couple in torn.tolist()],
        "unblocked": blocking.n_blocking == 0,
        "notion": NOTION,
        "blocking_pairs": pairs_by_ids(judged.market_file, blocking.pairs),
        "blocking_coalitions": [
            {"members": _members(judged, couple), "choice": _choice(judged, couple, position)}
            for couple, position in blocking.coalitions.tolist()
        ],
    }


def _members(judged: Judged, couple: int) -> list[str]:
    return list(judged.market_file.couples[couple].members)


def _choice(judged: Judged, couple: int, position: int) -> list[str | None]:
    return list(judged.market_file.couples[couple].preferences[position])
