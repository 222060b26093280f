from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from matching.errors import MechanismError
from matching.rolling.forecast import Forecast
from matching.rolling.hindsight import hindsight_bound, hindsight_optimum
from matching.rolling.moment import WAIT, Moment, Policy
from matching.rolling.policies import RandomPlaces, SeatPrices, greedy
from matching.rolling.replay import Replay, replay
from matching.rolling.season import Season
from tests.oracles.rolling import in_order, largest_total
from tests.strategies_rolling import seasons


def _policies(season: Season) -> list[Policy]:
    prices = SeatPrices(Forecast.of([season]), rng=np.random.default_rng(0), n_futures=2)
    return [greedy, RandomPlaces(np.random.default_rng(0)), prices]


@settings(max_examples=60, deadline=None)
@given(seasons())
def test_no_policy_oversteps_seats_windows_answers_or_hindsight(season: Season) -> None:
    best = hindsight_optimum(season)
    for policy in _policies(season):
        run = replay(season, policy)
        held = np.flatnonzero(run.place >= 0)
        place = run.place[held]

        assert (np.bincount(place, season.needs[held], season.n_places) <= season.capacity).all()
        assert season.could_hold[held, place].all()
        assert (run.offered_at[held] >= np.maximum(season.arrives[held], season.opens[place])).all()
        assert (run.offered_at[held] < season.closes[place]).all()
        assert run.total == pytest.approx(season.values[held, place].sum())
        assert run.total <= best.total + 1e-9 <= best.bound + 2e-9


@settings(max_examples=60, deadline=None)
@given(seasons(eventful=False))
def test_first_come_first_served_is_what_it_says(season: Season) -> None:
    assert replay(season, greedy).place.tolist() == in_order(season)


@settings(max_examples=60, deadline=None)
@given(seasons())
def test_hindsight_is_the_best_of_all_placements(season: Season) -> None:
    expected = largest_total(season.values, season.could_hold, season.needs, season.capacity)

    assert hindsight_optimum(season).total == pytest.approx(expected)
    assert hindsight_bound(season) >= expected - 1e-9


def test_an_optimum_that_is_not_proven_in_time_is_refused_with_the_bound_that_is() -> None:
    rng = np.random.default_rng(5)
    season = Season.of(rng.random((40, 8)), needs=rng.integers(1, 4, 40), capacity=[5] * 8, arrives=np.arange(40.0))
    with pytest.raises(MechanismError, match=r"^no optimum within 1e-09 seconds; use hindsight_bound"):
        hindsight_optimum(season, time_limit=1e-9)
    assert hindsight_bound(season) >= hindsight_optimum(season).total > 0


def _season(**more: object) -> Season:
    plain = {"needs": [1, 1], "capacity": [1], "arrives": [0.0, 3.0], "waits_until": [2.0, 9.0]}
    return Season.of([[0.9], [0.8]], **(plain | more))


def test_a_declined_seat_comes_back_when_the_answer_is_in() -> None:
    run = replay(_season(declines=[[True], [False]], answers_after=5.0), greedy)

    assert run.place.tolist() == [-1, 0]
    assert run.offered_at[1] == 5.0
    assert (run.n_offers, run.n_declined, run.n_withdrawn) == (2, 1, 0)


def test_a_seat_reopens_when_its_holder_withdraws_and_the_value_is_lost() -> None:
    run = replay(_season(withdraws_after=[6.0, np.inf]), greedy)

    assert run.place.tolist() == [-1, 0]
    assert run.outcome.tolist() == [0.0, 0.8]
    assert (run.offered_at[1], run.n_withdrawn) == (6.0, 1)


def test_whoever_waits_no_longer_is_not_offered_the_reopened_seat() -> None:
    assert replay(_season(withdraws_after=[7.0, np.inf], waits_until=[2.0, 6.0]), greedy).place.tolist() == [-1, -1]


def test_whoever_declines_is_looked_at_once_more() -> None:
    season = Season.of(
        [[0.9, 0.2]], needs=[1], capacity=[1, 1], arrives=[0.0], declines=[[True, False]], answers_after=4.0
    )

    assert replay(season, greedy).place.tolist() == [1]


def test_in_batches_the_order_of_arrival_within_the_batch_does_not_matter() -> None:
    season = Season.of(
        [[0.9, 0.8], [0.9, 0.1]], needs=[1, 1], capacity=[1, 1], arrives=[1.0, 2.0], waits_until=[9.0, 9.0]
    )
    prices = SeatPrices(Forecast.of([season], expected_total=2), rng=np.random.default_rng(0))

    run = replay(season, prices, decide_every=7.0)

    assert run.place.tolist() == [1, 0]
    assert run.offered_at.tolist() == [7.0, 7.0]


def test_prices_beat_the_order_of_arrival_where_the_first_could_go_elsewhere() -> None:
    n = 60
    values = np.where(np.arange(n)[:, None] % 2 == 0, [[0.6, 0.55]], [[0.9, 0.0]])
    season = Season.of(values, needs=np.ones(n, int), capacity=[n // 2, n // 2], arrives=np.arange(n))
    prices = SeatPrices(Forecast.of([season]), rng=np.random.default_rng(0))
    bound = hindsight_bound(season)

    assert replay(season, greedy).total < 0.8 * bound
    assert replay(season, prices).total > 0.97 * bound


def test_the_same_generator_gives_the_same_season() -> None:
    rng = np.random.default_rng(3)
    season = Season.of(rng.random((50, 4)), needs=np.ones(50, int), capacity=[9] * 4, arrives=np.arange(50))

    def run() -> Replay:
        return replay(season, SeatPrices(Forecast.of([season]), rng=np.random.default_rng(5)))

    assert run().place.tolist() == run().place.tolist()


def test_an_offer_that_cannot_be_made_is_refused_by_case_and_place() -> None:
    def everybody_first(moment: Moment) -> np.ndarray:
        return np.zeros(moment.case.size, np.int64)

    with pytest.raises(MechanismError, match=r"offers case 0 place 0 at 0.0, expected a compatible open place"):
        replay(_season(opens=[1.0], closes=[2.0]), everybody_first)
    with pytest.raises(MechanismError, match="offers 2 seats of place 0, expected at most 1"):
        replay(_season(arrives=[0.0, 0.0]), everybody_first)
    with pytest.raises(MechanismError, match="expected one place for 1 cases"):
        replay(_season(), lambda moment: np.full(moment.case.size + 1, WAIT))
    with pytest.raises(MechanismError, match=r"decide_every is -1.0, expected a finite time >= 0"):
        replay(_season(), greedy, decide_every=-1.0)
    with pytest.raises(MechanismError, match="refresh_every is 0, expected >= 1"):
        SeatPrices(Forecast.of([_season()]), rng=np.random.default_rng(0), refresh_every=0)
