"""Mechanisms that are efficient for applicants and give up stability for it."""

from __future__ import annotations

from api.market_file.arrays import matching_by_ids
from api.market_file.checks import JsonObject
from api.market_file.options import Options
from api.market_file.records import MarketFile
from api.market_file.solving.solved import Solved, lottery_report, strict_market
from matching.mechanisms.exchange.efficiency_adjusted import efficiency_adjusted_deferred_acceptance
from matching.mechanisms.exchange.immediate_acceptance import immediate_acceptance
from matching.mechanisms.exchange.serial_dictatorship import serial_dictatorship
from matching.mechanisms.exchange.top_trading_cycles import top_trading_cycles
from matching.mechanisms.exchange.trading_cycles import TradingCycles
from matching.mechanisms.stable.ties import break_ties

__all__ = [
    "solve_efficiency_adjusted",
    "solve_immediate_acceptance",
    "solve_serial_dictatorship",
    "solve_top_trading_cycles",
]


def solve_serial_dictatorship(market_file: MarketFile, options: Options) -> Solved:
    """The order is drawn before the ties are broken, so that a tie in a list changes nobody's turn."""
    market, rng = market_file.market, options.rng()
    turns = rng.permutation(market.n_applicants)
    broken = None if market.applicants.is_strict else break_ties(market, rng=rng, lottery=options.lottery)
    outcome = serial_dictatorship(broken.market if broken else market, order=turns)
    chosen_in_turn: list[int] = outcome.order.tolist()
    order = {"order": [market_file.applicant_ids[one] for one in chosen_in_turn]}
    lottery = {"lottery": lottery_report(market_file, broken)} if broken else {}
    return Solved(outcome.matching, lottery, claims=order)


def solve_immediate_acceptance(market_file: MarketFile, options: Options) -> Solved:
    """Every acceptance is final."""
    market, report = strict_market(market_file, options.rng(), options.lottery)
    return Solved(immediate_acceptance(market), report)


def solve_top_trading_cycles(market_file: MarketFile, options: Options) -> Solved:
    """The cycles are told in an order in which they can be made."""
    market, report = strict_market(market_file, options.rng(), options.lottery)
    outcome = top_trading_cycles(market)
    return Solved(outcome.matching, {"cycles": _cycles(market_file, outcome.cycles)} | report)


def solve_efficiency_adjusted(market_file: MarketFile, options: Options) -> Solved:
    """Everybody consents; the stable matching stands beside what it was improved to."""
    market, report = strict_market(market_file, options.rng(), options.lottery)
    outcome = efficiency_adjusted_deferred_acceptance(market)
    before = {"before": matching_by_ids(market_file, outcome.before)}
    return Solved(outcome.matching, {"cycles": _cycles(market_file, outcome.cycles)} | report, claims=before)


def _cycles(market_file: MarketFile, cycles: TradingCycles) -> list[JsonObject]:
    """Each cycle as who takes which posting."""
    applicants, postings = market_file.applicant_ids, market_file.posting_ids
    told: list[JsonObject] = []
    for index in range(cycles.n_cycles):
        movers, places = cycles.cycle(index)
        pairs = zip(movers.tolist(), places.tolist(), strict=True)
        told.append({applicants[mover]: postings[place] for mover, place in pairs})
    return told
