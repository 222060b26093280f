"""What a seat will be worth later: prices of a linear program over the cases waiting and resampled futures.

Source: N. Ahani and others (2024), Dynamic placement in refugee resettlement, :doi:`10.1287/opre.2021.0534`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Int64s, Reals
from matching.errors import MechanismError
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.rolling.forecast import Forecast
from matching.rolling.moment import Moment
from matching.scored_pairs import ScoredPairs

__all__ = ["SeatValues", "relaxed_optimum", "seat_values"]


@dataclass(frozen=True, eq=False)
class SeatValues:
    """What one more seat of each place would be worth by the end of the season.

    Attributes
    ----------
    prices : (m,) float64
        Mean over the futures, >= 0: "a seat here is worth 0.21 later".
    of_futures : (f, m) float64
        The price in each future: how far they lie apart says how sure the mean is.
    """

    prices: Reals
    of_futures: Reals


def seat_values(moment: Moment, forecast: Forecast, *, rng: np.random.Generator, n_futures: int = 10) -> SeatValues:
    """Return the mean price of a seat over a few futures of the season.

    Parameters
    ----------
    moment : Moment
        Its cases compete for the seats with those to come.
    forecast : Forecast
        Past cases, valued at the same places.
    rng : numpy.random.Generator
        Draws the futures.
    n_futures : int
        >= 1.

    Raises
    ------
    MechanismError
        When ``n_futures`` is less than 1 or the forecast is for another number of places.

    Notes
    -----
    Offers without an answer give their seats back at the forecast's rate of declined offers. The prices are the least
    that prove the optimum of each future; nothing but the draws is random.

    Examples
    --------
    >>> from matching.rolling.replay import first_moment
    >>> from matching.rolling.season import Season
    >>> past = Season.of(np.full((40, 1), 0.5), needs=np.ones(40, int), capacity=[3], arrives=np.arange(40.0))
    >>> float(seat_values(first_moment(past), Forecast.of([past]), rng=np.random.default_rng(0)).prices[0])
    0.5
    """
    if n_futures < 1:
        raise MechanismError(f"n_futures is {n_futures}, expected >= 1")
    if forecast.values.shape[1] != moment.seats_left.size:
        raise MechanismError(
            f"the forecast values {forecast.values.shape[1]} places, expected {moment.seats_left.size}"
        )
    could_hold = moment.is_compatible & (moment.is_open | moment.is_ahead)
    prices = np.empty((n_futures, moment.seats_left.size))
    for at in range(n_futures):
        future = forecast.draw(moment.opens, moment.closes, now=moment.now, n_arrived=moment.n_arrived, rng=rng)
        seats = moment.seats_left + rng.binomial(moment.seats_offered, forecast.decline_rate)
        _value, prices[at] = relaxed_optimum(
            np.concatenate([moment.values, future.values]),
            np.concatenate([could_hold, future.could_hold]),
            np.concatenate([moment.needs, future.needs]),
            seats,
        )
    return SeatValues(prices.mean(axis=0), prices)


def relaxed_optimum(values: Reals, is_possible: Bools, needs: Int64s, seats: Int64s) -> tuple[float, Reals]:
    """Return the largest total when households may be split over places, and the least prices of seats that prove it.

    Notes
    -----
    The linear program max sum u x, sum_j x_ij <= 1, sum_i s_i x_ij <= c_j becomes, seat by seat with y = s x, a
    transportation problem of value u / s a seat: s alike people for every case of s seats. Its optimum is whole, so the
    assignment kernels find it and its prices exactly.

    Examples
    --------
    >>> relaxed_optimum(np.array([[2.0], [0.6]]), np.ones((2, 1), bool), np.array([2, 1]), np.array([2]))
    (2.0, array([0.6]))
    """
    person = np.repeat(np.arange(needs.size), needs)
    each = values / needs[:, None]
    useful = is_possible & (each > 0)
    best = optimal_assignment(ScoredPairs.from_dense(each[person], acceptable=useful[person]), seats)
    return best.value, best.posting_prices
