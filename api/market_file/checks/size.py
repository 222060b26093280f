"""The number of people that a stable matching can place, bounded by a proof that came with the result."""

from __future__ import annotations

from typing import cast

import numpy as np

from api.market_file.arrays import pairs_by_ids
from api.market_file.checks.judged import JsonObject, Judged
from api.market_file.records import MarketFileError
from matching.errors import CertificateError
from matching.properties.stable_size import stable_size_bound
from matching.properties.tied_stability import stability_verdicts

__all__ = ["size_bound", "verdicts"]


def verdicts(judged: Judged) -> JsonObject:
    """The two stricter readings of stability with ties; they need not exist."""
    found = stability_verdicts(judged.market, judged.matching)
    return {"strongly_stable": found.strong, "super_stable": found.super}


def size_bound(judged: Judged) -> JsonObject:
    """Whether the proof shows that no stable matching places more; empty without a proof."""
    claimed: object = judged.claims.get("certificate")
    if not isinstance(claimed, dict) or "row_prices" not in claimed:
        return {}
    claims = cast(JsonObject, claimed)
    market, lists = judged.market, judged.market.applicants
    excluded = _excluded(judged, claims.get("excluded_in_round"))
    pairs = pairs_by_ids(judged.market_file, np.column_stack([lists.rows(), lists.indices.astype(np.int64)]))
    rounds = np.array([excluded.get((applicant, posting), 0) for applicant, posting in pairs], np.int64)
    try:
        bound = stable_size_bound(market, rounds, np.array(row_prices(claims), np.float64))
    except CertificateError:
        return {"prices_prove_it": False}
    return {"prices_prove_it": bound == judged.matching.n_matched, "certificate": {"bound": bound}}


def row_prices(claims: JsonObject) -> list[float]:
    """The prices of a program's rows."""
    found: object = claims.get("row_prices")
    prices = cast("list[object]", found) if isinstance(found, list) else [None]
    numbers = [float(price) for price in prices if isinstance(price, int | float) and abs(price) < 1e300]
    if len(numbers) < len(prices):
        raise MarketFileError("report.certificate.row_prices is not a list of finite numbers")
    return numbers


def _excluded(judged: Judged, found: object) -> dict[tuple[str, str], int]:
    rows = cast("list[object]", found) if isinstance(found, list) else []
    excluded: dict[tuple[str, str], int] = {}
    for position, row in enumerate(rows):
        entry = cast("list[object]", row) if isinstance(row, list) else []
        applicant, posting, number = entry if len(entry) == 3 else (None, None, None)
        is_known = applicant in judged.market_file.applicant_index and posting in judged.market_file.posting_index
        if not (is_known and isinstance(number, int) and 0 < number < 2**31):
            place = f"report.certificate.excluded_in_round[{position}]"
            raise MarketFileError(f"{place} is not an applicant, a posting and a round")
        excluded[str(applicant), str(posting)] = number
    return excluded
