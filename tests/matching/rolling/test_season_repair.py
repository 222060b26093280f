from __future__ import annotations

import numpy as np
import pytest

from matching.errors import OutcomeError
from matching.rolling.season import Season
from matching.rolling.season_repair import repair_season

SEASON = Season.of(
    [[0.9, 0.5], [0.8, 0.7], [0.6, 0.1], [2.0, 2.0]], needs=[1, 1, 1, 2], capacity=[3, 1], arrives=[0, 1, 2, 3]
)


def test_the_freed_seat_goes_where_it_is_worth_most_and_a_household_stays() -> None:
    repair = repair_season(SEASON, np.array([0, 1, -1, 0]), withdrawn=[0], waiting=[2])

    assert repair.fewest_moves.matching.posting_of.tolist() == [-1, 1, 0, -1]
    assert repair.fewest_moves.n_moved == 0
    assert repair.kept.value == pytest.approx(1.3)


def test_a_household_that_withdraws_frees_all_its_seats() -> None:
    repair = repair_season(SEASON, np.array([0, 1, -1, 0]), withdrawn=[3], waiting=[2])

    assert repair.fewest_moves.matching.posting_of.tolist() in ([0, 0, 0, -1], [0, 1, 0, -1])
    assert repair.kept.matching.posting_of.tolist() == [0, 1, 0, -1]


def test_more_people_than_seats_are_refused_by_the_place() -> None:
    with pytest.raises(OutcomeError, match="place 1 holds more than its 1 seats"):
        repair_season(SEASON, np.array([1, 1, -1, 0]), withdrawn=[], waiting=[2])
    with pytest.raises(OutcomeError, match=r"waiting\[0\] is 9, expected one of 4 cases"):
        repair_season(SEASON, np.array([0, 1, -1, 0]), withdrawn=[], waiting=[9])
