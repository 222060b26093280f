from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import MechanismError
from matching.market import Market
from matching.mechanisms.exchange.top_trading_cycles import TopTradingCycles, top_trading_cycles
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.preferences import Preferences
from matching.properties import is_feasible, is_individually_rational
from matching.properties.efficiency import is_pareto_efficient
from matching.statistics import rank_held
from tests.oracles.comparison import best_reachable, is_sequence_of_trades
from tests.oracles.comparison import top_trading_cycles as twin
from tests.oracles.enumeration import is_pareto_dominated, strict_lists
from tests.oracles.published import published_market
from tests.strategies import markets


def cycles_of(outcome: TopTradingCycles) -> list[tuple[list[int], list[int]]]:
    cycles = map(outcome.cycles.cycle, range(outcome.cycles.n_cycles))
    return [(applicants.tolist(), postings.tolist()) for applicants, postings in cycles]


@settings(max_examples=150)
@given(markets(strict=True))
def test_nobody_can_be_made_better_off_without_making_somebody_worse_off(market: Market) -> None:
    matching = top_trading_cycles(market).matching
    assert is_feasible(market, matching)
    assert is_individually_rational(market, matching)
    assert is_pareto_efficient(market, matching)
    assert not is_pareto_dominated(market, tuple(matching.posting_of.tolist()))


@settings(max_examples=60)
@given(markets(strict=True, largest=3))
def test_no_applicant_gains_by_any_other_list(market: Market) -> None:
    honest = rank_held(market, top_trading_cycles(market).matching)
    for applicant in range(market.n_applicants):
        best = best_reachable(lambda reported: top_trading_cycles(reported).matching, market, applicant)
        assert best == (honest[applicant] if honest[applicant] >= 0 else 99)


@settings(max_examples=200)
@given(markets(strict=True, largest=9))
def test_the_walk_agrees_with_all_cycles_of_a_round_at_once(market: Market) -> None:
    applicants, postings = strict_lists(market.applicants), strict_lists(market.postings)
    outcome = top_trading_cycles(market)
    assert outcome.matching.posting_of.tolist() == twin(applicants, postings, market.capacity.tolist())
    assert is_sequence_of_trades(cycles_of(outcome), applicants, postings, market.capacity.tolist())
    assert sorted(outcome.cycles.applicants) == np.flatnonzero(outcome.matching.is_matched).tolist()


def test_a_large_market_agrees_with_the_twin() -> None:
    rng = np.random.default_rng(5)
    n, m = 300, 30
    market = Market(
        Preferences.from_scores(rng.random((n, m)), top=6),
        Preferences.from_scores(rng.random((m, n)), top=200),
        rng.integers(0, 12, m),
    )
    expected = twin(strict_lists(market.applicants), strict_lists(market.postings), market.capacity.tolist())
    assert top_trading_cycles(market).matching.posting_of.tolist() == expected


@given(markets(strict=True, largest=8), st.randoms(use_true_random=False))
def test_the_result_follows_people_when_they_are_renumbered(market: Market, random: np.random.Generator) -> None:
    order = list(range(market.n_applicants))
    random.shuffle(order)
    new_index = {old: new for new, old in enumerate(order)}
    lists = market.applicants.to_lists()
    renumbered = Market(
        Preferences.from_lists([lists[old] for old in order], market.n_postings),
        Preferences.from_lists([[new_index[a] for a in row] for row in strict_lists(market.postings)], len(order)),
        market.capacity,
    )
    expected = top_trading_cycles(market).matching.posting_of[order]
    assert top_trading_cycles(renumbered).matching.posting_of.tolist() == expected.tolist()


def test_eight_students_trade_as_published() -> None:
    # Abdulkadiroglu and Sonmez (2003), the example of the top trading cycles mechanism
    market = published_market("abdulkadiroglu-sonmez-2003-trading-cycles")
    outcome = top_trading_cycles(market)
    assert (outcome.matching.posting_of + 1).tolist() == [2, 1, 3, 3, 1, 4, 2, 4]
    assert cycles_of(outcome)[0] == ([0, 2, 4], [1, 2, 0])
    assert is_pareto_efficient(market, outcome.matching)


def test_two_of_three_students_trade_what_stability_forbids() -> None:
    # Roth (1982), quoted by Abdulkadiroglu and Sonmez (2003): the stable matching is worse for i1 and i2
    market = published_market("roth-1982-three-students")
    assert deferred_acceptance(market).posting_of.tolist() == [0, 1, 2]
    assert top_trading_cycles(market).matching.posting_of.tolist() == [1, 0, 2]


def test_a_priority_at_a_posting_that_one_does_not_list_is_traded_all_the_same() -> None:
    # otherwise applicant 0, first at posting 0, would have to list it to get posting 1
    market = Market(
        Preferences.from_lists([[1], [0, 1], [1]], n_choices=2),
        Preferences.from_lists([[0, 1], [1, 2, 0]], n_choices=3),
        np.array([1, 1]),
    )
    assert top_trading_cycles(market).matching.posting_of.tolist() == [1, 0, -1]


def test_a_tie_is_refused_with_the_side_and_the_row() -> None:
    strict, tied = Preferences.from_lists([[0], [1]], 2), Preferences.from_lists([[0], [[0, 1]]], 2)
    with pytest.raises(MechanismError) as error:
        top_trading_cycles(Market(tied, strict, np.array([1, 1])))
    assert str(error.value) == "applicant 1 lists a tie, expected strict lists: break ties first"
