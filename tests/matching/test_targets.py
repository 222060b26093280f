from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.regions import Regions
from matching.targets import UNDECLARED, fill_targets
from tests.kept_strategies import orders


@st.composite
def nested(draw: st.DrawFn) -> dict[str, np.ndarray]:
    """A forest of up to four regions over up to six postings, some targets declared within half of every cap."""
    m, r = draw(st.integers(0, 6)), draw(st.integers(0, 4))
    parent = [draw(st.integers(-1, region - 1)) for region in range(r)]
    return {
        "region_of": np.array([draw(st.integers(-1, r - 1)) for _ in range(m)], np.int64),
        "parent": np.array(parent, np.int64),
        "cap": np.array([draw(st.integers(-1, 9)) for _ in range(r)], np.int64),
        "turn": np.array(draw(orders(m)), np.int64),
        "capacity": np.array([draw(st.integers(0, 5)) for _ in range(m)], np.int64),
    }


def regions_of(places: dict[str, np.ndarray], target: np.ndarray) -> Regions:
    nothing = np.zeros(places["parent"].size, np.int64)
    return Regions(
        places["region_of"],
        places["parent"],
        places["cap"],
        floor=nothing,
        posting_floor=np.zeros(target.size, np.int64),
        target=target,
        turn=places["turn"],
    )


@given(nested())
def test_derived_targets_keep_every_cap_and_use_it_up_where_the_seats_suffice(places: dict[str, np.ndarray]) -> None:
    undeclared = np.full(places["capacity"].size, UNDECLARED)
    target = fill_targets(undeclared, **places)
    regions = regions_of(places, target)  # refuses targets beyond a cap
    assert (target <= places["capacity"]).all()
    held, seats = regions.held(target), regions.held(places["capacity"])
    for region in np.flatnonzero(places["cap"] >= 0):
        if (places["parent"] == -1).all():
            assert held[region] == min(places["cap"][region], seats[region])


@given(nested(), st.data())
def test_a_declared_target_is_never_changed(places: dict[str, np.ndarray], data: st.DataObject) -> None:
    m = places["capacity"].size
    declared = np.array([data.draw(st.integers(-1, 2)) for _ in range(m)], np.int64)
    target = fill_targets(declared, **places)
    assert (target[declared >= 0] == declared[declared >= 0]).all()
    assert (target >= 0).all()


def test_shares_are_proportional_and_the_largest_remainders_come_first() -> None:
    # a cap of 10 over 10, 10 and 4 seats: 4.17, 4.17 and 1.67, so the third posting gets the seat left over
    target = fill_targets(
        np.full(3, UNDECLARED),
        np.array([10, 10, 4]),
        region_of=np.zeros(3, np.int64),
        parent=np.array([-1]),
        cap=np.array([10]),
        turn=np.array([0, 1, 2]),
    )
    assert target.tolist() == [4, 4, 2]


def test_equal_remainders_go_to_the_earlier_turn() -> None:
    places = {"region_of": np.zeros(3, np.int64), "parent": np.array([-1]), "cap": np.array([4])}
    for turn, expected in (([0, 1, 2], [2, 1, 1]), ([2, 1, 0], [1, 1, 2])):
        target = fill_targets(np.full(3, UNDECLARED), np.array([5, 5, 5]), **places, turn=np.array(turn))
        assert target.tolist() == expected


def test_an_inner_region_is_cut_before_the_one_around_it() -> None:
    target = fill_targets(
        np.full(3, UNDECLARED),
        np.array([3, 3, 3]),
        region_of=np.array([1, 1, 0]),
        parent=np.array([-1, 0]),
        cap=np.array([5, 2]),
        turn=np.array([1, 0, 2]),
    )
    assert target.tolist() == [1, 1, 3]
