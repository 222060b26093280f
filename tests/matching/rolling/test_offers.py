from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from matching.rolling.moment import WAIT
from matching.rolling.offers import best_batch, decide
from matching.rolling.replay import first_moment
from matching.rolling.season import Season
from tests.oracles.rolling import largest_total
from tests.strategies_rolling import seasons


@settings(max_examples=60, deadline=None)
@given(seasons(eventful=False))
def test_a_batch_is_as_good_as_the_best_of_all_batches(season: Season) -> None:
    gain = season.values - 0.3
    place = best_batch(gain, season.is_compatible, season.needs, season.capacity)
    held = np.flatnonzero(place >= 0)

    assert (np.bincount(place[held], season.needs[held], season.n_places) <= season.capacity).all()
    assert season.is_compatible[held, place[held]].all()
    best = largest_total(gain, season.is_compatible, season.needs, season.capacity)
    assert gain[held, place[held]].sum() == pytest.approx(best)


def _alone(**more: object) -> Season:
    return Season.of([[0.9, 0.5]], **({"needs": [1], "capacity": [1, 1], "arrives": [0.0]} | more))


def test_a_seat_that_is_worth_more_later_is_kept() -> None:
    offers = decide(first_moment(_alone()), np.array([0.95, 0.6]))

    assert offers.place.tolist() == [WAIT]
    assert offers.gain == pytest.approx(np.array([[-0.05, -0.1]]))


def test_a_household_pays_for_every_seat_it_takes() -> None:
    season = Season.of([[0.9, 0.8]], needs=[3], capacity=[3, 3], arrives=[0.0])

    assert decide(first_moment(season), np.array([0.2, 0.1])).place.tolist() == [1]


def test_of_equal_gains_the_lower_index_comes_first() -> None:
    season = Season.of([[0.5, 0.5]], needs=[1], capacity=[1, 1], arrives=[0.0])

    assert decide(first_moment(season), np.zeros(2)).place.tolist() == [0]


def test_a_case_waits_for_a_better_place_that_opens_in_time_and_only_then() -> None:
    season = _alone(opens=[5.0, 0.0], waits_until=[6.0])
    offers = decide(first_moment(season), np.zeros(2))
    too_late = decide(first_moment(_alone(opens=[7.0, 0.0], waits_until=[6.0])), np.zeros(2))

    assert (offers.place.tolist(), offers.waits_for.tolist()) == ([WAIT], [0])
    assert (too_late.place.tolist(), too_late.waits_for.tolist()) == ([1], [WAIT])
