from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from matching.errors import MarketError, MechanismError
from matching.rolling.forecast import Forecast
from matching.rolling.replay import first_moment
from matching.rolling.season import Season
from matching.rolling.seat_values import relaxed_optimum, seat_values
from tests.oracles.rolling import fractional_total
from tests.strategies_rolling import seasons


@settings(max_examples=60, deadline=None)
@given(seasons(eventful=False, most_cases=8, most_places=4))
def test_seat_by_seat_the_program_is_worth_what_the_fractional_one_is(season: Season) -> None:
    value, prices = relaxed_optimum(season.values, season.is_compatible, season.needs, season.capacity)
    expected = fractional_total(season.values, season.is_compatible, season.needs, season.capacity)
    gain = np.where(season.is_compatible, season.values - season.needs[:, None] * prices, 0.0)

    assert value == pytest.approx(expected)
    assert (prices >= 0).all()
    # the prices prove it: nothing is worth more than its seats and what the cases gain at these prices
    assert season.capacity @ prices + gain.max(axis=1, initial=0.0).sum() == pytest.approx(expected)


def _past(n: int = 40, seats: int = 3) -> Season:
    return Season.of(np.full((n, 2), [0.5, 0.1]), needs=np.ones(n, int), capacity=[seats, n], arrives=np.arange(n))


def test_a_seat_is_worth_what_another_will_lose_without_it() -> None:
    values = seat_values(first_moment(_past()), Forecast.of([_past()]), rng=np.random.default_rng(0), n_futures=3)

    assert values.of_futures == pytest.approx(np.tile([0.4, 0.0], (3, 1)))
    assert values.prices == pytest.approx([0.4, 0.0])


def test_seats_for_all_are_worth_nothing_later() -> None:
    values = seat_values(first_moment(_past(seats=500)), Forecast.of([_past()]), rng=np.random.default_rng(0))

    assert values.prices.tolist() == [0.0, 0.0]


def test_the_same_generator_gives_the_same_prices() -> None:
    first, second = (
        seat_values(first_moment(_past()), Forecast.of([_past()]), rng=np.random.default_rng(4)) for _ in range(2)
    )

    assert (first.of_futures == second.of_futures).all()


def test_futures_follow_the_pace_of_this_year() -> None:
    forecast, rng = Forecast.of([_past()]), np.random.default_rng(1)
    slow = np.mean([forecast.expected_left(now=19.0, n_arrived=5, rng=rng) for _ in range(200)])
    fast = np.mean([forecast.expected_left(now=19.0, n_arrived=60, rng=rng) for _ in range(200)])

    assert slow == pytest.approx(20 * 35 / 50, rel=0.05)
    assert fast == pytest.approx(20 * 90 / 50, rel=0.05)


def test_where_the_total_is_known_exactly_the_rest_comes() -> None:
    forecast = Forecast.of([_past()], expected_total=33)
    future = forecast.draw(np.zeros(2), np.full(2, np.inf), now=3.0, n_arrived=4, rng=np.random.default_rng(0))

    assert future.needs.size == 29


def test_nobody_of_a_future_takes_a_place_that_has_closed() -> None:
    future = Forecast.of([_past()]).draw(
        np.array([0.0, 50.0]), np.array([10.0, 99.0]), now=20.0, n_arrived=20, rng=np.random.default_rng(0)
    )

    assert future.needs.size > 0
    assert not future.could_hold.any()


def test_past_offers_and_withdrawals_give_the_rates() -> None:
    past = Season.of(
        np.ones((4, 2)),
        needs=np.ones(4, int),
        capacity=[4, 4],
        arrives=np.arange(4),
        declines=[[True, False], [True, False], [False, False], [False, False]],
        withdraws_after=[1.0, np.inf, np.inf, np.inf],
    )
    forecast = Forecast.of([past])

    assert (forecast.decline_rate, forecast.withdrawal_rate) == (0.25, 0.25)


def test_an_unusable_forecast_is_refused() -> None:
    with pytest.raises(MarketError, match="no past season, expected at least one"):
        Forecast.of([])
    with pytest.raises(MarketError, match="season 1 has 1 places, expected 2"):
        Forecast.of([_past(), Season.of([[1.0]], needs=[1], capacity=[1], arrives=[0.0])])
    with pytest.raises(MarketError, match="expected_total is -1, expected >= 0"):
        Forecast.of([_past()], expected_total=-1)
    other = Season.of([[1.0]], needs=[1], capacity=[1], arrives=[0.0])
    with pytest.raises(MechanismError, match="the forecast values 2 places, expected 1"):
        seat_values(first_moment(other), Forecast.of([_past()]), rng=np.random.default_rng(0))
    with pytest.raises(MechanismError, match="n_futures is 0, expected >= 1"):
        seat_values(first_moment(_past()), Forecast.of([_past()]), rng=np.random.default_rng(0), n_futures=0)
