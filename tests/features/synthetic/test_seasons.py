from __future__ import annotations

import numpy as np
import pytest

from features.errors import SyntheticError
from features.synthetic.seasons import SeasonSeats, sample_seasons, season_parameters
from matching.rolling.forecast import Forecast
from matching.rolling.hindsight import hindsight_bound
from matching.rolling.policies import RandomPlaces, SeatPrices, greedy
from matching.rolling.replay import replay


def test_the_same_seed_gives_the_same_years_and_another_seed_others() -> None:
    first, again, other = (sample_seasons(seed=seed, n_cases=40, n_places=5) for seed in (1, 1, 2))

    assert (first.season.values == again.season.values).all()
    assert (first.past.arrives == again.past.arrives).all()
    assert not (first.season.values == other.season.values).all()


@pytest.mark.parametrize(("seats", "a_person"), [("ample", 1.46), ("scarce", 1.0)])
def test_seats_are_as_many_as_said_and_the_year_before_has_the_same_places(seats: SeasonSeats, a_person: float) -> None:
    years = sample_seasons(seed=3, seats=seats)

    assert years.season.capacity.sum() == round(a_person * int(years.season.needs.sum()))
    assert (years.past.capacity == years.season.capacity).all()
    assert years.past.n_cases != years.season.n_cases


def test_what_happens_to_offers_has_the_calibrated_shares() -> None:
    season = sample_seasons(seed=5, n_cases=2000, n_places=40).season

    assert season.declines.mean() == pytest.approx(0.12, abs=0.01)
    assert (~season.stays).mean() == pytest.approx(0.05, abs=0.015)
    assert (season.needs > 1).mean() == pytest.approx(0.15, abs=0.03)
    assert 14 <= (season.waits_until - season.arrives).min() <= (season.waits_until - season.arrives).max() <= 42


def test_without_events_nobody_waits_declines_or_leaves() -> None:
    season = sample_seasons(seed=5, n_cases=60, n_places=6, eventful=False).season

    assert not season.declines.any()
    assert season.stays.all()
    assert (season.waits_until == season.arrives).all()
    assert np.isinf(season.closes).all()


@pytest.mark.parametrize(("seats", "least"), [("ample", 0.97), ("scarce", 0.95)])
def test_prices_of_the_year_before_come_near_hindsight_where_arrival_order_and_lots_do_not(
    seats: SeasonSeats, least: float
) -> None:
    years = sample_seasons(seed=6, n_cases=450, n_places=40, seats=seats)
    bound = hindsight_bound(years.season)
    prices = SeatPrices(Forecast.of([years.past]), rng=np.random.default_rng(6), n_futures=5, refresh_every=5)

    assert replay(years.season, prices).total >= least * bound
    assert 0.72 * bound <= replay(years.season, greedy).total <= 0.92 * bound
    assert 0.6 * bound <= replay(years.season, RandomPlaces(np.random.default_rng(0))).total <= 0.78 * bound


def test_every_parameter_has_an_evidence_flag_and_a_source() -> None:
    table = season_parameters()

    assert {parameter.evidence for parameter in table.values()} <= {"V", "K", "A"}
    assert all(len(parameter.source) > 10 for parameter in table.values())
    for name in ("arrivals_by_month", "household_size"):
        shares = table[name].value
        assert isinstance(shares, dict)
        assert sum(shares.values()) == pytest.approx(1.0)


def test_impossible_years_are_refused() -> None:
    with pytest.raises(SyntheticError, match="n_cases is 0, expected >= 1"):
        sample_seasons(seed=0, n_cases=0)
    with pytest.raises(SyntheticError, match="seats is 'few', expected one of ample, scarce"):
        sample_seasons(seed=0, seats="few")  # type: ignore[arg-type]
