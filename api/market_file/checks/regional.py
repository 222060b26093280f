"""Caps and floors of regions, and the three notions of stability under them, with witnesses by id."""

from __future__ import annotations

import numpy as np

from api.market_file.arrays import pairs_by_ids
from api.market_file.checks.judged import JsonObject, Judged
from matching.market import Market
from matching.outcome import Matching
from matching.properties import individual_rationality_violations, is_weakly_stable, over_capacity
from matching.properties.regional import regional_blocking, regional_violations

__all__ = ["NOTION", "regional_limits", "regional_stability", "stability_under_targets"]

NOTION = "stability under regional caps (Kamada and Kojima 2015), floors kept by every move, ties as submitted"


def regional_limits(judged: Judged) -> JsonObject:
    """Whether seats, caps and floors hold."""
    too_full = over_capacity(judged.market, judged.matching)
    found = regional_violations(judged.regions, judged.matching)
    regions, postings = sorted(judged.market_file.regions), judged.market_file.posting_ids
    names: dict[str, list[str]] = {
        "over_capacity": [postings[one] for one in too_full.tolist()],
        "over_cap": [regions[one] for one in found.over_cap.tolist()],
        "under_floor": [regions[one] for one in found.under_floor.tolist()],
        "postings_under_floor": [postings[one] for one in found.postings_under_floor.tolist()],
    }
    return {"feasible": not any(names.values())} | names


def regional_stability(judged: Judged) -> JsonObject:
    """Blocking pairs of the 2015 notion; those that a full region excuses are told apart."""
    found = regional_blocking(judged.market, judged.regions, judged.matching)
    unacceptable = individual_rationality_violations(judged.market, judged.matching)
    is_sound = bool(regional_limits(judged)["feasible"]) and unacceptable.shape[0] == 0
    blocks = ~found.tolerated_by_stable
    return {
        "individually_rational": unacceptable.shape[0] == 0,
        "unacceptable_pairs": pairs_by_ids(judged.market_file, unacceptable),
        "unblocked": not blocks.any(),
        "weakly_stable": is_sound and bool(found.tolerated_by_weak.all()),
        "strongly_stable": is_sound and bool(found.tolerated_by_strong.all()),
        "notion": NOTION,
        "blocking_pairs": pairs_by_ids(judged.market_file, found.pairs[blocks]),
        "tolerated_pairs": pairs_by_ids(judged.market_file, found.pairs[~blocks]),
    }


def stability_under_targets(judged: Judged) -> JsonObject:
    """Whether nobody blocks if every posting had no more seats than its target: what Japan's residency match gives."""
    market = judged.market
    split = Market(market.applicants, market.postings, np.minimum(market.capacity, judged.regions.target))
    within = Matching(judged.matching.posting_of, market.n_postings)
    return {"stable_under_targets": is_weakly_stable(split, within)}
