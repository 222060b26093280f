"""Those who wait decided on one after the other, each offer taking its seats before the next is looked at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matching.rolling.moment import WAIT, Moment
from matching.rolling.offers import Offers, decide

__all__ = ["decide_in_turn", "part_of"]

_NOTHING = 1e-9


def decide_in_turn(moment: Moment, prices: NDArray[np.float64]) -> Offers:
    """Return offers in order of arrival; whoever gains nothing over a seat's price comes after those who gain.

    Parameters
    ----------
    moment : Moment
    prices : (m,) float64
        What a seat of each place is worth later.

    Notes
    -----
    The price of the last seat is often the value of the very case that just misses it. Made in order of arrival alone,
    an offer that gains nothing would take the seat from somebody who waits on the same day and gains.

    Examples
    --------
    >>> from matching.rolling.replay import first_moment
    >>> from matching.rolling.season import Season
    >>> season = Season.of([[0.4], [0.9]], needs=[1, 1], capacity=[1], arrives=[0.0, 0.0])
    >>> decide_in_turn(first_moment(season), np.array([0.4])).place
    array([-1,  0])
    """
    n = moment.case.size
    gain = moment.values - moment.needs[:, None] * prices
    best = np.where(moment.is_possible, gain, -np.inf).max(axis=1, initial=-np.inf)
    order = np.argsort(best <= _NOTHING, kind="stable")
    left = moment.seats_left.copy()
    place, waits_for = np.full(n, WAIT, np.int64), np.full(n, -1, np.int64)
    for at in order.tolist():
        offer = decide(part_of(moment, np.array([at]), left.copy()), prices)
        place[at], waits_for[at] = offer.place[0], offer.waits_for[0]
        if place[at] != WAIT:
            left[place[at]] -= moment.needs[at]
    return Offers(place, gain, prices, waits_for)


def part_of(moment: Moment, rows: NDArray[np.int64], seats_left: NDArray[np.int64]) -> Moment:
    """Return the same moment with some of its cases, in this order, and these seats."""
    return replace(
        moment,
        case=moment.case[rows],
        values=moment.values[rows],
        is_compatible=moment.is_compatible[rows],
        needs=moment.needs[rows],
        waits_until=moment.waits_until[rows],
        seats_left=seats_left,
    )
