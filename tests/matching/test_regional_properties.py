from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties import blocking_pairs
from matching.properties.regional import (
    is_stable_in_regions,
    is_strongly_stable_in_regions,
    is_weakly_stable_in_regions,
    keeps_regional_limits,
    regional_blocking,
    regional_violations,
)
from matching.regions import NO_CAP, Regions
from tests.oracles.enumeration import all_matchings, is_pareto_dominated, ranks_of
from tests.oracles.regions import feasible_matchings, is_stable, keeps_caps, keeps_floors, postings_of
from tests.oracles.regions import regional_blocking as by_definition
from tests.strategies_regions import RegionalMarket, regional_markets

CHECKS = {
    "weak": is_weakly_stable_in_regions,
    "stable": is_stable_in_regions,
    "strong": is_strongly_stable_in_regions,
}


def as_matching(market: Market, places: tuple[int, ...]) -> Matching:
    return Matching(np.array(places, dtype=np.int64), market.n_postings)


def found_pairs(market: Market, regions: Regions, places: tuple[int, ...]) -> dict[tuple[int, int], dict[str, bool]]:
    found = regional_blocking(market, regions, as_matching(market, places))
    columns = zip(found.tolerated_by_weak, found.tolerated_by_stable, found.tolerated_by_strong, strict=True)
    return {
        (int(a), int(p)): {"weak": bool(weak), "stable": bool(stable), "strong": bool(strong)}
        for (a, p), (weak, stable, strong) in zip(found.pairs, columns, strict=True)
    }


@settings(max_examples=150)
@given(regional_markets(strict=False, floors=True), st.data())
def test_a_pair_is_tolerated_iff_each_of_its_moves_is_when_carried_out(
    case: RegionalMarket, data: st.DataObject
) -> None:
    feasible = list(feasible_matchings(*case))
    if feasible:
        places = data.draw(st.sampled_from(feasible))
        assert found_pairs(*case, places) == by_definition(*case, places)


@settings(max_examples=100)
@given(regional_markets(nested=False), st.data())
def test_without_floors_it_is_the_definition_for_disjoint_regions_word_by_word(
    case: RegionalMarket, data: st.DataObject
) -> None:
    market, regions = case
    places = data.draw(st.sampled_from(list(feasible_matchings(market, regions))))
    priority = ranks_of(market.postings.to_lists())
    target = np.minimum(regions.target, market.capacity)
    for (a, p), tolerated in found_pairs(market, regions, places).items():
        region, g = int(regions.region_of[p]), places[a]
        inside = postings_of(regions)[region] if region >= 0 else set()
        first = region >= 0 and sum(q in inside for q in places) == regions.cap[region]
        second = all(priority[p][h] < priority[p][a] for h, q in enumerate(places) if q == p)
        from_outside = g not in inside
        balance = places.count(p) + 1 - target[p] > places.count(g) - 1 - target[g]
        assert tolerated == {
            "weak": first and second,
            "stable": first and second and bool(from_outside or balance),
            "strong": first and second and from_outside,
        }


@settings(max_examples=50)
@given(regional_markets(strict=False, floors=True, largest=3))
def test_the_three_checks_agree_with_the_definitions_on_every_matching(case: RegionalMarket) -> None:
    market, regions = case
    for places in all_matchings(market):
        sound = keeps_caps(regions, places) and keeps_floors(regions, places)
        assert keeps_regional_limits(regions, as_matching(market, places)) == sound
        for notion, check in CHECKS.items():
            expected = sound and is_stable(market, regions, places, notion)
            assert check(market, regions, as_matching(market, places)) == expected


@settings(max_examples=100)
@given(regional_markets(strict=False, floors=True, largest=6), st.data())
def test_strong_implies_stable_implies_weak(case: RegionalMarket, data: st.DataObject) -> None:
    market, regions = case
    places = [data.draw(st.integers(-1, market.n_postings - 1)) for _ in range(market.n_applicants)]
    matching = as_matching(market, tuple(places))
    found = regional_blocking(market, regions, matching)
    assert found.pairs.tolist() == blocking_pairs(market, matching).tolist()
    assert bool((found.tolerated_by_strong <= found.tolerated_by_stable).all())
    assert bool((found.tolerated_by_stable <= found.tolerated_by_weak).all())


@settings(max_examples=50)
@given(regional_markets(strict=False, floors=True), st.integers(1, 3), st.data())
def test_pairs_looked_at_a_few_at_a_time_are_told_the_same(
    case: RegionalMarket, n_pairs: int, data: st.DataObject
) -> None:
    market, _ = case
    places = tuple(data.draw(st.integers(-1, market.n_postings - 1)) for _ in range(market.n_applicants))
    at_once = found_pairs(*case, places)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matching.properties.regional._BLOCK_PAIRS", n_pairs)
        assert found_pairs(*case, places) == at_once


@settings(max_examples=50)
@given(regional_markets(nested=False, largest=3))
def test_no_matching_within_the_caps_only_adds_people_to_a_weakly_stable_one(case: RegionalMarket) -> None:
    # a part of the efficiency that Kamada and Kojima (2015) prove of weak stability
    market, regions = case
    feasible = list(feasible_matchings(market, regions))
    for places in feasible:
        if is_weakly_stable_in_regions(market, regions, as_matching(market, places)):
            assert not any(
                other != places and all(now in (-1, then) for now, then in zip(places, other, strict=True))
                for other in feasible
            )


@settings(max_examples=50)
@given(regional_markets(strict=False, largest=3))
def test_without_regions_each_notion_is_plain_stability(case: RegionalMarket) -> None:
    market, _ = case
    none = Regions.flat(np.full(market.n_postings, -1), [], np.zeros(market.n_postings, np.int64))
    for places in all_matchings(market):
        expected = blocking_pairs(market, as_matching(market, places)).size == 0
        assert {check(market, none, as_matching(market, places)) for check in CHECKS.values()} == {expected}


def one_region(*, floor: int = 0, posting_floor: tuple[int, int] = (0, 0), cap: int = NO_CAP) -> Regions:
    return replace(
        Regions.flat([0, 0], cap=[cap], target=[0, 0]), floor=np.array([floor]), posting_floor=np.array(posting_floor)
    )


def envious_market() -> Market:
    """Applicant 0 at posting 1 prefers posting 0, where applicant 1, ranked below, holds the only seat."""
    return Market(
        Preferences.from_lists([[0, 1], [0]], n_choices=2),
        Preferences.from_lists([[0, 1], [0]], n_choices=2),
        capacity=np.array([1, 1]),
    )


def test_ousting_within_a_region_at_its_floor_is_tolerated_since_the_region_loses_one() -> None:
    places = (1, 0)
    assert found_pairs(envious_market(), one_region(), places)[0, 0] == dict.fromkeys(CHECKS, False)
    assert found_pairs(envious_market(), one_region(floor=2), places)[0, 0] == dict.fromkeys(CHECKS, True)
    assert found_pairs(envious_market(), one_region(floor=1), places)[0, 0] == dict.fromkeys(CHECKS, False)
    assert found_pairs(envious_market(), one_region(posting_floor=(0, 1)), places)[0, 0] == dict.fromkeys(CHECKS, True)


def test_ousting_by_somebody_without_a_place_harms_no_floor() -> None:
    assert found_pairs(envious_market(), one_region(floor=1, posting_floor=(1, 0)), (-1, 0))[0, 0] == dict.fromkeys(
        CHECKS, False
    )


def test_joining_within_a_region_at_its_floor_is_not_tolerated_since_the_region_loses_none() -> None:
    assert found_pairs(envious_market(), one_region(floor=1), (1, -1))[0, 0] == dict.fromkeys(CHECKS, False)
    assert found_pairs(envious_market(), one_region(posting_floor=(0, 1)), (1, -1))[0, 0] == dict.fromkeys(CHECKS, True)


def test_joining_from_a_region_at_its_floor_is_tolerated_since_that_region_loses_one() -> None:
    for floor, is_tolerated in (((0, 1), True), ((1, 0), False)):
        regions = replace(Regions.flat([0, 1], cap=[NO_CAP, NO_CAP], target=[0, 0]), floor=np.array(floor))
        assert found_pairs(envious_market(), regions, (1, -1))[0, 0] == dict.fromkeys(CHECKS, is_tolerated)


@pytest.mark.parametrize(
    ("target", "is_excused"),
    [
        ((0, 0), True),  # 1 beyond there against 0 here afterwards: worse balanced
        ((1, 0), False),  # 0 against 0
        ((0, 1), True),  # 1 beyond there against 1 short here
    ],
)
def test_within_a_full_region_a_move_is_excused_where_it_leaves_the_targets_worse_balanced(
    target: tuple[int, int], is_excused: bool
) -> None:
    # Kamada and Kojima (2015), the last case of their definition: one hospital's one doctor would rather have the other
    regions = Regions.flat([0, 0], cap=[1], target=list(target))
    tolerated = found_pairs(envious_market(), regions, (1, -1))[0, 0]
    assert tolerated == {"weak": True, "stable": is_excused, "strong": False}


def test_the_residency_match_result_of_the_published_example_is_dominated() -> None:
    # Kamada and Kojima (2015), cut down to four doctors: cap 4, targets 2 and 2, one doctor lists only the first
    market = Market(
        Preferences.from_lists([[0], [1], [1], [1]], n_choices=2),
        Preferences.from_lists([[0, 1, 2, 3]] * 2, n_choices=4),
        capacity=np.array([4, 4]),
    )
    regions = Regions.flat([0, 0], cap=[4], target=[2, 2])
    assert found_pairs(market, regions, (0, 1, 1, -1)) == {(3, 1): dict.fromkeys(CHECKS, False)}
    assert is_pareto_dominated(market, (0, 1, 1, -1))
    assert is_strongly_stable_in_regions(market, regions, as_matching(market, (0, 1, 1, 1)))


def test_violations_name_regions_and_postings() -> None:
    regions = Regions(
        region_of=np.array([0, 1, 2]),
        parent=np.array([-1, 0, -1]),
        cap=np.array([2, 1, NO_CAP]),
        floor=np.array([0, 0, 2]),
        posting_floor=np.array([0, 0, 1]),
        target=np.zeros(3, np.int64),
        turn=np.arange(3),
    )
    found = regional_violations(regions, Matching(np.array([0, 1, 1]), n_postings=3))
    assert found.over_cap.tolist() == [0, 1]
    assert (found.under_floor.tolist(), found.postings_under_floor.tolist()) == ([2], [2])


def test_regions_or_a_matching_of_another_market_are_refused() -> None:
    market, matching = envious_market(), Matching(np.array([0, -1]), n_postings=2)
    other = Regions.flat([0, 0, 0], cap=[NO_CAP], target=[0, 0, 0])
    for refused in (lambda: regional_violations(other, matching), lambda: regional_blocking(market, other, matching)):
        with pytest.raises(OutcomeError) as error:
            refused()
        assert str(error.value) == "the regions have 3 postings, expected 2"
    with pytest.raises(OutcomeError) as error:
        regional_blocking(market, one_region(), Matching(np.array([0]), n_postings=2))
    assert str(error.value) == "the matching has 1 applicants and 2 postings, expected 2 and 2"
