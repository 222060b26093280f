"""Stable mechanisms whose postings choose under more than seats: reserves, quotas, regions."""

from __future__ import annotations

import numpy as np

from api.market_file.checks import JsonObject
from api.market_file.options import Options
from api.market_file.records import MarketFile
from api.market_file.sections import to_couples, to_regions, to_reserves
from api.market_file.solving.solved import Solved, strict_market
from matching.mechanisms.couples.match_couples import CouplesOutcome, match_couples
from matching.mechanisms.regions.regional_caps import flexible_deferred_acceptance, japan_residency_matching
from matching.mechanisms.regions.regional_floors import FlooredMatching, regional_matching_with_floors
from matching.mechanisms.reserves.reserved_seats import deferred_acceptance_with_reserves
from matching.regions import Regions
from matching.reserves import NO_QUOTA

__all__ = ["regions_report", "solve_couples", "solve_flexible", "solve_jrmp", "solve_reserves"]


_LOTTERIES = 8
"""Lotteries tried before couples with ties are given less than a stable matching."""


def solve_reserves(market_file: MarketFile, options: Options) -> Solved:
    """Applicants propose, postings choose with reserved seats and quotas."""
    market, report = strict_market(market_file, options.rng(), options.lottery)
    reserves = to_reserves(market_file)
    matching = deferred_acceptance_with_reserves(market, reserves, precedence=options.precedence)
    is_capped = (reserves.quota != NO_QUOTA).any(axis=0)
    overlap = bool((reserves.is_of_type[:, is_capped].any(axis=1) & (reserves.is_of_type.sum(axis=1) > 1)).any())
    excuse = "quotas on types that overlap leave no guarantee of stability" if overlap else None
    return Solved(matching, claims=report, excuse=excuse)


def solve_jrmp(market_file: MarketFile, options: Options) -> Solved:
    """Every cap is split onto its postings beforehand."""
    market, report = strict_market(market_file, options.rng(), options.lottery)
    regions = to_regions(market_file)
    return Solved(japan_residency_matching(market, regions), regions_report(market_file, regions) | report)


def solve_flexible(market_file: MarketFile, options: Options) -> Solved:
    """Caps of nested regions; with floors the fewest blocking pairs, told where some remain."""
    market, report = strict_market(market_file, options.rng(), options.lottery)
    regions = to_regions(market_file)
    told = regions_report(market_file, regions) | report
    if not (regions.floor.any() or regions.posting_floor.any()):
        return Solved(flexible_deferred_acceptance(market, regions), told)
    found = regional_matching_with_floors(market, regions, time_limit=options.time_limit)
    told |= {
        "method": found.method,
        "held_back_by_floors": found.n_held_back,
        "given_up": list(found.given_up),
        "is_fewest": found.is_proven,
    }
    return Solved(found.matching, told, reason=_floors_reason(found))


def _floors_reason(found: FlooredMatching) -> str | None:
    if found.n_blocking == 0:
        return None
    known = "no matching that keeps them has fewer" if found.is_proven else "whether fewer are possible is not known"
    return f"the floors leave {found.n_blocking} blocking pairs; {known}"


def solve_couples(market_file: MarketFile, options: Options) -> Solved:
    """A stable matching, or the nearest thing, named as what it is; with ties several lotteries are tried."""
    rng = options.rng()
    found, report = _match_once(market_file, options, rng)
    for _ in range(_LOTTERIES - 1):
        if found.status == "stable" or not report:
            break
        found, report = _match_once(market_file, options, rng)
    seats = zip(market_file.posting_ids, found.extra_seats.tolist(), strict=True)
    told = {
        "status": found.status,
        "existence": found.existence,
        "proof": found.proof,
        "extra_seats": {posting: number for posting, number in seats if number},
        "is_fewest": found.is_fewest,
    }
    if report and found.status != "stable":  # what was refuted are the lists after the last lottery, not the market
        told |= {"existence": "unknown", "proof": "none", "is_fewest": False}
    return Solved(found.matching, told | report, reason=_couples_reason(found, has_ties=bool(report)))


def _match_once(
    market_file: MarketFile, options: Options, rng: np.random.Generator
) -> tuple[CouplesOutcome, JsonObject]:
    market, report = strict_market(market_file, rng, options.lottery)
    couples = to_couples(market_file)
    found = match_couples(market, couples, rng=rng, fallback=options.fallback, time_limit=options.time_limit)
    return found, report


_WHY = {
    "exhaustive": "no stable matching exists: every combination of the couples' places was tried",
    "solver": "no stable matching exists, in the words of the solver",
    "none": "no stable matching was found, and whether one exists is not known",
    "matching": "no stable matching was found",
}


def _couples_reason(found: CouplesOutcome, *, has_ties: bool) -> str | None:
    if found.status == "stable":
        return None
    why = f"no stable matching was found for any of {_LOTTERIES} lotteries" if has_ties else _WHY[found.proof]
    if found.status == "near-feasible":
        n_seats = int(found.extra_seats.sum())
        return f"{why}; with {n_seats} extra seat{'s' * (n_seats > 1)} this one is stable"
    n_blocking = len(found.blocking_pairs) + len(found.blocking_coalitions)
    fewest = ", which is the fewest" if found.is_fewest and not has_ties else ""
    return f"{why}; in this one {n_blocking} pairs or couples block{fewest}"


def regions_report(market_file: MarketFile, regions: Regions) -> JsonObject:
    """Targets and turns as they were used: both decide the result, declared or derived."""
    postings, turns = market_file.posting_ids, regions.turn.tolist()
    return {
        "targets": dict(zip(postings, regions.target.tolist(), strict=True)),
        "turns": [posting for _, posting in sorted(zip(turns, postings, strict=True))],
    }
