"""Regions, floors, quotas and couples kept, at most so many blocking pairs, and a total that row prices bound."""

from __future__ import annotations

from typing import cast

import numpy as np

from api.market_file.arrays import couple_scores, entry_scores, pairs_by_ids
from api.market_file.checks.judged import JsonObject, Judged
from api.market_file.checks.size import row_prices
from api.market_file.ids_in_words import in_ids
from matching.errors import CertificateError
from matching.programs.bounds import bound_certificate
from matching.programs.constraint_rows import assignment_program
from matching.properties import blocking_pairs, individual_rationality_violations, over_capacity
from matching.properties.constraints import constraint_violations

__all__ = ["limits_kept", "total_bound"]


def limits_kept(judged: Judged) -> JsonObject:
    """Whether seats, lists and all limits hold, and which pairs block in the weak sense."""
    market, matching, names = judged.market, judged.matching, judged.market_file.posting_ids
    too_full = over_capacity(market, matching)
    violated = constraint_violations(
        market, matching, regions=judged.regions, reserves=judged.reserves, couples=judged.couples
    )
    violating = individual_rationality_violations(market, matching)
    unacceptable = violating[~np.isin(violating[:, 0], judged.couples.members)]
    blocking = blocking_pairs(market, matching)
    allowed = judged.options.get("max_blocking")
    return {
        "feasible": too_full.size == 0 and not violated,
        "over_capacity": [names[posting] for posting in too_full.tolist()],
        "violated_limits": [in_ids(judged.market_file, str(one)) for one in violated],
        "individually_rational": unacceptable.shape[0] == 0,
        "unacceptable_pairs": pairs_by_ids(judged.market_file, unacceptable),
        "unblocked": blocking.shape[0] == 0,
        "within_blocking_limit": not isinstance(allowed, int) or len(blocking) <= allowed,
        "notion": "weak stability: both sides strictly prefer each other, ties as submitted; limits not counted",
        "blocking_pairs": pairs_by_ids(judged.market_file, blocking),
    }


def total_bound(judged: Judged) -> JsonObject:
    """The total score, and what the prices that came with the result prove of it."""
    scores = entry_scores(judged.market_file)
    claimed: object = judged.claims.get("certificate")
    claims = cast(JsonObject, claimed) if isinstance(claimed, dict) else {}
    allowed: object = claims.get("max_blocking")
    built = assignment_program(
        judged.market,
        scores,
        regions=judged.regions,
        reserves=judged.reserves,
        couples=judged.couples,
        couple_scores=couple_scores(judged.market_file),
        max_blocking=allowed if isinstance(allowed, int) else None,
    )
    values = built.values_of(judged.matching)
    body: JsonObject = {"objective": float(built.program.objective @ values)}
    if "row_prices" not in claims:
        return body
    try:
        found = bound_certificate(built.program, values, np.array(row_prices(claims), np.float64))
    except CertificateError:
        return body | {"bound_holds": False}
    told = {"value": found.value, "bound": found.bound, "gap": found.gap, "proves_optimality": found.proves_optimality}
    return body | {"bound_holds": found.is_feasible, "certificate": told}
