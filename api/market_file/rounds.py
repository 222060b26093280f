"""``solve``: one mechanism on a market file, checked from the original market before it is handed out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np

from api.canonical import code_version
from api.market_file.arrays import matching_by_ids, to_market, to_scored_pairs
from api.market_file.checks import JsonObject, certificate_body, stability_report, verify_taken
from api.market_file.records import MarketFile, MarketFileError
from matching.certificates import verify_optimality
from matching.market import Market
from matching.mechanisms.deferred_acceptance import Side, deferred_acceptance
from matching.mechanisms.linear_assignment import optimal_assignment
from matching.mechanisms.serial_dictatorship import serial_dictatorship
from matching.mechanisms.ties import BrokenTies, Lottery, break_ties
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties import verify_feasible, verify_individually_rational, verify_weakly_stable

__all__ = ["solve"]


@dataclass(frozen=True)
class _Options:
    proposing: Side
    lottery: Lottery
    rng: np.random.Generator


@dataclass(frozen=True, eq=False)
class _Solved:
    matching: Matching
    report: JsonObject


def solve(
    market_file: MarketFile,
    *,
    mechanism: str,
    proposing: str = "applicants",
    seed: int = 0,
    lottery: str = "single",
) -> JsonObject:
    """Run a mechanism and return the result file.

    Parameters
    ----------
    market_file : MarketFile
        The market; nothing in it may be left over that the mechanism would ignore.
    mechanism : str
        ``deferred-acceptance``, ``optimal-assignment`` or ``serial-dictatorship``.
    proposing : {"applicants", "postings"}
        Of deferred acceptance: the side for which the stable matching is best.
    seed : int
        >= 0. Decides the lottery that breaks ties and the order of a serial dictatorship; numbers go to sorted ids.
    lottery : {"single", "multiple"}
        One lottery number a person, or a fresh one in every list.

    Returns
    -------
    dict
        ``mechanism``, ``matching``, ``report`` and ``provenance``. *optimal-assignment* maximises the sum of scores
        over acceptable pairs (a pair without a score counts 0); among equal totals the most people are placed.

    Raises
    ------
    MarketFileError
        An unknown mechanism or option, or a section that the mechanism does not take.
    OutcomeError, CertificateError
        The outcome fails its own check.
    """
    verify_taken(market_file, mechanism)
    options = _options(mechanism, proposing, seed, lottery)
    market = to_market(market_file)
    solved = _SOLVERS[mechanism](market_file, market, options)
    return {
        "mechanism": mechanism,
        "matching": matching_by_ids(market_file, solved.matching),
        "report": stability_report(market_file, market, solved.matching) | solved.report,
        "provenance": {
            "mechanism": mechanism,
            "options": {"proposing": proposing, "lottery": lottery},
            "seed": seed,
            "input_sha256": market_file.digest,
            "code_version": code_version(),
        },
    }


def _options(mechanism: str, proposing: str, seed: int, lottery: str) -> _Options:
    known = {"proposing": (proposing, ("applicants", "postings")), "lottery": (lottery, ("single", "multiple"))}
    for name, (value, values) in known.items():
        if value not in values:
            raise MarketFileError(f"{name} is {value!r}, expected one of {', '.join(values)}")
    if proposing == "postings" and mechanism != "deferred-acceptance":
        raise MarketFileError(f"proposing is 'postings', but in {mechanism} no side proposes")
    if seed < 0:
        raise MarketFileError(f"seed is {seed}, expected >= 0")
    return _Options(cast(Side, proposing), cast(Lottery, lottery), np.random.default_rng(seed))


def _deferred_acceptance(market_file: MarketFile, market: Market, options: _Options) -> _Solved:
    broken = None if market.is_strict else break_ties(market, rng=options.rng, lottery=options.lottery)
    matching = deferred_acceptance(broken.market if broken else market, proposing=options.proposing)
    verify_weakly_stable(market, matching)
    return _Solved(matching, _lottery_report(market_file, market, broken))


def _serial_dictatorship(market_file: MarketFile, market: Market, options: _Options) -> _Solved:
    """The order is drawn before the ties are broken, so that a tie in a list changes nobody's turn."""
    turns = options.rng.permutation(market.n_applicants)
    broken = None if market.applicants.is_strict else break_ties(market, rng=options.rng, lottery=options.lottery)
    outcome = serial_dictatorship(broken.market if broken else market, order=turns)
    verify_feasible(market, outcome.matching)
    verify_individually_rational(market, outcome.matching)
    chosen_in_turn: list[int] = outcome.order.tolist()
    order = [market_file.applicant_ids[one] for one in chosen_in_turn]
    return _Solved(outcome.matching, {"order": order} | _lottery_report(market_file, market, broken))


def _optimal_assignment(market_file: MarketFile, market: Market, _options: _Options) -> _Solved:
    pairs = to_scored_pairs(market_file, market)
    best = optimal_assignment(pairs, market.capacity)
    certificate = verify_optimality(pairs, market.capacity, best.matching, best.applicant_prices, best.posting_prices)
    prices = {
        "applicant_prices": dict(zip(market_file.applicant_ids, best.applicant_prices.tolist(), strict=True)),
        "posting_prices": dict(zip(market_file.posting_ids, best.posting_prices.tolist(), strict=True)),
    }
    return _Solved(best.matching, {"objective": best.value, "certificate": certificate_body(certificate) | prices})


_SOLVERS: dict[str, Callable[[MarketFile, Market, _Options], _Solved]] = {
    "deferred-acceptance": _deferred_acceptance,
    "optimal-assignment": _optimal_assignment,
    "serial-dictatorship": _serial_dictatorship,
}


def _lottery_report(market_file: MarketFile, market: Market, broken: BrokenTies | None) -> JsonObject:
    """The numbers by id; the lower one stands first in every tie."""
    if broken is None:
        return {}
    applicants, postings = market_file.applicant_ids, market_file.posting_ids
    if broken.lottery == "single":
        numbers: JsonObject = {
            "applicants": dict(zip(applicants, broken.applicant_numbers.tolist(), strict=True)),
            "postings": dict(zip(postings, broken.posting_numbers.tolist(), strict=True)),
        }
    else:
        numbers = {
            "applicants": _numbers_by_list(market.postings, broken.applicant_numbers.tolist(), postings, applicants),
            "postings": _numbers_by_list(market.applicants, broken.posting_numbers.tolist(), applicants, postings),
        }
    return {"lottery": {"kind": broken.lottery} | numbers}


def _numbers_by_list(
    lists: Preferences, numbers: list[int], owners: tuple[str, ...], choices: tuple[str, ...]
) -> dict[str, dict[str, int]]:
    ends: list[int] = lists.indptr.tolist()
    indices: list[int] = lists.indices.tolist()
    named = [choices[index] for index in indices]
    return {
        owner: dict(zip(named[start:end], numbers[start:end], strict=True))
        for owner, start, end in zip(owners, ends[:-1], ends[1:], strict=True)
    }
