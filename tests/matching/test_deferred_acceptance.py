from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import MechanismError
from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.preferences import Preferences
from tests.kept_strategies import orders
from tests.oracles.enumeration import ranks_of, stable_matchings, strict_lists
from tests.oracles.pure_python import (
    deferred_acceptance_by_applicants,
    deferred_acceptance_by_postings,
    priority_tables,
)
from tests.strategies import markets


def rank(market: Market, applicant: int, posting: int) -> int:
    return ranks_of(market.applicants.to_lists())[applicant].get(posting, 10**6)


@settings(max_examples=200)
@given(markets(strict=True))
def test_no_applicant_does_better_in_any_other_stable_matching(market: Market) -> None:
    found = tuple(deferred_acceptance(market).posting_of.tolist())
    stable = stable_matchings(market)
    assert found in stable
    for other in stable:
        assert all(rank(market, a, found[a]) <= rank(market, a, other[a]) for a in range(market.n_applicants))


@settings(max_examples=200)
@given(markets(strict=True))
def test_no_applicant_does_worse_in_any_other_stable_matching_when_postings_propose(market: Market) -> None:
    found = tuple(deferred_acceptance(market, proposing="postings").posting_of.tolist())
    stable = stable_matchings(market)
    assert found in stable
    for other in stable:
        assert all(rank(market, a, found[a]) >= rank(market, a, other[a]) for a in range(market.n_applicants))


@given(markets(strict=True), st.data())
def test_no_applicant_gains_by_reporting_another_list(market: Market, data: st.DataObject) -> None:
    if market.n_applicants == 0:
        return
    liar = data.draw(st.integers(0, market.n_applicants - 1))
    lie = data.draw(orders(market.n_postings))
    lists = market.applicants.to_lists()
    lists[liar] = list(lie[: data.draw(st.integers(0, len(lie)))])
    lied = Market(Preferences.from_lists(lists, market.n_postings), market.postings, market.capacity)
    honest, gained = deferred_acceptance(market).posting_of[liar], deferred_acceptance(lied).posting_of[liar]
    assert rank(market, liar, int(honest)) <= rank(market, liar, int(gained))


@given(markets(strict=True, largest=9), st.randoms(use_true_random=False))
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
    assert deferred_acceptance(renumbered).posting_of.tolist() == deferred_acceptance(market).posting_of[order].tolist()


@settings(max_examples=200)
@given(markets(strict=True, largest=9))
def test_both_sides_agree_with_the_pure_python_twins(market: Market) -> None:
    applicants, postings = strict_lists(market.applicants), strict_lists(market.postings)
    seats = market.capacity.tolist()
    twin = deferred_acceptance_by_applicants(applicants, priority_tables(postings), seats)
    assert deferred_acceptance(market).posting_of.tolist() == twin
    twin = deferred_acceptance_by_postings(applicants, postings, seats)
    assert deferred_acceptance(market, proposing="postings").posting_of.tolist() == twin


def test_a_large_market_agrees_with_the_twin_and_a_huge_capacity_costs_no_memory() -> None:
    rng = np.random.default_rng(11)
    n, m = 600, 40
    market = Market(
        Preferences.from_scores(rng.random((n, m)), top=8),
        Preferences.from_scores(rng.random((m, n)), top=300),
        np.append(rng.integers(0, 12, m - 1), 2**40),
    )
    twin = deferred_acceptance_by_applicants(
        strict_lists(market.applicants), priority_tables(strict_lists(market.postings)), market.capacity.tolist()
    )
    assert deferred_acceptance(market).posting_of.tolist() == twin


def test_a_tie_is_refused_with_the_side_and_the_row() -> None:
    strict, tied = (
        Preferences.from_lists([[0], [0, 1]], n_choices=2),
        Preferences.from_lists([[0], [[0, 1]]], n_choices=2),
    )
    seats = np.array([1, 1])
    with pytest.raises(MechanismError) as error:
        deferred_acceptance(Market(tied, strict, seats))
    assert str(error.value) == "applicant 1 lists a tie, expected strict lists: break ties first"
    with pytest.raises(MechanismError) as error:
        deferred_acceptance(Market(strict, tied, seats))
    assert str(error.value) == "posting 1 lists a tie, expected strict lists: break ties first"


def test_an_unknown_proposing_side_is_refused_with_the_known_ones() -> None:
    market = Market(Preferences.from_lists([], 0), Preferences.from_lists([], 0), np.array([], dtype=np.int64))
    with pytest.raises(MechanismError) as error:
        deferred_acceptance(market, proposing="students")  # type: ignore[arg-type]
    assert str(error.value) == "proposing is 'students', expected one of applicants, postings"
