"""Regions, floors, quotas and couples kept, at most so many blocking pairs, and a total that row prices bound."""

from __future__ import annotations

import math
from typing import cast

import numpy as np

from api.market_file.arrays import couple_scores, entry_scores, pairs_by_ids
from api.market_file.checks.judged import JsonObject, Judged
from api.market_file.checks.size import row_prices
from api.market_file.ids_in_words import in_ids
from api.market_file.records import MarketFileError
from matching.arrays import Reals
from matching.errors import CertificateError, OutcomeError
from matching.programs.bounds import bound_certificate
from matching.programs.constraint_rows import assignment_program
from matching.programs.integer_program import IntegerProgram
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
    allowed = _blocking_limits(judged)
    return {
        "feasible": too_full.size == 0 and not violated,
        "over_capacity": [names[posting] for posting in too_full.tolist()],
        "violated_limits": [in_ids(judged.market_file, str(one)) for one in violated],
        "individually_rational": unacceptable.shape[0] == 0,
        "unacceptable_pairs": pairs_by_ids(judged.market_file, unacceptable),
        "unblocked": blocking.shape[0] == 0,
        "within_blocking_limit": all(len(blocking) <= limit for limit in allowed),
        "notion": "weak stability: both sides strictly prefer each other, ties as submitted; limits not counted",
        "blocking_pairs": pairs_by_ids(judged.market_file, blocking),
    }


def total_bound(judged: Judged) -> JsonObject:
    """The total score, and what the prices that came with the result prove of it."""
    claims = _certificate(judged)
    body: JsonObject = {"objective": judged.total}
    if "row_prices" not in claims:
        return body
    built = assignment_program(
        judged.market,
        entry_scores(judged.market_file),
        regions=judged.regions,
        reserves=judged.reserves,
        couples=judged.couples,
        couple_scores=couple_scores(judged.market_file),
        max_blocking=min(_blocking_limits(judged), default=None),
    )
    try:
        values = built.values_of(judged.matching)
    except OutcomeError:  # a placement that no list allows is told by its own axiom, and has no bound
        return body | {"bound_holds": False}
    return body | _bound(judged, claims, built.program, values)


def _bound(judged: Judged, claims: JsonObject, program: IntegerProgram, values: Reals) -> JsonObject:
    """The bound holds if it is finite, not below the total, and tight where the result calls itself proven."""
    try:
        found = bound_certificate(program, values, np.array(row_prices(claims), np.float64))
    except CertificateError:
        return {"bound_holds": False}
    is_finite = math.isfinite(found.bound)
    told = {
        "value": found.value,
        "bound": found.bound if is_finite else None,
        "gap": found.gap if is_finite else None,
        "proves_optimality": found.proves_optimality,
    }
    is_kept = found.proves_optimality or judged.claims.get("status") != "proven"
    return {"bound_holds": found.is_feasible and is_finite and is_kept, "certificate": told}


def _certificate(judged: Judged) -> JsonObject:
    claimed: object = judged.claims.get("certificate")
    return cast(JsonObject, claimed) if isinstance(claimed, dict) else {}


def _blocking_limits(judged: Judged) -> list[int]:
    """Limits on blocking pairs that the result names: in its options and in its certificate."""
    limits: list[int] = []
    for place, value in (
        ("provenance.options", judged.options.get("max_blocking")),
        ("report.certificate", _certificate(judged).get("max_blocking")),
    ):
        if value is None:
            continue
        if type(value) is not int or value < 0:
            raise MarketFileError(f"{place}.max_blocking is not a number of pairs, expected an integer >= 0 or null")
        limits.append(value)
    return limits
