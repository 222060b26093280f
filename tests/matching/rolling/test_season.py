from __future__ import annotations

import numpy as np
import pytest

from matching.errors import MarketError
from matching.rolling.season import Season

PLAIN = {"needs": [1, 2], "capacity": [1, 3], "arrives": [0.0, 3.0]}
VALUES = [[0.9, 0.5], [0.8, 0.1]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"needs": [1, 0]}, "case 1 has needs 0, expected >= 1"),
        ({"capacity": [1, -3]}, "place 1 has capacity -3, expected >= 0"),
        ({"arrives": [3.0, 0.0]}, "case 1 has arrives 0.0, expected no earlier than the case before"),
        ({"arrives": [0.0, np.nan]}, "case 1 has arrives nan, expected a finite time"),
        ({"waits_until": [0.0, 2.0]}, "case 1 has waits_until 2.0, expected no earlier than its arrival"),
        ({"opens": [0.0, 5.0], "closes": [1.0, 4.0]}, "place 1 has closes 4.0, expected no earlier than it opens"),
        ({"withdraws_after": [np.inf, 0.0]}, "case 1 has withdraws_after 0.0, expected more than 0"),
        ({"declines": [[True, False]]}, r"declines has shape \(1, 2\), expected \(2, 2\)"),
        ({"answers_after": np.inf}, "answers_after is inf, expected a finite time >= 0"),
    ],
)
def test_what_forms_no_season_is_refused_by_its_case_or_place(change: dict[str, object], message: str) -> None:
    with pytest.raises(MarketError, match=message):
        Season.of(VALUES, **(PLAIN | change))


def test_a_pair_without_a_value_is_refused_with_the_way_out() -> None:
    with pytest.raises(MarketError, match=r"values\[1, 0\] is -inf.*leave the pair out of is_compatible"):
        Season.of([[0.9, 0.5], [-np.inf, 0.1]], **PLAIN)


def test_who_keeps_writing_does_not_reach_into_a_season() -> None:
    values = np.array(VALUES)
    season = Season.of(values, **PLAIN)
    values[:] = 0

    assert season.values[0, 0] == 0.9
    with pytest.raises(ValueError, match="read-only"):
        season.values[0, 0] = 1.0


def test_hindsight_knows_who_declines_who_leaves_and_which_windows_meet() -> None:
    season = Season.of(
        np.ones((4, 2)),
        needs=[1, 1, 1, 1],
        capacity=[1, 1],
        arrives=[0.0, 0.0, 0.0, 8.0],
        waits_until=[1.0, 1.0, 1.0, 9.0],
        opens=[0.0, 2.0],
        closes=[5.0, 9.0],
        declines=[[False, False], [True, False], [False, False], [False, False]],
        withdraws_after=[np.inf, np.inf, 2.0, np.inf],
    )

    # the second case declines, so that it may be asked again after its time
    assert season.could_hold.tolist() == [[True, False], [False, True], [False, False], [False, True]]
