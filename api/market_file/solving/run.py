"""A mechanism is run, its matching judged by code that shares nothing with it, and told by id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.canonical import code_version
from api.market_file.arrays import matching_by_ids
from api.market_file.catalogue import entry_of, verify_sections
from api.market_file.checks import JsonObject, judge
from api.market_file.checks.judged import Judged
from api.market_file.ids_in_words import in_ids
from api.market_file.options import Options
from api.market_file.records import MarketFile
from api.market_file.solving.assignments import solve_constrained_assignment, solve_optimal_assignment
from api.market_file.solving.constrained import solve_couples, solve_flexible, solve_jrmp, solve_reserves
from api.market_file.solving.efficient import (
    solve_efficiency_adjusted,
    solve_immediate_acceptance,
    solve_serial_dictatorship,
    solve_top_trading_cycles,
)
from api.market_file.solving.solved import Solved
from api.market_file.solving.stable import (
    solve_all_stable,
    solve_deferred_acceptance,
    solve_largest_stable,
    solve_welfare_stable,
)
from matching.errors import InfeasibleError, OutcomeError

__all__ = ["solve"]


def solve(market_file: MarketFile, *, mechanism: str, **options: Any) -> JsonObject:
    """Run a mechanism and return the result file.

    Parameters
    ----------
    market_file : MarketFile
        The market; nothing in it may be left over that the mechanism would ignore.
    mechanism : str
        One of :data:`api.mechanism_names.MECHANISM_NAMES`.
    **options
        Fields of :class:`api.market_file.options.Options`.

    Returns
    -------
    dict
        ``mechanism``, ``matching``, ``report`` and ``provenance``; with ``reason`` where the matching is a fall-back,
        or null because no solution of the kind exists. Scores are summed over acceptable pairs, and a pair without
        one counts 0.

    Raises
    ------
    MarketFileError
        An unknown mechanism or option, or a section or option that the mechanism does not take.
    OutcomeError
        The matching fails its own check: an error, not a result.
    """
    chosen = Options(**options)
    entry_of(mechanism)
    chosen.verify_taken(mechanism)
    verify_sections(market_file, mechanism)
    result: JsonObject = {"mechanism": mechanism}
    try:
        solved = _SOLVERS[mechanism](market_file, chosen)
    except InfeasibleError as error:
        result |= {"matching": None, "report": {"feasible": False}, "reason": in_ids(market_file, str(error))}
    else:
        result |= _told(market_file, mechanism, solved, chosen)
    return result | {"provenance": _provenance(market_file, mechanism, chosen)}


def _told(market_file: MarketFile, mechanism: str, solved: Solved, options: Options) -> JsonObject:
    judged = Judged(market_file, solved.matching, solved.claims, options.told(mechanism))
    report = judge(judged, mechanism)
    holds = report.pop("holds")
    reason = None if holds else solved.reason  # stable on the lists as submitted, whatever the lottery made of them
    if not holds and reason is None:
        if solved.excuse is None:
            raise OutcomeError(f"{mechanism} fails its own check: {_failure(report)}")
        reason = f"{solved.excuse}: {_failure(report)}"
    told: JsonObject = {"matching": matching_by_ids(market_file, solved.matching), "report": report | solved.report}
    for claim, value in solved.claims.items():
        told["report"][claim] = report.get(claim, {}) | value if isinstance(value, dict) else value
    return told if reason is None else told | {"reason": reason}


_WITNESSES = {
    "feasible": ("over_capacity", "over_cap", "under_floor", "postings_under_floor", "over_quota"),
    "individually_rational": ("unacceptable_pairs", "unacceptable_couples"),
    "stable": ("blocking_pairs", "blocking_coalitions"),
    "efficient": ("improving_moves",),
    "order_followed": ("turns_passed_over",),
}


def _failure(report: JsonObject) -> str:
    """The first promise that is not kept, with its first witness."""
    broken = next(word for word in report["promised"] if not report[word])
    for witness in _WITNESSES.get(broken, ()):
        if report.get(witness):
            return f"not {broken}: {witness} {report[witness][0]}, the first of {len(report[witness])}"
    return f"not {broken}"


def _provenance(market_file: MarketFile, mechanism: str, options: Options) -> JsonObject:
    return {
        "mechanism": mechanism,
        "options": options.told(mechanism),
        "seed": options.seed,
        "input_sha256": market_file.digest,
        "code_version": code_version(),
    }


_SOLVERS: dict[str, Callable[[MarketFile, Options], Solved]] = {
    "deferred-acceptance": solve_deferred_acceptance,
    "max-cardinality-stable": solve_largest_stable,
    "welfare-stable": solve_welfare_stable,
    "all-stable": solve_all_stable,
    "reserves": solve_reserves,
    "flexible-deferred-acceptance": solve_flexible,
    "jrmp": solve_jrmp,
    "couples": solve_couples,
    "optimal-assignment": solve_optimal_assignment,
    "constrained-assignment": solve_constrained_assignment,
    "serial-dictatorship": solve_serial_dictatorship,
    "immediate-acceptance": solve_immediate_acceptance,
    "top-trading-cycles": solve_top_trading_cycles,
    "efficiency-adjusted-deferred-acceptance": solve_efficiency_adjusted,
}
