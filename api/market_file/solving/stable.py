"""Stable mechanisms under seats alone."""

from __future__ import annotations

import numpy as np

from api.market_file.arrays import entry_scores, matching_by_ids, pairs_by_ids
from api.market_file.checks import JsonObject
from api.market_file.options import Options
from api.market_file.records import MarketFile
from api.market_file.solving.solved import Solved, lottery_report, strict_market
from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.stable.stable_lattice import Criterion, StableSet, choose_stable, stable_matchings
from matching.mechanisms.tied.max_cardinality_stable import LargestStable, max_cardinality_stable
from matching.mechanisms.tied.welfare_stable import welfare_stable

__all__ = ["solve_all_stable", "solve_deferred_acceptance", "solve_largest_stable", "solve_welfare_stable"]

_EXACT_UP_TO = 20_000
"""Acceptable pairs up to which ``auto`` looks for the proven maximum."""

_MANY_GUIDES_UP_TO = 200_000
"""Entries of lists up to which fifty guides take seconds."""

_MOST_MATCHINGS = 10_000
"""Stable matchings that are looked for; there can be exponentially many."""

_MOST_TOLD = 100
"""Stable matchings that a report lists."""


def solve_deferred_acceptance(market_file: MarketFile, options: Options) -> Solved:
    """Applicants or postings propose on the lists after the lottery."""
    market, report = strict_market(market_file, options.rng(), options.lottery)
    return Solved(deferred_acceptance(market, proposing=options.proposing), report)


def solve_largest_stable(market_file: MarketFile, options: Options) -> Solved:
    """The most people that a stable matching can place, or near it, with the bound and what the bound rests on."""
    market = market_file.market
    is_small = int(np.count_nonzero(market.rank_at_posting >= 0)) <= _EXACT_UP_TO
    method = options.method if options.method != "auto" else "exact" if is_small else "approximation"
    found = max_cardinality_stable(market, method=method, time_limit=options.time_limit)
    told = {"method": method, "bound": found.bound, "gap": found.gap, "proof": found.proof}
    return Solved(found.matching, told, claims=_size_proof(market_file, found))


def _size_proof(market_file: MarketFile, found: LargestStable) -> JsonObject:
    """Exclusions and prices from which anybody can recompute that no stable matching places more."""
    if not found.is_proven or found.proof != "prices" or found.excluded_in_round is None or found.prices is None:
        return {}
    lists, rows = market_file.market.applicants, market_file.market.applicants.rows()
    entries = np.flatnonzero(found.excluded_in_round)
    numbers: list[int] = found.excluded_in_round[entries].tolist()
    pairs = pairs_by_ids(market_file, np.column_stack([rows[entries], lists.indices[entries].astype(np.int64)]))
    excluded = [[*pair, number] for pair, number in zip(pairs, numbers, strict=True)]
    return {"certificate": {"bound": found.bound, "excluded_in_round": excluded, "row_prices": found.prices.tolist()}}


def solve_welfare_stable(market_file: MarketFile, options: Options) -> Solved:
    """Ties towards the largest total; what the plain lottery would have given stands beside it."""
    market, applicants = market_file.market, market_file.applicant_ids
    n_guides = options.guides or (50 if market.applicants.indices.size <= _MANY_GUIDES_UP_TO else 1)
    found = welfare_stable(
        market, entry_scores(market_file), rng=options.rng(), lottery=options.lottery, n_guides=n_guides, improve=True
    )
    gaining: list[str] = [applicants[one] for one in found.gaining.tolist()]
    losing: list[str] = [applicants[one] for one in found.losing.tolist()]
    told: JsonObject = {
        "welfare": found.welfare,
        "guide": found.guide,
        "n_guides": n_guides,
        "by_lottery": {
            "matched": found.by_lottery.n_matched,
            "gaining": gaining,
            "losing": losing,
        },
        "ignoring_stability": {"matched": found.ignoring_stability.n_matched},
    }
    lottery = {} if market.is_strict else {"lottery": lottery_report(market_file, found.lottery)}
    return Solved(found.matching, told | lottery)


def solve_all_stable(market_file: MarketFile, options: Options) -> Solved:
    """Every stable matching of the lists after the lottery, and the one chosen."""
    market, report = strict_market(market_file, options.rng(), options.lottery)
    chosen = choose_stable(market, options.choose, limit=_MOST_MATCHINGS)
    found = stable_matchings(market, limit=_MOST_MATCHINGS)
    named: tuple[Criterion, ...] = (options.choose, "applicant-optimal", "posting-optimal")
    told = {
        "chosen_by": options.choose,
        "ranks": {name: _ranks(market, name) for name in dict.fromkeys(named)},
        "stable_set": _told(market_file, found),
    }
    return Solved(chosen.matching, told | report)


def _ranks(market: Market, criterion: Criterion) -> JsonObject:
    choice = choose_stable(market, criterion, limit=_MOST_MATCHINGS)
    return {
        "applicant_rank_sum": choice.applicant_rank_sum,
        "posting_rank_sum": choice.posting_rank_sum,
        "regret": choice.regret if choice.regret >= 0 else None,
    }


def _told(market_file: MarketFile, found: StableSet) -> JsonObject:
    """How many there are, who is placed differently in them, and where: everybody else holds the same in all."""
    differs = np.flatnonzero((found.posting_of != found.posting_of[:1]).any(axis=0)).tolist()
    named = [market_file.applicant_ids[one] for one in differs]
    matchings = [matching_by_ids(market_file, found.matching(row)) for row in range(min(found.n_matchings, _MOST_TOLD))]
    return {
        "count": found.n_matchings,
        "is_complete": not found.is_cut,
        "differing": named,
        "matchings": [{one: matching[one] for one in named} for matching in matchings],
    }
