from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import MarketError
from matching.outcome import Matching
from matching.regions import NO_CAP, Regions
from tests.oracles.regions import keeps_caps, keeps_floors, postings_of
from tests.strategies_regions import RegionalMarket, regional_markets

PREFECTURE, TOWN, ISLANDS = 0, 1, 2


def nested(**changes: Any) -> Regions:
    """A town inside a prefecture, islands apart; posting 3 lies in no region."""
    arrays: dict[str, Any] = {
        "region_of": [TOWN, PREFECTURE, ISLANDS, -1],
        "parent": [-1, PREFECTURE, -1],
        "cap": [4, 2, NO_CAP],
        "floor": [0, 1, 2],
        "posting_floor": [0, 0, 1, 0],
        "target": [1, 2, 5, 9],
        "turn": [3, 0, 1, 2],
    }
    return Regions(**{name: np.array(values) for name, values in (arrays | changes).items()})


def test_a_region_holds_the_postings_of_the_regions_inside_it() -> None:
    regions = nested()
    assert regions.is_inside.tolist() == [
        [True, True, False, False],
        [True, False, False, False],
        [False, False, True, False],
    ]
    assert regions.held(np.array([1, 10, 100, 1000])).tolist() == [11, 1, 100]
    assert (regions.n_regions, regions.n_postings) == (3, 4)


@given(regional_markets(strict=False, floors=True, largest=6), st.data())
def test_limits_are_judged_as_by_counting_people_region_by_region(case: RegionalMarket, data: st.DataObject) -> None:
    market, regions = case
    m = market.n_postings
    places = tuple(data.draw(st.lists(st.integers(-1, m - 1), max_size=6)))
    matching = Matching(np.array(places, dtype=np.int64), m)
    inside = postings_of(regions)
    assert regions.held(matching.n_held).tolist() == [sum(p in own for p in places) for own in inside]
    assert [set(np.flatnonzero(row)) for row in regions.is_inside] == inside
    assert (regions.over_cap(matching).size == 0) == keeps_caps(regions, places)
    assert sum(found.size for found in regions.under_floor(matching)) == 0 or not keeps_floors(regions, places)
    assert sum(found.size for found in regions.under_floor(matching)) > 0 or keeps_floors(regions, places)


def test_violations_are_named_by_region_and_by_posting() -> None:
    regions = nested()
    crowded = Matching(np.array([0, 0, 0, 1, 1]), n_postings=4)
    assert regions.over_cap(crowded).tolist() == [PREFECTURE, TOWN]
    under, postings_under = regions.under_floor(crowded)
    assert (under.tolist(), postings_under.tolist()) == ([ISLANDS], [2])


def test_flat_regions_take_turns_in_ascending_order_and_demand_nothing() -> None:
    regions = Regions.flat([0, 1, -1], cap=[1, 2], target=[1, 0, 7])
    assert regions.turn.tolist() == [0, 1, 2]
    assert (regions.parent.tolist(), regions.floor.tolist()) == ([-1, -1], [0, 0])
    assert regions.posting_floor.tolist() == [0, 0, 0]


def test_nothing_can_be_written_into_regions_that_were_checked() -> None:
    cap = np.array([4, 2, NO_CAP])
    regions = nested(cap=cap)
    cap[0] = 0
    assert regions.cap.tolist() == [4, 2, NO_CAP]
    with pytest.raises(ValueError, match="read-only"):
        regions.cap[0] = 9
    with pytest.raises(ValueError, match="read-only"):
        regions.is_inside[0, 0] = False


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cap": [4, 2]}, "cap has 2 entries, expected 3 regions"),
        ({"floor": [0]}, "floor has 1 entries, expected 3 regions"),
        ({"posting_floor": [0]}, "posting_floor has 1 entries, expected 4 postings"),
        ({"target": [0]}, "target has 1 entries, expected 4 postings"),
        ({"turn": [0, 1, 2]}, "turn has 3 entries, expected 4 postings"),
        ({"region_of": [1, 0, 3, -1]}, "posting 2 has region_of 3, expected in -1..3 (exclusive)"),
        ({"parent": [-1, -2, -1]}, "region 1 has parent -2, expected in -1..3 (exclusive)"),
        ({"cap": [4, -2, -1]}, "region 1 has cap -2, expected >= -1"),
        ({"floor": [0, 0, -1]}, "region 2 has floor -1, expected >= 0"),
        ({"posting_floor": [0, -1, 0, 0]}, "posting 1 has posting_floor -1, expected >= 0"),
        ({"target": [0, 0, 0, -1]}, "posting 3 has target -1, expected >= 0"),
        ({"turn": [0, 1, 1, 2]}, "turn has 4 entries, expected each of 0..4 exactly once"),
        ({"floor": [0, 3, 2]}, "region 1 has floor 3, expected at most its cap 2"),
        ({"parent": [1, 0, -1]}, "region 0 has a chain of parents that never ends, expected a forest"),
        ({"target": [3, 0, 0, 0]}, "region 1 has targets of 3 in all, expected at most its cap 2"),
        ({"target": [2, 3, 0, 0]}, "region 0 has targets of 5 in all, expected at most its cap 4"),
    ],
)
def test_whatever_breaks_the_structure_is_refused_by_name(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(MarketError) as error:
        nested(**changes)
    assert str(error.value) == message
