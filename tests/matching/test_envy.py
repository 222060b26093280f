from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import OutcomeError
from matching.market import Market
from matching.mechanisms.exchange.top_trading_cycles import top_trading_cycles
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties import blocking_pairs, is_individually_rational
from matching.properties.envy import envy_counts, justified_envy, wasted_seats
from tests.oracles.enumeration import blocking, ranks_of
from tests.oracles.published import published_market
from tests.strategies import markets


def drawn(market: Market, data: st.DataObject) -> Matching:
    n, m = market.n_applicants, market.n_postings
    places = data.draw(st.lists(st.integers(-1, m - 1), min_size=n, max_size=n))
    return Matching(np.array(places, dtype=np.int64), m)


@settings(max_examples=300)
@given(markets(), st.data())
def test_a_pair_blocks_iff_there_is_justified_envy_or_a_wasted_seat(market: Market, data: st.DataObject) -> None:
    matching = drawn(market, data)
    envied = {(a, p) for a, p, _ in justified_envy(market, matching).tolist()}
    wasted = {(a, p) for a, p in wasted_seats(market, matching).tolist()}
    assert envied | wasted == {(a, p) for a, p in blocking_pairs(market, matching).tolist()}
    assert envied | wasted == set(blocking(market, tuple(matching.posting_of.tolist())))


@settings(max_examples=200)
@given(markets(), st.data())
def test_the_holder_named_is_the_lowest_and_below_the_envious(market: Market, data: st.DataObject) -> None:
    matching = drawn(market, data)
    priorities = ranks_of(market.postings.to_lists())
    for applicant, posting, holder in justified_envy(market, matching).tolist():
        rank_of = {other: priorities[posting].get(other, 99) for other in matching.applicants_of(posting).tolist()}
        assert rank_of[holder] > priorities[posting][applicant]
        assert holder == min(other for other, rank in rank_of.items() if rank == max(rank_of.values()))


@settings(max_examples=200)
@given(markets(), st.data())
def test_counts_add_up_to_every_acceptable_pair_that_is_preferred(market: Market, data: st.DataObject) -> None:
    matching = drawn(market, data)
    if not is_individually_rational(market, matching):
        return
    applicants, postings = ranks_of(market.applicants.to_lists()), ranks_of(market.postings.to_lists())
    wished = [
        (a, p)
        for a, ranks in enumerate(applicants)
        for p, rank in ranks.items()
        if a in postings[p] and rank < ranks.get(int(matching.posting_of[a]), 99)
    ]
    counts = envy_counts(market, matching)
    assert counts.n_justified == justified_envy(market, matching).shape[0]
    assert counts.n_wasted == wasted_seats(market, matching).shape[0]
    assert counts.n_unjustified == len(wished) - blocking_pairs(market, matching).shape[0]
    assert counts.n_envious == len({a for a, _ in wished})


@given(markets(strict=True, largest=6))
def test_in_a_stable_matching_all_envy_is_unjustified(market: Market) -> None:
    counts = envy_counts(market, deferred_acceptance(market))
    assert (counts.n_justified, counts.n_wasted) == (0, 0)


def test_the_student_who_was_passed_over_in_the_published_trade_has_justified_envy() -> None:
    # Roth (1982): i3 stands above i2 at s1, and i2 gets it by trading with i1
    market = published_market("roth-1982-three-students")
    matching = top_trading_cycles(market).matching
    assert justified_envy(market, matching).tolist() == [[2, 0, 1]]
    assert wasted_seats(market, matching).tolist() == []
    counts = envy_counts(market, matching)
    assert (counts.n_justified, counts.n_unjustified, counts.n_envious) == (1, 1, 1)


def test_a_holder_whom_the_posting_does_not_list_is_below_everybody() -> None:
    market = Market(Preferences.from_lists([[0], [0]], 1), Preferences.from_lists([[1]], 2), np.array([1]))
    assert justified_envy(market, Matching(np.array([0, -1]), 1)).tolist() == [[1, 0, 0]]


def test_a_matching_of_another_market_is_refused() -> None:
    market = published_market("roth-1982-three-students")
    for judge in (justified_envy, wasted_seats, envy_counts):
        with pytest.raises(OutcomeError, match=r"^the matching has 1 applicants and 2 postings, expected 3 and 3$"):
            judge(market, Matching(np.array([0]), n_postings=2))
