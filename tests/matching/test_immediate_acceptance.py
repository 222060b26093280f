from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from matching.errors import MechanismError
from matching.market import Market
from matching.mechanisms.exchange.immediate_acceptance import immediate_acceptance
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.preferences import Preferences
from matching.properties import blocking_pairs, is_feasible, is_individually_rational
from matching.properties.efficiency import is_pareto_efficient
from tests.oracles.comparison import equilibrium_outcomes
from tests.oracles.comparison import immediate_acceptance as twin
from tests.oracles.enumeration import is_pareto_dominated, stable_matchings, strict_lists
from tests.oracles.published import published_market
from tests.strategies import markets


@settings(max_examples=150)
@given(markets(strict=True))
def test_nobody_can_be_made_better_off_without_making_somebody_worse_off(market: Market) -> None:
    matching = immediate_acceptance(market)
    assert is_feasible(market, matching)
    assert is_individually_rational(market, matching)
    assert is_pareto_efficient(market, matching)
    assert not is_pareto_dominated(market, tuple(matching.posting_of.tolist()))


@settings(max_examples=200)
@given(markets(strict=True, largest=9))
def test_the_kernel_agrees_with_the_rounds_read_aloud(market: Market) -> None:
    expected = twin(strict_lists(market.applicants), strict_lists(market.postings), market.capacity.tolist())
    assert immediate_acceptance(market).posting_of.tolist() == expected


@settings(max_examples=150)
@given(markets(strict=True, largest=7))
def test_it_is_deferred_acceptance_where_postings_rank_those_first_who_list_them_higher(market: Market) -> None:
    # a remark of Ergin and Sonmez, 2006
    wishes = strict_lists(market.applicants)
    reordered = [
        sorted(row, key=lambda a, p=posting: wishes[a].index(p) if p in wishes[a] else 99)  # type: ignore[misc]
        for posting, row in enumerate(strict_lists(market.postings))
    ]
    adjusted = Market(market.applicants, Preferences.from_lists(reordered, market.n_applicants), market.capacity)
    assert immediate_acceptance(market).posting_of.tolist() == deferred_acceptance(adjusted).posting_of.tolist()


@pytest.mark.parametrize("seed", range(12))
def test_its_nash_equilibria_lead_to_exactly_the_stable_matchings(seed: int) -> None:
    # Ergin and Sonmez (2006), Theorem 1: three applicants, two postings, all 125 profiles of reports
    rng = np.random.default_rng(seed)
    applicants = [rng.permutation(2)[: rng.integers(1, 3)].tolist() for _ in range(3)]
    postings = [rng.permutation(3)[: rng.integers(2, 4)].tolist() for _ in range(2)]
    capacity = rng.integers(1, 3, 2)
    market = Market(Preferences.from_lists(applicants, 2), Preferences.from_lists(postings, 3), capacity)
    outcomes = equilibrium_outcomes(lambda reports: twin(reports, postings, capacity.tolist()), applicants, 2)
    assert outcomes == set(stable_matchings(market))


def test_who_asks_for_the_right_place_second_loses_it() -> None:
    # the three students of Roth (1982); the outcome is our own calculation: s2 ranks i2 first but is given to i1
    market = published_market("roth-1982-three-students")
    matching = immediate_acceptance(market)
    assert matching.posting_of.tolist() == [1, 2, 0]
    assert blocking_pairs(market, matching).tolist() == [[1, 1]]


def test_a_posting_that_does_not_list_the_applicant_costs_a_round() -> None:
    market = Market(
        Preferences.from_lists([[0, 1], [1]], n_choices=2),
        Preferences.from_lists([[], [0, 1]], n_choices=2),
        np.array([1, 1]),
    )
    assert immediate_acceptance(market).posting_of.tolist() == [-1, 1]


def test_a_tie_is_refused_with_the_side_and_the_row() -> None:
    strict, tied = Preferences.from_lists([[0], [1]], 2), Preferences.from_lists([[0], [[0, 1]]], 2)
    with pytest.raises(MechanismError) as error:
        immediate_acceptance(Market(strict, tied, np.array([1, 1])))
    assert str(error.value) == "posting 1 lists a tie, expected strict lists: break ties first"
