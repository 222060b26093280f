"""Offer now or wait: each case against what the seats will be worth later, a batch decided together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching import sparse
from matching.arrays import Bools, Int64s, Reals
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.programs.integer_program import IntegerProgram
from matching.programs.solver import maximise
from matching.rolling.moment import WAIT, Moment
from matching.scored_pairs import ScoredPairs

__all__ = ["Offers", "best_batch", "decide", "placement_rows", "whole_households"]


@dataclass(frozen=True, eq=False)
class Offers:
    """A decision for every case of a moment.

    Attributes
    ----------
    place : (k,) int64
        Where to make an offer now, or :data:`~matching.rolling.moment.WAIT`.
    gain : (k, m) float64
        Value less what the seats needed are worth later: ``values - needs * prices``.
    prices : (m,) float64
        What a seat of each place is worth later.
    waits_for : (k,) int64
        Of a case that waits, the place that opens later and is better than any now, or -1.
    """

    place: Int64s
    gain: Reals
    prices: Reals
    waits_for: Int64s


def decide(moment: Moment, prices: Reals) -> Offers:
    """Return the offers with the largest total gain over what their seats are worth later.

    A case waits where no possible offer gains, or where a place that opens while it waits gains more.

    Parameters
    ----------
    moment : Moment
    prices : (m,) float64
        As :func:`matching.rolling.seat_values.seat_values` gives them.

    Notes
    -----
    *Tie rule.* One case alone takes the lowest index of equal gains, and an offer that gains nothing is made. In a
    batch no rule is claimed among equal totals.

    Examples
    --------
    >>> from matching.rolling.replay import first_moment
    >>> from matching.rolling.season import Season
    >>> season = Season.of([[0.9, 0.5]], needs=[1], capacity=[1, 1], arrives=[0.0])
    >>> decide(first_moment(season), np.array([0.6, 0.1])).place
    array([1])
    """
    gain = moment.values - moment.needs[:, None] * prices
    possible = moment.is_possible
    ahead = np.where(moment.is_ahead, gain, -np.inf)
    is_better_later = ahead.max(axis=1, initial=-np.inf) > np.where(possible, gain, 0.0).max(axis=1, initial=0.0)
    possible = possible & ~is_better_later[:, None]
    place = best_batch(gain, possible, moment.needs, moment.seats_left)
    waits_for = np.full(place.size, -1, np.int64)
    waits_for[is_better_later] = ahead[is_better_later].argmax(axis=1)
    return Offers(place, gain, prices, waits_for)


def best_batch(gain: Reals, is_possible: Bools, needs: Int64s, seats: Int64s) -> Int64s:
    """Return a place for each case, or WAIT, of the largest total gain with whole households; losses are not made.

    Notes
    -----
    Cases whose best places have seats for all of them take these. Otherwise single seats are an assignment, and
    households a small integer program.

    Examples
    --------
    >>> gain = np.array([[2.0, 1.0], [1.5, 1.4], [1.0, 0.2]])
    >>> best_batch(gain, np.ones((3, 2), bool), np.array([2, 1, 1]), np.array([2, 1]))
    array([ 0,  1, -1])
    """
    useful = is_possible & (gain >= 0)
    if not useful.any():
        return np.full(needs.size, WAIT, np.int64)
    first = np.where(useful.any(axis=1), np.where(useful, gain, -np.inf).argmax(axis=1), WAIT)
    if (np.bincount(first[first >= 0], needs[first >= 0], seats.size) <= seats).all():
        return first
    if (needs == 1).all():
        return optimal_assignment(ScoredPairs.from_dense(gain, acceptable=useful), seats).matching.posting_of
    return whole_households(gain, useful, needs, seats)[0]


def whole_households(
    gain: Reals, useful: Bools, needs: Int64s, seats: Int64s, *, time_limit: float = 10.0
) -> tuple[Int64s, bool]:
    """Return what :func:`best_batch` does, by integer program, and whether it is proven."""
    case, place = np.nonzero(useful)
    n, m = needs.size, seats.size
    rows = placement_rows(case, place, needs, m)
    upper = np.concatenate([np.ones(n), seats.astype(np.float64)])
    program = IntegerProgram.of_binaries(gain[case, place], rows, np.full(n + m, -np.inf), upper)
    solution = maximise(program, time_limit=time_limit)
    chosen = np.full(n, WAIT, np.int64)
    if solution.values is not None:
        taken = solution.values > 0.5
        chosen[case[taken]] = place[taken]
    return chosen, solution.status == "optimal"


def placement_rows(case: Int64s, place: Int64s, needs: Int64s, n_places: int) -> sparse.csr_array[np.float64]:
    """Return a column a pair of case and place: a row a case, placed once, then a row a place with the seats taken."""
    pair = np.arange(case.size)
    values = np.concatenate([np.ones(case.size), needs[case].astype(np.float64)])
    rows = np.concatenate([case, needs.size + place])
    return sparse.csr_array((values, (rows, np.concatenate([pair, pair]))), shape=(needs.size + n_places, case.size))
