"""The verdict on a result: its axioms, its mechanism's promises, and whether it holds."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from api.market_file.arrays import to_matching
from api.market_file.catalogue import verify_sections
from api.market_file.checks.couples import couple_stability
from api.market_file.checks.efficiency import efficiency, improvement, turns
from api.market_file.checks.judged import JsonObject, Judged
from api.market_file.checks.limits import limits_kept, total_bound
from api.market_file.checks.lists import seats, weak_stability
from api.market_file.checks.optimality import optimality
from api.market_file.checks.regional import regional_limits, regional_stability, stability_under_targets
from api.market_file.checks.reserves import choice_stability, seats_and_quotas
from api.market_file.checks.size import size_bound, verdicts
from api.market_file.reading import parse_result
from api.market_file.records import MarketFile, MarketFileError, ResultFile

__all__ = ["judge", "verify"]


@dataclass(frozen=True)
class _Verdict:
    """How a mechanism's results are judged: the parts of the report, and which of its words it promises."""

    parts: tuple[Callable[[Judged], JsonObject], ...]
    promised: tuple[str, ...]
    unchecked: str | None = None  # what the mechanism gives beyond it, which a matching alone does not show


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
    verify_sections(market_file, result.mechanism)
    if result.matching is None:
        raise MarketFileError("matching is null, expected a posting or null for every applicant")
    matching = to_matching(market_file, result.matching)
    options: object = result.provenance.get("options")
    told = cast(JsonObject, options) if isinstance(options, dict) else {}
    judged = Judged(market_file, matching, result.report, told)
    return {"mechanism": result.mechanism} | judge(judged, result.mechanism)


def judge(judged: Judged, mechanism: str) -> JsonObject:
    """Return the axioms of a matching with their witnesses by id, and whether the mechanism's promises hold."""
    verdict = _VERDICTS[mechanism]
    report: JsonObject = {"matched": judged.matching.n_matched}
    for part in verdict.parts:
        report |= part(judged)
    is_unblocked = report.pop("unblocked")
    report["stable"] = report["feasible"] and report["individually_rational"] and is_unblocked
    if "objective" not in report:
        report["objective"] = judged.total if judged.market_file.scores else None
    report |= _figures(judged.claims, report)
    promised = [*verdict.promised, *(word for word in _OPTIONAL if word in report)]
    if verdict.unchecked is not None and not set(_OPTIONAL[:-1]) & set(promised):
        report["not_checked"] = verdict.unchecked
    return report | {"promised": promised, "holds": all(report[word] for word in promised)}


def _figures(claims: JsonObject, report: JsonObject) -> JsonObject:
    """Whether the figures that came with a result are those found; empty without any."""
    told = {word: claims[word] for word in _FIGURES if word in claims and report.get(word) is not None}
    if not told:
        return {}
    differing = [word for word, value in told.items() if not _agrees(value, report[word])]
    return {"figures_agree": not differing} | ({"figures_that_differ": differing} if differing else {})


def _agrees(told: object, found: object) -> bool:
    if isinstance(found, float) and isinstance(told, int | float):
        return abs(told) <= sys.float_info.max and math.isclose(told, found, rel_tol=1e-9)
    return told == found


_FIGURES = ("matched", "feasible", "individually_rational", "stable", "objective")

_OPTIONAL = ("order_followed", "prices_prove_it", "bound_holds", "improves_on_stable", "figures_agree")
"""Promises that are made only by what comes with a result."""

_SOUND = ("feasible", "individually_rational")
_STABLE = _Verdict((seats, weak_stability), (*_SOUND, "stable"))
_EFFICIENT = _Verdict((seats, weak_stability, efficiency), (*_SOUND, "efficient"))
_REGIONAL = _Verdict((regional_limits, regional_stability), (*_SOUND, "stable"))

_VERDICTS: dict[str, _Verdict] = {
    "deferred-acceptance": _STABLE,
    "max-cardinality-stable": _Verdict(
        (*_STABLE.parts, verdicts, size_bound), _STABLE.promised, "that no stable matching places more"
    ),
    "welfare-stable": _Verdict((*_STABLE.parts, verdicts), _STABLE.promised),
    "all-stable": _STABLE,
    "reserves": _Verdict((seats_and_quotas, choice_stability), (*_SOUND, "stable")),
    "flexible-deferred-acceptance": _REGIONAL,
    "jrmp": _Verdict((*_REGIONAL.parts, stability_under_targets), (*_SOUND, "stable_under_targets")),
    "couples": _Verdict((seats, couple_stability), (*_SOUND, "stable")),
    "optimal-assignment": _Verdict((seats, weak_stability, optimality), (*_SOUND, "optimal")),
    "constrained-assignment": _Verdict(
        (limits_kept, total_bound),
        (*_SOUND, "within_blocking_limit"),
        "that no matching within the limits is worth more",
    ),
    "serial-dictatorship": _Verdict((*_EFFICIENT.parts, turns), _EFFICIENT.promised, "that somebody chose in turn"),
    "immediate-acceptance": _Verdict(_EFFICIENT.parts, _EFFICIENT.promised, "that first choices came first"),
    "top-trading-cycles": _Verdict(_EFFICIENT.parts, _EFFICIENT.promised, "that priorities were traded in cycles"),
    "efficiency-adjusted-deferred-acceptance": _Verdict(
        (*_EFFICIENT.parts, improvement), _EFFICIENT.promised, "that nobody is worse off than in deferred acceptance"
    ),
}
