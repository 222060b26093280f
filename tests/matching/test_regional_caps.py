from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import MechanismError
from matching.market import Market
from matching.mechanisms.regions.regional_caps import flexible_deferred_acceptance, japan_residency_matching
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.preferences import Preferences
from matching.properties import blocking_pairs
from matching.properties.regional import is_stable_in_regions, is_weakly_stable_in_regions
from matching.regions import NO_CAP, Regions
from tests.kept_strategies import orders
from tests.oracles.enumeration import ranks_of
from tests.oracles.regions import chosen, feasible_matchings, is_stable
from tests.oracles.regions import flexible_deferred_acceptance as by_cumulative_offers
from tests.strategies_regions import RegionalMarket, regional_markets


def rank(market: Market, applicant: int, posting: int) -> int:
    return ranks_of(market.applicants.to_lists())[applicant].get(posting, 10**6)


def places_of(market: Market, regions: Regions) -> tuple[int, ...]:
    return tuple(flexible_deferred_acceptance(market, regions).posting_of.tolist())


@settings(max_examples=200)
@given(regional_markets(largest=6))
def test_the_kernel_agrees_with_the_choice_from_all_proposals_made_anew_after_each(case: RegionalMarket) -> None:
    assert list(places_of(*case)) == by_cumulative_offers(*case)


@settings(max_examples=150)
@given(regional_markets())
def test_the_result_is_feasible_and_stable_in_nested_regions_by_the_definition(case: RegionalMarket) -> None:
    places = places_of(*case)
    assert places in set(feasible_matchings(*case))
    assert is_stable(*case, places, "stable")
    assert is_stable(*case, places, "weak")


@settings(max_examples=100)
@given(regional_markets(largest=9))
def test_the_result_passes_the_check_that_shares_nothing_with_it(case: RegionalMarket) -> None:
    market, regions = case
    matching = flexible_deferred_acceptance(market, regions)
    assert is_stable_in_regions(market, regions, matching)
    assert is_weakly_stable_in_regions(market, regions, matching)


@settings(max_examples=100)
@given(regional_markets(largest=7, nested=False))
def test_nobody_is_worse_off_than_in_the_residency_match_of_disjoint_regions(case: RegionalMarket) -> None:
    market, regions = case
    flexible, split = flexible_deferred_acceptance(market, regions), japan_residency_matching(market, regions)
    for a in range(market.n_applicants):
        assert rank(market, a, int(flexible.posting_of[a])) <= rank(market, a, int(split.posting_of[a]))


@settings(max_examples=100)
@given(regional_markets(), st.data())
def test_no_applicant_gains_by_reporting_another_list(case: RegionalMarket, data: st.DataObject) -> None:
    market, regions = case
    if market.n_applicants == 0:
        return
    liar = data.draw(st.integers(0, market.n_applicants - 1))
    lie = data.draw(orders(market.n_postings))
    lists = market.applicants.to_lists()
    lists[liar] = list(lie[: data.draw(st.integers(0, len(lie)))])
    lied = Market(Preferences.from_lists(lists, market.n_postings), market.postings, market.capacity)
    honest, gained = places_of(market, regions)[liar], places_of(lied, regions)[liar]
    assert rank(market, liar, honest) <= rank(market, liar, gained)


@settings(max_examples=100)
@given(regional_markets(largest=8))
def test_without_caps_it_is_deferred_acceptance(case: RegionalMarket) -> None:
    market, regions = case
    free = replace(regions, cap=np.full(regions.n_regions, NO_CAP))
    matching = flexible_deferred_acceptance(market, free)
    assert matching.posting_of.tolist() == deferred_acceptance(market).posting_of.tolist()
    assert blocking_pairs(market, matching).size == 0


@settings(max_examples=100)
@given(regional_markets(), st.data())
def test_whoever_the_choice_refuses_stays_refused_and_more_proposals_keep_no_fewer(
    case: RegionalMarket, data: st.DataObject
) -> None:
    market, regions = case
    pairs = [(a, p) for p, row in enumerate(ranks_of(market.postings.to_lists())) for a in row]
    many = set(data.draw(st.lists(st.sampled_from(pairs), unique=True))) if pairs else set()
    few = {pair for pair in sorted(many) if data.draw(st.booleans())}
    kept_of_few, kept_of_many = chosen(market, regions, few), chosen(market, regions, many)
    assert kept_of_many & (few - kept_of_few) == set()
    assert len(kept_of_many) >= len(kept_of_few)


@given(regional_markets(largest=7), st.randoms(use_true_random=False))
def test_the_result_follows_people_when_they_are_renumbered(case: RegionalMarket, random: np.random.Generator) -> None:
    market, regions = case
    order = list(range(market.n_applicants))
    random.shuffle(order)
    new_index = {old: new for new, old in enumerate(order)}
    lists = market.applicants.to_lists()
    priorities = [[new_index[a] for a in row] for row in ranks_of(market.postings.to_lists())]
    renumbered = Market(
        Preferences.from_lists([lists[old] for old in order], market.n_postings),
        Preferences.from_lists(priorities, len(order)),
        market.capacity,
    )
    assert places_of(renumbered, regions) == tuple(places_of(market, regions)[old] for old in order)


def test_ten_doctors_and_two_hospitals_fill_the_cap_that_the_residency_match_leaves_empty() -> None:
    # From Kamada and Kojima (2015): a region of cap 10 with two hospitals of capacity 10 and target 5; d1 to d3 list
    # only h1, d4 to d10 only h2, both rank d1 to d10 in this order. The split caps leave d9 and d10 without a place;
    # the flexible mechanism places all ten.
    market = Market(
        Preferences.from_lists([[0]] * 3 + [[1]] * 7, n_choices=2),
        Preferences.from_lists([list(range(10))] * 2, n_choices=10),
        capacity=np.array([10, 10]),
    )
    regions = Regions.flat([0, 0], cap=[10], target=[5, 5])
    split = japan_residency_matching(market, regions)
    assert split.posting_of.tolist() == [0, 0, 0, 1, 1, 1, 1, 1, -1, -1]
    assert not is_weakly_stable_in_regions(market, regions, split)
    assert places_of(market, regions) == (0, 0, 0, 1, 1, 1, 1, 1, 1, 1)


def crossed_wishes() -> Market:
    return Market(
        Preferences.from_lists([[1, 0], [0, 1]], n_choices=2),
        Preferences.from_lists([[0, 1], [1, 0]], n_choices=2),
        capacity=np.array([1, 1]),
    )


@pytest.mark.parametrize(("turn", "expected"), [([0, 1], (0, -1)), ([1, 0], (-1, 1))])
def test_one_seat_for_two_hospitals_goes_by_turn_and_no_matching_is_strongly_stable(
    turn: list[int], expected: tuple[int, int]
) -> None:
    # The shape of Kamada and Kojima's (2015) example against strong stability: cap 1, two hospitals of one seat, each
    # doctor first at the hospital that ranks the other doctor first. The answers are enumerated here.
    market = crossed_wishes()
    regions = replace(Regions.flat([0, 0], cap=[1], target=[0, 0]), turn=np.array(turn))
    feasible = set(feasible_matchings(market, regions))
    assert feasible == {(-1, -1), (0, -1), (1, -1), (-1, 0), (-1, 1)}
    assert [places for places in feasible if is_stable(market, regions, places, "strong")] == []
    assert places_of(market, regions) == expected
    assert expected in {places for places in feasible if is_stable(market, regions, places, "stable")}


def test_targets_decide_who_is_placed_before_turns_do() -> None:
    market = Market(
        Preferences.from_lists([[0], [0], [1]], n_choices=2),
        Preferences.from_lists([[0, 1], [2]], n_choices=3),
        capacity=np.array([2, 2]),
    )
    found = {
        tuple(target): places_of(market, Regions.flat([0, 0], cap=[2], target=target))
        for target in ([2, 0], [0, 2], [0, 0])
    }
    assert found == {(2, 0): (0, 0, -1), (0, 2): (0, -1, 1), (0, 0): (0, -1, 1)}


def test_an_inner_cap_and_the_cap_around_it_both_hold_and_the_rest_goes_to_the_sibling() -> None:
    market = Market(
        Preferences.from_lists([[0, 1], [0, 1], [0, 1], [1]], n_choices=3),
        Preferences.from_lists([[0, 1, 2], [3, 2, 1, 0], []], n_choices=4),
        capacity=np.array([3, 3, 1]),
    )
    nothing = np.zeros(2, np.int64)
    regions = Regions(
        region_of=np.array([1, 0, 0]),
        parent=np.array([-1, 0]),
        cap=np.array([3, 1]),
        floor=nothing,
        posting_floor=np.zeros(3, np.int64),
        target=np.zeros(3, np.int64),
        turn=np.arange(3),
    )
    assert places_of(market, regions) == (0, -1, 1, 1)


def test_a_large_nested_market_agrees_with_the_twin_ranks_with_gaps_included() -> None:
    rng = np.random.default_rng(5)
    n, m, r = 90, 12, 5
    postings = Preferences.from_scores(rng.random((m, n)), top=60)
    gaps = Preferences(postings.indptr, postings.indices, postings.ranks * 3, n)
    market = Market(Preferences.from_scores(rng.random((n, m)), top=6), gaps, np.append(rng.integers(0, 12, m - 1), 99))
    regions = Regions(
        region_of=rng.integers(-1, r, m),
        parent=np.array([2, 2, -1, 4, -1]),
        cap=np.array([9, NO_CAP, 14, 5, 20]),
        floor=np.zeros(r, np.int64),
        posting_floor=np.zeros(m, np.int64),
        target=rng.integers(0, 2, m),
        turn=rng.permutation(m),
    )
    assert list(places_of(market, regions)) == by_cumulative_offers(market, regions)


def test_a_tie_and_regions_of_another_market_are_refused() -> None:
    tied = Market(Preferences.from_lists([[[0, 1]]], 2), Preferences.from_lists([[0], [0]], 1), np.array([1, 1]))
    regions = Regions.flat([0, 0], cap=[1], target=[0, 0])
    for mechanism in (flexible_deferred_acceptance, japan_residency_matching):
        with pytest.raises(MechanismError) as error:
            mechanism(tied, regions)
        assert str(error.value) == "applicant 0 lists a tie, expected strict lists: break ties first"
        with pytest.raises(MechanismError) as error:
            mechanism(crossed_wishes(), Regions.flat([0], cap=[1], target=[0]))
        assert str(error.value) == "the regions have 1 postings, expected 2"
