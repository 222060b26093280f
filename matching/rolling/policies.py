"""Policies of rolling intake: by seat prices, first come first served, and by lot."""

from __future__ import annotations

import numpy as np

from matching.arrays import Int64s, Reals
from matching.errors import MechanismError
from matching.rolling.forecast import Forecast
from matching.rolling.moment import WAIT, Moment
from matching.rolling.offers import Offers, decide
from matching.rolling.seat_values import SeatValues, seat_values

__all__ = ["RandomPlaces", "SeatPrices", "greedy"]


def greedy(moment: Moment) -> Int64s:
    """In order of arrival, each case the best place that has seats; of equals the lowest index.

    Examples
    --------
    >>> from matching.rolling.replay import first_moment
    >>> from matching.rolling.season import Season
    >>> greedy(first_moment(Season.of([[0.9, 0.5]], needs=[1], capacity=[0, 1], arrives=[0.0])))
    array([1])
    """
    left, places = moment.seats_left.copy(), np.full(moment.case.size, WAIT, np.int64)
    for at, possible in enumerate(moment.is_possible):
        open_places = possible & (moment.needs[at] <= left)
        if open_places.any():
            places[at] = np.where(open_places, moment.values[at], -np.inf).argmax()
            left[places[at]] -= moment.needs[at]
    return places


class RandomPlaces:
    """In order of arrival, each case a place drawn in proportion to the seats left there.

    Parameters
    ----------
    rng : numpy.random.Generator
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def __call__(self, moment: Moment) -> Int64s:
        """Return the places drawn."""
        left, places = moment.seats_left.copy(), np.full(moment.case.size, WAIT, np.int64)
        for at, possible in enumerate(moment.is_possible):
            lots = np.where(possible & (moment.needs[at] <= left), left, 0)
            if lots.any():
                places[at] = self._rng.choice(lots.size, p=lots / lots.sum())
                left[places[at]] -= moment.needs[at]
        return places


class SeatPrices:
    """Offers where a case gains most over what the seats are worth later; waits where nothing gains.

    Prices are kept for a few arrivals. ``offers`` shows what a decision rests on.

    Parameters
    ----------
    forecast : Forecast
        Past seasons only.
    rng : numpy.random.Generator
        Draws the futures.
    n_futures : int
        Futures averaged, >= 1.
    refresh_every : int
        New prices after so many arrivals, >= 1.

    Raises
    ------
    MechanismError
        When ``n_futures`` or ``refresh_every`` is less than 1.

    Notes
    -----
    One object serves one season from its beginning.

    References
    ----------
    .. [1] N. Ahani, P. Goelz, A. D. Procaccia, A. Teytelboym and A. C. Trapp (2024), Dynamic placement in refugee
       resettlement, Operations Research, :doi:`10.1287/opre.2021.0534`.
    """

    def __init__(
        self, forecast: Forecast, *, rng: np.random.Generator, n_futures: int = 10, refresh_every: int = 3
    ) -> None:
        for name, count in (("n_futures", n_futures), ("refresh_every", refresh_every)):
            if count < 1:
                raise MechanismError(f"{name} is {count}, expected >= 1")
        self._forecast, self._rng = forecast, rng
        self._n_futures, self._refresh_every = n_futures, refresh_every
        self._values: SeatValues | None = None
        self._refreshed_at = 0

    def __call__(self, moment: Moment) -> Int64s:
        """Return the places to offer."""
        return self.offers(moment).place

    def offers(self, moment: Moment) -> Offers:
        """Return the decisions with what they rest on."""
        return decide(moment, self.prices(moment))

    def prices(self, moment: Moment) -> Reals:
        """Return the prices that hold at this moment; new ones where enough cases have come."""
        if self._values is None or moment.n_arrived >= self._refreshed_at + self._refresh_every:
            self._values = seat_values(moment, self._forecast, rng=self._rng, n_futures=self._n_futures)
            self._refreshed_at = moment.n_arrived
        return self._values.prices
