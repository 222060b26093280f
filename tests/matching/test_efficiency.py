from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import OutcomeError
from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties import improving_moves
from matching.properties.efficiency import Trade, is_pareto_efficient, pareto_improvement
from tests.oracles.enumeration import all_matchings, is_pareto_dominated, ranks_of
from tests.oracles.published import published_market
from tests.strategies import markets


def after(places: tuple[int, ...], trade: Trade) -> tuple[int, ...]:
    new = np.array(places, dtype=np.int64)
    new[trade.applicants] = trade.postings
    return tuple(new.tolist())


def matching_of(market: Market, places: tuple[int, ...]) -> Matching:
    return Matching(np.array(places, dtype=np.int64), market.n_postings)


@settings(max_examples=150)
@given(markets())
def test_a_trade_is_found_exactly_where_a_matching_is_dominated_ties_included(market: Market) -> None:
    for places in list(all_matchings(market))[:60]:
        matching = matching_of(market, places)
        assert is_pareto_efficient(market, matching) != is_pareto_dominated(market, places)


@settings(max_examples=150)
@given(markets(), st.data())
def test_a_trade_leads_to_a_matching_that_somebody_prefers_and_nobody_minds(
    market: Market, data: st.DataObject
) -> None:
    matchings = list(all_matchings(market))
    places = data.draw(st.sampled_from(matchings))
    trade = pareto_improvement(market, matching_of(market, places))
    if trade is None:
        return
    assert after(places, trade) in matchings
    assert np.unique(trade.applicants).size == trade.applicants.size
    ranks = ranks_of(market.applicants.to_lists())
    for applicant, posting, gains in zip(trade.applicants, trade.postings, trade.gains, strict=True):
        change = ranks[applicant][posting] - ranks[applicant].get(places[applicant], 99)
        assert change < 0 if gains else change == 0
    assert trade.gains.any()


@settings(max_examples=150)
@given(markets(), st.data())
def test_each_mover_takes_the_place_that_the_next_one_leaves(market: Market, data: st.DataObject) -> None:
    places = data.draw(st.sampled_from(list(all_matchings(market))))
    trade = pareto_improvement(market, matching_of(market, places))
    if trade is None:
        return
    left = [places[applicant] for applicant in trade.applicants]
    taken = trade.postings.tolist()
    assert taken[:-1] == left[1:]
    if trade.is_cycle:
        assert taken[-1] == left[0]
    else:
        assert places.count(taken[-1]) < market.capacity[taken[-1]]


@settings(max_examples=60)
@given(markets(largest=7))
def test_trades_end_in_an_efficient_matching(market: Market) -> None:
    matching = Matching(np.full(market.n_applicants, -1), market.n_postings)
    total = sum(len(row) for row in market.applicants.to_lists()) + market.n_applicants
    for _ in range(market.n_applicants * (total + 1) + 1):
        trade = pareto_improvement(market, matching)
        if trade is None:
            break
        matching = matching_of(market, after(tuple(matching.posting_of.tolist()), trade))
    assert is_pareto_efficient(market, matching)


@given(markets(strict=True, largest=6), st.data())
def test_on_strict_lists_a_trade_exists_iff_there_are_improving_moves(market: Market, data: st.DataObject) -> None:
    n, m = market.n_applicants, market.n_postings
    places = tuple(data.draw(st.lists(st.integers(-1, m - 1), min_size=n, max_size=n)))
    matching = matching_of(market, places)
    trade, moves = pareto_improvement(market, matching), improving_moves(market, matching)
    assert (trade is None) == (moves.shape[0] == 0)
    if trade is not None:
        listed = {tuple(move) for move in moves.tolist()}
        assert set(zip(trade.applicants.tolist(), trade.postings.tolist(), strict=True)) <= listed


def test_the_stable_matching_of_three_students_is_improved_by_the_published_exchange() -> None:
    # Roth (1982), quoted by Abdulkadiroglu and Sonmez (2003)
    market = published_market("roth-1982-three-students")
    trade = pareto_improvement(market, deferred_acceptance(market))
    assert trade is not None
    assert (trade.applicants.tolist(), trade.postings.tolist(), trade.is_cycle) == ([0, 1], [1, 0], True)


def test_a_chain_begins_with_who_leaves_a_place_that_nobody_takes() -> None:
    market = Market(
        Preferences.from_lists([[0, 1], [1, 0], [2, 1]], n_choices=3),
        Preferences.from_lists([[0, 1], [0, 1, 2], [2]], n_choices=3),
        np.array([1, 1, 1]),
    )
    trade = pareto_improvement(market, matching_of(market, (-1, 0, 1)))
    assert trade is not None
    assert (trade.applicants.tolist(), trade.postings.tolist(), trade.is_cycle) == ([0, 1, 2], [0, 1, 2], False)


def test_hundreds_of_people_on_the_same_way_do_not_hide_the_way_back() -> None:
    # 256 applicants would leave posting 0 for posting 1: a count of them in one byte would be 0
    people = Preferences.from_lists([[1, 0]] * 256 + [[0, 1]], n_choices=2)
    everybody = list(range(257))
    market = Market(people, Preferences.from_lists([everybody, everybody], 257), np.array([256, 1]))
    matching = Matching(np.array([0] * 256 + [1]), n_postings=2)
    assert improving_moves(market, matching).shape[0] == 257
    trade = pareto_improvement(market, matching)
    assert trade is not None
    assert trade.applicants.tolist() == [0, 256]


def test_a_matching_of_another_market_is_refused() -> None:
    market = published_market("roth-1982-three-students")
    for judge in (pareto_improvement, is_pareto_efficient):
        with pytest.raises(OutcomeError) as error:
            judge(market, Matching(np.array([0]), n_postings=2))
        assert str(error.value) == "the matching has 1 applicants and 2 postings, expected 3 and 3"
