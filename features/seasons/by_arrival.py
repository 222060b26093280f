"""Those who want no order by scores: seats as an order of arrival of all who wait would give them, no score read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.seasons.advice import Reason
from features.seasons.case_values import CaseValues
from features.seasons.cases import WAITING, Case
from matching.rolling.moment import WAIT, Moment

__all__ = ["ByArrival", "by_arrival", "seats_in_turn"]


@dataclass(frozen=True, eq=False)
class ByArrival:
    """What the order of arrival gives to those who asked for it.

    Attributes
    ----------
    asked : (n,) bool
        Cases of which a member said that no automated order is wanted (``consent.automated_order`` false).
    place : (n,) int64
        Where to make an offer to such a case; -1 where it waits, and for everybody else.
    choices : sequence of sequence of int
        Places each case applied to, the first one first.
    """

    asked: NDArray[np.bool_]
    place: NDArray[np.int64]
    choices: Sequence[Sequence[int]]

    def seats(self, needs: NDArray[np.int64], n_places: int) -> NDArray[np.int64]:
        """(m,) seats that these offers take."""
        placed = self.place != WAIT
        taken: NDArray[np.int64] = np.bincount(self.place[placed], needs[placed], n_places).astype(np.int64)
        return taken

    def reason(self, moment: Moment, at: int) -> tuple[Reason, int]:
        """Why such a case is offered a seat or waits, and where."""
        if self.place[at] != WAIT:
            return "offer", int(self.place[at])
        allowed = [to for to in self.choices[at] if moment.is_compatible[at, to]]
        taken = [to for to in allowed if moment.is_possible[at, to]]
        if taken:
            return "seats_go_to_others", taken[0]
        return ("no_seat_now", allowed[0]) if allowed else ("no_possible_posting", WAIT)


def by_arrival(waiting: Sequence[Case], worth: CaseValues, moment: Moment) -> ByArrival:
    """Decide on those who want no order by scores.

    They stand among all who wait, so that whoever came before them keeps a turn, whatever is advised for that one.

    Parameters
    ----------
    waiting : sequence of Case
        In order of arrival.
    worth : CaseValues
        Of them; no value is read.
    moment : Moment
    """
    column, row = worth.market.postings.index_of, worth.market.applicants.index_of
    wants_none = worth.market.wants_no_order
    asked = np.array([any(wants_none[row[member]] for member in case.members) for case in waiting], np.bool_)
    choices = [[column[an_id] for an_id in case.as_applied(WAITING)] for case in waiting]
    place = seats_in_turn(choices, moment.is_possible, moment.needs, moment.seats_left)
    return ByArrival(asked, np.where(asked, place, WAIT), choices)


def seats_in_turn(
    choices: Sequence[Sequence[int]],
    is_possible: NDArray[np.bool_],
    needs: NDArray[np.int64],
    seats: NDArray[np.int64],
) -> NDArray[np.int64]:
    """(n,) the first choice of each case that has seats enough when its turn comes, -1 for none.

    Examples
    --------
    >>> seats_in_turn([[0], [0, 1], [1]], np.ones((3, 2), bool), np.array([1, 1, 1]), np.array([1, 1]))
    array([ 0,  1, -1])
    """
    left, place = seats.copy(), np.full(len(choices), WAIT, np.int64)
    for at, own in enumerate(choices):
        free = [to for to in own if is_possible[at, to] and needs[at] <= left[to]]
        if free:
            place[at] = free[0]
            left[free[0]] -= needs[at]
    return place
