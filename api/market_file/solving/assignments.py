"""Mechanisms that maximise the total score."""

from __future__ import annotations

import numpy as np

from api.market_file.arrays import couple_scores, entry_scores, matching_by_ids, to_scored_pairs
from api.market_file.checks import JsonObject
from api.market_file.names import shown
from api.market_file.options import Options
from api.market_file.records import MarketFile, MarketFileError
from api.market_file.sections import to_couples, to_regions, to_reserves
from api.market_file.solving.solved import Solved
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.mechanisms.limits.constrained_assignment import constrained_assignment
from matching.mechanisms.limits.frontier import FrontierPoint, frontier

__all__ = ["solve_constrained_assignment", "solve_optimal_assignment"]

_LARGEST = 1e12
"""Largest score that an integer program is given."""


def solve_optimal_assignment(market_file: MarketFile, _options: Options) -> Solved:
    """The sum of scores over acceptable pairs, with the prices that prove it."""
    floors = to_regions(market_file).posting_floor
    best = optimal_assignment(
        to_scored_pairs(market_file), market_file.market.capacity, floor=floors if floors.any() else None
    )
    prices = {
        "applicant_prices": dict(zip(market_file.applicant_ids, best.applicant_prices.tolist(), strict=True)),
        "posting_prices": dict(zip(market_file.posting_ids, best.posting_prices.tolist(), strict=True)),
    }
    return Solved(best.matching, claims={"certificate": prices})


def solve_constrained_assignment(market_file: MarketFile, options: Options) -> Solved:
    """The largest total within all limits, with row prices that bound it; the frontier where it is asked for."""
    _verify_sizes(market_file)
    best = constrained_assignment(
        market_file.market,
        entry_scores(market_file),
        regions=to_regions(market_file),
        reserves=to_reserves(market_file),
        couples=to_couples(market_file),
        couple_scores=couple_scores(market_file),
        max_blocking=options.max_blocking,
        time_limit=options.time_limit,
    )
    told: JsonObject = {"claimed_bound": best.claimed_bound, "places_most": best.places_most}
    if options.frontier is not None:
        told["frontier"] = _frontier(market_file, options, options.frontier)
    certificate = {"max_blocking": options.max_blocking, "row_prices": best.prices.tolist()}
    return Solved(best.matching, told, claims={"certificate": certificate, "status": best.status})


def _verify_sizes(market_file: MarketFile) -> None:
    """An integer program tells totals apart to a millionth of the largest score, and breaks down on huge ones."""
    for applicant, scored in market_file.scores.items():
        for posting, score in scored.items():
            if abs(score) > _LARGEST:
                place = f"scores.{shown(applicant)}.{shown(posting)}"
                raise MarketFileError(f"{place} is {score}, expected at most {_LARGEST:g} in size here")


def _frontier(market_file: MarketFile, options: Options, n_points: int) -> list[JsonObject]:
    points = frontier(
        market_file.market,
        entry_scores(market_file),
        rng=options.rng(),
        points=n_points,
        regions=to_regions(market_file),
        reserves=to_reserves(market_file),
        couples=to_couples(market_file),
        couple_scores=couple_scores(market_file),
        time_limit=options.time_limit / n_points,
    )
    return [_point(market_file, point) for point in points]


def _point(market_file: MarketFile, point: FrontierPoint) -> JsonObject:
    return {
        "allowed": point.allowed,
        "objective": point.value,
        "bound": point.bound,
        "claimed_bound": point.claimed_bound,
        "status": point.status,
        "matched": point.n_matched,
        "blocking_pairs": point.n_blocking,
        "people_affected": point.n_people,
        "postings_affected": point.n_postings,
        "mean_rank": None if np.isnan(point.mean_rank) else point.mean_rank,
        "matching": matching_by_ids(market_file, point.matching),
    }
