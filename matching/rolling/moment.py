"""What an office knows when it decides: the cases before it, the seats left, the calendar of places. Nothing later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from matching.arrays import Bools, Int64s, Reals

__all__ = ["WAIT", "Moment", "Policy"]

WAIT = -1
"""The decision to make no offer now."""


@dataclass(frozen=True, eq=False)
class Moment:
    """A time at which offers are made.

    Attributes
    ----------
    now : float
        The time.
    case : (k,) int64
        Cases that wait for an offer, in order of arrival.
    values : (k, m) float64
        What each would be worth at each place.
    is_compatible : (k, m) bool
        Pairs that may be formed, now or while the place is open later; without offers the case has declined.
    needs : (k,) int64
        Seats of each case.
    waits_until : (k,) float64
        How long each stays without an offer; it is decided on again where something has changed before.
    seats_left : (m,) int64
        Seats that nobody sits on and no open offer holds.
    seats_offered : (m,) int64
        Seats that offers without an answer hold.
    opens, closes : (m,) float64
        The calendar of the places.
    n_arrived : int
        Cases that have come this season, these included.
    """

    now: float
    case: Int64s
    values: Reals
    is_compatible: Bools
    needs: Int64s
    waits_until: Reals
    seats_left: Int64s
    seats_offered: Int64s
    opens: Reals
    closes: Reals
    n_arrived: int

    @property
    def is_open(self) -> Bools:
        """(m,) places that may make offers now."""
        return np.asarray((self.opens <= self.now) & (self.now < self.closes))

    @property
    def is_possible(self) -> Bools:
        """(k, m) offers that can be made now: compatible, open, with seats enough."""
        fits = self.needs[:, None] <= self.seats_left[None, :]
        return np.asarray(self.is_compatible & self.is_open[None, :] & fits)

    @property
    def is_ahead(self) -> Bools:
        """(k, m) places that open while the case waits: compatible, with seats enough."""
        opens_later = (self.opens > self.now) & (self.opens[None, :] <= self.waits_until[:, None])
        return np.asarray(self.is_compatible & opens_later & (self.needs[:, None] <= self.seats_left[None, :]))


Policy: TypeAlias = Callable[[Moment], Int64s]
"""Returns a place for every case of the moment, or :data:`WAIT`."""
