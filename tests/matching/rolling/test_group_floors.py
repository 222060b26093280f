from __future__ import annotations

import numpy as np
import pytest

from matching.errors import MarketError, MechanismError
from matching.rolling.forecast import Forecast
from matching.rolling.group_floors import FloorRule, amplified, group_averages, group_floors
from matching.rolling.hindsight import hindsight_bound
from matching.rolling.moment import Policy
from matching.rolling.policies import SeatPrices
from matching.rolling.replay import replay
from matching.rolling.season import Season

GROUP = np.arange(120) % 3


def _season(seed: int) -> Season:
    """The third group gains much less from every place, so that it is served last."""
    rng = np.random.default_rng(seed)
    values = rng.random((120, 6)) * np.where(GROUP == 2, 0.4, 1.0)[:, None]
    return Season.of(values, needs=rng.choice([1, 1, 1, 2], 120), capacity=[12] * 6, arrives=np.arange(120))


@pytest.mark.parametrize("rule", ["random", "proportional", "max-min"])
def test_every_group_reaches_its_floor_and_the_cost_is_what_the_total_loses(rule: FloorRule) -> None:
    season = _season(0)
    floors = group_floors(season, GROUP, rule=rule)

    assert (floors.average >= floors.floor * (1 - 1e-5)).all()
    assert floors.total_without == pytest.approx(hindsight_bound(season))
    assert 0 <= floors.cost < 0.5
    assert (floors.average_without[2] < floors.floor[2]) == (floors.factor[2] > 1)


@pytest.mark.parametrize("rule", ["random", "proportional", "max-min"])
def test_amplified_values_have_the_floored_placement_among_their_best(rule: FloorRule) -> None:
    season = _season(0)
    floors = group_floors(season, GROUP, rule=rule)
    louder = Season.of(
        season.values * floors.factor[GROUP, None],
        needs=season.needs,
        capacity=season.capacity,
        arrives=season.arrives,
    )
    n_seats = np.bincount(GROUP, season.needs)

    assert hindsight_bound(louder) == pytest.approx((floors.factor * floors.average * n_seats).sum(), rel=1e-5)


def test_max_min_is_the_highest_floor_that_all_groups_can_share() -> None:
    season = _season(0)
    common = group_floors(season, GROUP, rule="max-min").floor

    assert np.ptp(common) == 0
    for rule in ("random", "proportional"):
        assert group_floors(season, GROUP, rule=rule).floor.min() <= common[0] + 1e-6


def test_factors_of_the_year_before_lift_the_group_that_is_served_last() -> None:
    past, season = _season(1), _season(2)
    floors = group_floors(past, GROUP, rule="proportional")

    def run(policy: Policy) -> float:
        return float(group_averages(replay(season, policy).outcome, season.needs, GROUP)[2])

    plain = SeatPrices(Forecast.of([past]), rng=np.random.default_rng(0))
    louder = SeatPrices(Forecast.of([past]).scaled(floors.factor[GROUP]), rng=np.random.default_rng(0))

    assert run(amplified(louder, floors.factor[GROUP])) > 1.2 * run(plain)


def test_groups_that_do_not_fit_are_refused() -> None:
    season = _season(0)
    with pytest.raises(MarketError, match="group_of has 2 entries, expected one for each of 120 cases"):
        group_floors(season, [0, 1], rule="random")
    with pytest.raises(MarketError, match="group 1 has no case, expected at least one"):
        group_floors(season, np.where(GROUP == 1, 0, GROUP), rule="random")
    with pytest.raises(MechanismError, match="floor rule is 'equal', expected one of random, proportional, max-min"):
        group_floors(season, GROUP, rule="equal")  # type: ignore[arg-type]
