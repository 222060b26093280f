"""``verify``: a result judged from the market file alone, by axioms and certificates, never by a mechanism."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias, cast

from api.market_file.arrays import pairs_by_ids, sections_used, to_market, to_matching, to_scored_pairs
from api.market_file.names import shown
from api.market_file.reading import parse_result
from api.market_file.records import MarketFile, MarketFileError, ResultFile
from matching.certificates import AssignmentCertificate, assignment_certificate, supporting_prices
from matching.market import Market
from matching.outcome import Matching
from matching.properties import (
    blocking_pairs,
    improving_moves,
    individual_rationality_violations,
    over_capacity,
    turn_violations,
)

__all__ = ["MECHANISM_NAMES", "NOTION", "JsonObject", "certificate_body", "stability_report", "verify", "verify_taken"]

JsonObject: TypeAlias = dict[str, Any]


@dataclass(frozen=True, eq=False)
class _Judged:
    market_file: MarketFile
    market: Market
    matching: Matching
    report: JsonObject  # what came with the result: claims, not facts


NOTION = "weak stability: both sides strictly prefer each other, ties as submitted"


def verify(market_file: MarketFile, result: ResultFile | JsonObject) -> JsonObject:
    """Judge a result from the original market.

    Parameters
    ----------
    market_file : MarketFile
        What the mechanism was given.
    result : ResultFile or dict
        ``mechanism`` and ``matching`` suffice. An order of choosers or prices in its report are checked too.

    Returns
    -------
    dict
        ``feasible``, ``individually_rational``, ``stable``, ``blocking_pairs`` ..., and ``holds``: whether the result
        is what its mechanism promises, listed in ``promised``.

    Raises
    ------
    MarketFileError
        The mechanism or a name is unknown, an applicant is missing, or there is no matching to judge.
    """
    if not isinstance(result, ResultFile):
        result = parse_result(result)
    verify_taken(market_file, result.mechanism)
    if result.matching is None:
        raise MarketFileError("matching is null, expected a posting or null for every applicant")
    market, matching = to_market(market_file), to_matching(market_file, result.matching)
    report = {"mechanism": result.mechanism} | stability_report(market_file, market, matching)
    report |= _PROMISE_CHECKS[result.mechanism](_Judged(market_file, market, matching, result.report))
    return report | {"holds": all(report[promise] for promise in report["promised"])}


def stability_report(market_file: MarketFile, market: Market, matching: Matching) -> JsonObject:
    """Return the axioms that are reported for every mechanism, with their witnesses by id."""
    too_full = over_capacity(market, matching)
    unacceptable = individual_rationality_violations(market, matching)
    blocking = blocking_pairs(market, matching)
    has_scores = bool(market_file.scores)
    return {
        "matched": matching.n_matched,
        "feasible": too_full.size == 0,
        "over_capacity": [market_file.posting_ids[posting] for posting in too_full.tolist()],
        "individually_rational": unacceptable.shape[0] == 0,
        "unacceptable_pairs": pairs_by_ids(market_file, unacceptable),
        "stable": too_full.size == 0 and unacceptable.shape[0] == 0 and blocking.shape[0] == 0,
        "notion": NOTION,
        "blocking_pairs": pairs_by_ids(market_file, blocking),
        "objective": to_scored_pairs(market_file, market).total(matching) if has_scores else None,
    }


def certificate_body(certificate: AssignmentCertificate) -> JsonObject:
    """Return a certificate as JSON."""
    return asdict(certificate)


def verify_taken(market_file: MarketFile, mechanism: str) -> None:
    """Refuse an unknown mechanism, and a market with something that the mechanism would ignore.

    Raises
    ------
    MarketFileError
        Naming the known mechanisms, or the place of what the mechanism does not take.
    """
    if mechanism not in _PROMISE_CHECKS:
        raise MarketFileError(f"mechanism {shown(mechanism)} is unknown, expected one of {', '.join(MECHANISM_NAMES)}")
    for section, place in sections_used(market_file):
        raise MarketFileError(f"{place}: {mechanism} does not take {section} and would ignore them")


def _check_stability(_judged: _Judged) -> JsonObject:
    return {"promised": ["feasible", "individually_rational", "stable"]}


def _check_order(judged: _Judged) -> JsonObject:
    """With an order every turn is followed; without it, no exchange may leave all its movers better off."""
    market_file, market, matching = judged.market_file, judged.market, judged.matching
    improving = improving_moves(market, matching)
    promised = ["feasible", "individually_rational", "efficient"]
    body = {"efficient": improving.shape[0] == 0, "improving_moves": pairs_by_ids(market_file, improving)}
    if "order" in judged.report:
        skipped = turn_violations(market, matching, _order_indices(market_file, judged.report["order"]))
        body |= {"order_followed": skipped.shape[0] == 0, "turns_passed_over": pairs_by_ids(market_file, skipped)}
        promised.append("order_followed")
    return {"promised": promised} | body


def _order_indices(market_file: MarketFile, order: object) -> list[int]:
    ids = market_file.applicant_ids
    named = cast("list[object]", order) if isinstance(order, list) else []
    if sorted(map(str, named)) != list(ids):
        raise MarketFileError(f"report.order is not each of the {len(ids)} applicants exactly once")
    index_of = {one: index for index, one in enumerate(ids)}
    return [index_of[str(one)] for one in named]


def _check_optimality(judged: _Judged) -> JsonObject:
    """Prices are read off the matching; prices that came with the result must prove it as well."""
    market_file, matching, seats = judged.market_file, judged.matching, judged.market.capacity
    pairs = to_scored_pairs(market_file, judged.market)
    certificate = assignment_certificate(pairs, seats, matching, *supporting_prices(pairs, seats, matching))
    promised = ["feasible", "individually_rational", "optimal"]
    body = {
        "objective": certificate.value,
        "optimal": certificate.holds,
        "certificate": certificate_body(certificate),
    }
    claimed: object = judged.report.get("certificate")
    if isinstance(claimed, dict) and "posting_prices" in claimed:
        claims = cast(JsonObject, claimed)
        u = _prices(claims, "applicant_prices", market_file.applicant_ids)
        v = _prices(claims, "posting_prices", market_file.posting_ids)
        body["prices_prove_it"] = assignment_certificate(pairs, seats, matching, u, v).holds
        promised.append("prices_prove_it")
    return {"promised": promised} | body


def _prices(claimed: JsonObject, key: str, ids: tuple[str, ...]) -> list[float]:
    found: object = claimed.get(key)
    prices = cast("dict[str, object]", found) if isinstance(found, dict) else {}
    if set(prices) != set(ids):
        raise MarketFileError(f"report.certificate.{key} has not one price for each of {len(ids)} ids")
    values = [prices[one] for one in ids]
    numbers = [float(value) for value in values if isinstance(value, int | float) and abs(value) < 1e300]
    if len(numbers) < len(values):
        raise MarketFileError(f"report.certificate.{key} holds a price that is not a finite number")
    return numbers


_PROMISE_CHECKS: dict[str, Callable[[_Judged], JsonObject]] = {
    "deferred-acceptance": _check_stability,
    "optimal-assignment": _check_optimality,
    "serial-dictatorship": _check_order,
}

MECHANISM_NAMES = tuple(_PROMISE_CHECKS)
"""Mechanisms that ``solve`` and ``verify`` know."""
