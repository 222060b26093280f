"""The largest total score, proven by prices: read off the matching, and those that came with the result."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import cast

from api.market_file.checks.judged import JsonObject, Judged
from api.market_file.records import MarketFileError
from matching.certificates import assignment_certificate, supporting_prices

__all__ = ["optimality"]


def optimality(judged: Judged) -> JsonObject:
    """Whether no assignment is worth more; ``prices_prove_it`` where the result brought its own prices."""
    pairs, seats, matching = judged.pairs, judged.market.capacity, judged.matching
    floor = judged.regions.posting_floor
    supporting = supporting_prices(pairs, seats, matching, floor=floor)
    certificate = assignment_certificate(pairs, seats, matching, *supporting, floor=floor)
    body = {"objective": certificate.value, "optimal": certificate.holds, "certificate": asdict(certificate)}
    claimed: object = judged.claims.get("certificate")
    if isinstance(claimed, dict) and "posting_prices" in claimed:
        claims = cast(JsonObject, claimed)
        u = _prices(claims, "applicant_prices", judged.market_file.applicant_ids)
        v = _prices(claims, "posting_prices", judged.market_file.posting_ids)
        body["prices_prove_it"] = assignment_certificate(pairs, seats, matching, u, v, floor=floor).holds
    return body


def _prices(claimed: JsonObject, key: str, ids: tuple[str, ...]) -> list[float]:
    found: object = claimed.get(key)
    prices = cast("dict[str, object]", found) if isinstance(found, dict) else {}
    if set(prices) != set(ids):
        raise MarketFileError(f"report.certificate.{key} has not one price for each of {len(ids)} ids")
    values = [prices[one] for one in ids]
    numbers = [float(value) for value in values if isinstance(value, int | float) and abs(value) <= sys.float_info.max]
    if len(numbers) < len(values):
        raise MarketFileError(f"report.certificate.{key} holds a price that is not a finite number")
    return numbers
