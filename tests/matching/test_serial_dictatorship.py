from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import MechanismError
from matching.market import Market
from matching.mechanisms.exchange.serial_dictatorship import serial_dictatorship
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties import improving_moves, is_feasible, is_individually_rational, turn_violations
from tests.oracles.enumeration import all_matchings, is_pareto_dominated, strict_lists
from tests.oracles.pure_python import serial_dictatorship as twin
from tests.strategies import markets


@settings(max_examples=150)
@given(markets(strict=True), st.integers(0, 99))
def test_nobody_can_be_made_better_off_without_making_somebody_worse_off(market: Market, seed: int) -> None:
    outcome = serial_dictatorship(market, rng=np.random.default_rng(seed))
    assert not is_pareto_dominated(market, tuple(outcome.matching.posting_of.tolist()))
    assert improving_moves(market, outcome.matching).shape[0] == 0
    assert turn_violations(market, outcome.matching, outcome.order).shape[0] == 0


@settings(max_examples=60)
@given(markets(strict=True, largest=3))
def test_exactly_the_pareto_efficient_matchings_are_reached_by_some_order(market: Market) -> None:
    orders = permutations(range(market.n_applicants))
    reached = {tuple(serial_dictatorship(market, order=order).matching.posting_of.tolist()) for order in orders}
    efficient = {places for places in all_matchings(market) if not is_pareto_dominated(market, places)}
    assert reached == efficient


@given(markets(strict=True))
def test_improving_moves_are_found_exactly_where_a_matching_is_dominated(market: Market) -> None:
    for places in all_matchings(market):
        matching = Matching(np.array(places, dtype=np.int64), market.n_postings)
        assert (improving_moves(market, matching).shape[0] > 0) == is_pareto_dominated(market, places)


@given(markets(strict=True, largest=9), st.integers(0, 99))
def test_the_kernel_agrees_with_the_pure_python_twin(market: Market, seed: int) -> None:
    outcome = serial_dictatorship(market, rng=np.random.default_rng(seed))
    expected = twin(
        strict_lists(market.applicants), strict_lists(market.postings), market.capacity.tolist(), outcome.order.tolist()
    )
    assert outcome.matching.posting_of.tolist() == expected
    assert sorted(outcome.order) == list(range(market.n_applicants))


@given(markets(), st.integers(0, 99))
def test_with_ties_the_lowest_index_is_taken_and_every_turn_is_still_followed(market: Market, seed: int) -> None:
    outcome = serial_dictatorship(market, rng=np.random.default_rng(seed))
    flat = [
        [p for entry in row for p in (entry if isinstance(entry, list) else [entry])]
        for row in market.applicants.to_lists()
    ]
    untied = Market(Preferences.from_lists(flat, market.n_postings), market.postings, market.capacity)
    expected = serial_dictatorship(untied, order=outcome.order).matching.posting_of
    assert outcome.matching.posting_of.tolist() == expected.tolist()
    assert turn_violations(market, outcome.matching, outcome.order).shape[0] == 0
    assert is_feasible(market, outcome.matching)
    assert is_individually_rational(market, outcome.matching)


def test_a_turn_passed_over_is_named() -> None:
    lists = Preferences.from_lists([[0], [0]], n_choices=1)
    market = Market(lists, Preferences.from_lists([[0, 1]], n_choices=2), np.array([1]))
    swapped = Matching(np.array([-1, 0]), n_postings=1)
    assert turn_violations(market, swapped, [0, 1]).tolist() == [[0, 0]]
    assert turn_violations(market, swapped, [1, 0]).tolist() == []


@pytest.mark.parametrize("order", [[0, 0], [0], [0, 1, 2], [0, 5]])
def test_an_order_that_is_no_permutation_is_refused(order: list[int]) -> None:
    market = Market(Preferences.from_lists([[0], [0]], 1), Preferences.from_lists([[0, 1]], 2), np.array([1]))
    with pytest.raises(MechanismError) as error:
        serial_dictatorship(market, order=order)
    assert str(error.value) == f"order has {len(order)} entries, expected each of the 2 applicants exactly once"


def test_an_order_and_a_generator_exclude_each_other() -> None:
    market = Market(Preferences.from_lists([], 0), Preferences.from_lists([], 0), np.array([], dtype=np.int64))
    for options in ({}, {"order": [], "rng": np.random.default_rng(0)}):
        with pytest.raises(
            MechanismError, match=r"^serial dictatorship takes an order or an rng, expected exactly one"
        ):
            serial_dictatorship(market, **options)  # type: ignore[arg-type]
