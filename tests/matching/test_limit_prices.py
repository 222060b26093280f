from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from matching.errors import MechanismError
from matching.explain.limit_prices import limit_prices
from matching.market import Market
from matching.mechanisms.regions.regional_caps import flexible_deferred_acceptance
from matching.mechanisms.regions.regional_floors import regional_matching_with_floors
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.regions import NO_CAP, Regions
from tests.strategies_regions import RegionalMarket, regional_markets


def ten_doctors() -> Market:
    return Market(
        Preferences.from_lists([[0]] * 3 + [[1]] * 7, n_choices=2),
        Preferences.from_lists([list(range(10))] * 2, n_choices=10),
        capacity=np.array([10, 10]),
    )


def with_floors(market: Market, regions: Regions) -> Matching:
    return regional_matching_with_floors(market, regions).matching


def test_one_more_seat_places_one_more_doctor_until_the_cap_binds_no_longer() -> None:
    # the market of Kamada and Kojima (2015) under smaller caps; each doctor lists one hospital
    for cap, binds in ((8, True), (9, True), (10, True), (11, False)):
        regions = Regions.flat([0, 0], cap=[cap], target=[3, 3])
        prices = limit_prices(ten_doctors(), regions, flexible_deferred_acceptance).caps
        gain = int(cap < 10)
        assert prices.is_binding.tolist() == [binds]
        assert [prices.placed[0], prices.first_choices[0], prices.n_better[0], prices.n_worse[0]] == [gain] * 3 + [0]


def test_a_floor_costs_the_first_choice_of_whoever_it_keeps() -> None:
    market = Market(
        Preferences.from_lists([[0, 1], [0, 1], [0, 1]], n_choices=2),
        Preferences.from_lists([[0, 1, 2]] * 2, n_choices=3),
        capacity=np.array([3, 3]),
    )
    regions = replace(
        Regions.flat([0, 1], cap=[NO_CAP, NO_CAP], target=[0, 0]),
        floor=np.array([0, 1]),
        posting_floor=np.array([0, 2]),
    )
    prices = limit_prices(market, regions, with_floors)
    assert prices.matching.n_held.tolist() == [1, 2]
    assert prices.floors.is_binding.tolist() == [False, False]
    posting = prices.posting_floors
    assert posting.is_binding.tolist() == [False, True]
    assert (posting.placed[1], posting.first_choices[1], posting.n_better[1] - posting.n_worse[1]) == (0, 1, 1)


@settings(max_examples=60)
@given(regional_markets(largest=6, nested=False))
def test_in_disjoint_regions_a_cap_that_does_not_bind_changes_nothing_and_one_that_does_harms_nobody(
    case: RegionalMarket,
) -> None:
    market, regions = case
    prices = limit_prices(market, regions, flexible_deferred_acceptance)
    for region in np.flatnonzero(~prices.caps.is_binding & (regions.cap != NO_CAP)):
        cap = regions.cap.copy()
        cap[region] += 1
        looser = flexible_deferred_acceptance(market, replace(regions, cap=cap))
        assert looser.posting_of.tolist() == prices.matching.posting_of.tolist()
    assert not prices.caps.n_worse.any()
    assert bool((prices.caps.placed >= 0).all())


def test_an_inner_cap_that_turned_people_away_and_was_left_unfilled_is_priced_on_request() -> None:
    # The inner region of posting 0 (cap 1) turns applicant 0 away to posting 1. Applicant 2 then takes posting 2, whose
    # turn is before posting 0's, so that the cap of 2 around all three empties the inner region.
    market = Market(
        Preferences.from_lists([[0, 1], [0], [2]], n_choices=3),
        Preferences.from_lists([[1, 0], [0], [2]], n_choices=3),
        capacity=np.array([2, 1, 1]),
    )
    regions = Regions(
        region_of=np.array([1, 0, 0]),
        parent=np.array([-1, 0]),
        cap=np.array([2, 1]),
        floor=np.zeros(2, np.int64),
        posting_floor=np.zeros(3, np.int64),
        target=np.zeros(3, np.int64),
        turn=np.array([2, 0, 1]),
    )
    quick = limit_prices(market, regions, flexible_deferred_acceptance).caps
    assert quick.is_binding.tolist() == [True, False]
    assert quick.n_better.tolist() == [1, 0]
    thorough = limit_prices(market, regions, flexible_deferred_acceptance, also_slack=True).caps
    assert thorough.is_binding.tolist() == [True, False]
    assert (thorough.placed.tolist(), thorough.n_better.tolist()) == ([1, 0], [1, 0])


def test_a_mechanism_that_breaks_a_limit_is_refused() -> None:
    def everybody_at_first(market: Market, regions: Regions) -> Matching:
        return Matching(np.zeros(market.n_applicants, np.int64), regions.n_postings)

    capped = Regions.flat([0, 0], cap=[9], target=[0, 0])
    floored = replace(Regions.flat([-1, -1], cap=[], target=[0, 0]), posting_floor=np.array([0, 1]))
    for regions, message in (
        (capped, "region 0 breaks its cap in the matching to be priced, expected it kept"),
        (floored, "posting 1 breaks its floor in the matching to be priced, expected it kept"),
    ):
        with pytest.raises(MechanismError) as error:
            limit_prices(ten_doctors(), regions, everybody_at_first)
        assert str(error.value) == message
