"""A past season run again by a policy, which sees at each moment what an office would have seen."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Int64s, Reals
from matching.errors import MechanismError
from matching.rolling.moment import WAIT, Moment, Policy
from matching.rolling.season import Season

__all__ = ["Replay", "first_moment", "replay"]

_ANSWERED, _LEFT, _OPENED, _ARRIVED, _ASKED = range(5)
"""Kinds of event; of one time, in this order: seats come back before anybody is decided on."""


@dataclass(frozen=True, eq=False)
class Replay:
    """What became of each case.

    Attributes
    ----------
    place : (n,) int64
        Where each case is at the end, -1 for nowhere.
    outcome : (n,) float64
        Value of each case's place, 0 without one.
    offered_at : (n,) float64
        When the offer that was accepted was made, nan without one.
    n_offers, n_declined, n_withdrawn : int
        Offers made, offers declined, and places left again.
    """

    place: Int64s
    outcome: Reals
    offered_at: Reals
    n_offers: int
    n_declined: int
    n_withdrawn: int

    @property
    def total(self) -> float:
        """Sum of the outcomes."""
        return float(self.outcome.sum())


def replay(season: Season, policy: Policy, *, decide_every: float = 0.0) -> Replay:
    """Run a season through a policy.

    Parameters
    ----------
    season : Season
    policy : Policy
        Asked whenever a case arrives, an offer is declined, seats reopen while somebody waits or a place opens, about
        all who wait.
    decide_every : float
        Decisions only at multiples of this time, in batches; 0 decides at once. A case that does not wait until the
        next multiple is lost.

    Raises
    ------
    MechanismError
        When the policy offers what cannot be offered, naming the case and the place, or ``decide_every`` is negative.

    Notes
    -----
    Of events at one time, seats come back first and decisions come last; cases in order of arrival.

    Examples
    --------
    >>> from matching.rolling.policies import greedy
    >>> season = Season.of([[0.9, 0.5], [0.8, 0.1]], needs=[1, 1], capacity=[1, 1], arrives=[0.0, 3.0])
    >>> replay(season, greedy).place, round(replay(season, greedy).total, 2)
    (array([0, 1]), 1.0)
    """
    if not 0 <= decide_every < np.inf:
        raise MechanismError(f"decide_every is {decide_every}, expected a finite time >= 0")
    course = _Course(season, decide_every)
    while course.events:
        now = course.events[0][0]
        while course.events and course.events[0][:2] < (now, _ASKED):
            course.happen(*heapq.heappop(course.events))
        is_asked = False
        while course.events and course.events[0][0] == now and course.events[0][1] == _ASKED:
            heapq.heappop(course.events)
            is_asked = True
        if is_asked:
            course.ask(policy, now)
    return course.result()


def first_moment(season: Season) -> Moment:
    """Return the moment at which the first cases have arrived, and those of the same time with them."""
    course = _Course(season, 0.0)
    now = float(season.arrives.min(initial=np.inf))
    while course.events and course.events[0][:2] < (now, _ASKED):
        course.happen(*heapq.heappop(course.events))
    return course.moment(now)


class _Course:
    """How a season stands; changes as it runs."""

    def __init__(self, season: Season, decide_every: float) -> None:
        n = season.n_cases
        self.season, self.decide_every = season, decide_every
        self.left, self.offered = season.capacity.copy(), np.zeros(season.n_places, np.int64)
        self.is_waiting, self.n_arrived = np.zeros(n, np.bool_), 0
        self.open_pairs: Bools = season.is_compatible.copy()
        self.waits_until = season.waits_until.copy()
        self.place, self.offered_at = np.full(n, WAIT, np.int64), np.full(n, np.nan)
        self.counts = np.zeros(3, np.int64)  # offers, declined, withdrawn
        self.events = [(float(time), _ARRIVED, case) for case, time in enumerate(season.arrives)]
        self.events += [(float(time), _OPENED, at) for at, time in enumerate(season.opens) if np.isfinite(time)]
        heapq.heapify(self.events)

    def happen(self, now: float, kind: int, index: int) -> None:
        """Take one event into account, and ask for a decision where it matters to somebody."""
        if kind == _ARRIVED:
            self.is_waiting[index] = True
            self.n_arrived += 1
        elif kind == _ANSWERED:
            self._answer(now, index)
        elif kind == _LEFT:
            self.left[self.place[index]] += self.season.needs[index]
            self.place[index], self.offered_at[index] = WAIT, np.nan
            self.counts[2] += 1
        if self.is_waiting.any():
            heapq.heappush(self.events, (self._next_decision(now), _ASKED, 0))

    def ask(self, policy: Policy, now: float) -> None:
        """Make the offers that the policy wants, and let those leave who wait no longer."""
        self.is_waiting &= self.waits_until >= now
        moment = self.moment(now)
        if moment.case.size == 0:
            return
        places = np.asarray(policy(moment), np.int64)
        self._verify(moment, places)
        for at in np.flatnonzero(places != WAIT):
            self._offer(now, int(moment.case[at]), int(places[at]))

    def moment(self, now: float) -> Moment:
        """What is known now."""
        season, case = self.season, np.flatnonzero(self.is_waiting)
        return Moment(
            now=now,
            case=case,
            values=season.values[case],
            is_compatible=self.open_pairs[case],
            needs=season.needs[case],
            waits_until=self.waits_until[case],
            seats_left=self.left.copy(),
            seats_offered=self.offered.copy(),
            opens=season.opens,
            closes=season.closes,
            n_arrived=self.n_arrived,
        )

    def result(self) -> Replay:
        """The end of the season."""
        case, is_placed = np.arange(self.season.n_cases), self.place != WAIT
        outcome = np.where(is_placed, self.season.values[case, self.place], 0.0)
        return Replay(self.place, outcome, self.offered_at, *(int(count) for count in self.counts))

    def _offer(self, now: float, case: int, place: int) -> None:
        season, needs = self.season, self.season.needs[case]
        self.left[place] -= needs
        self.offered[place] += needs
        self.is_waiting[case] = False
        self.place[case], self.offered_at[case] = place, now
        self.counts[0] += 1
        heapq.heappush(self.events, (now + season.answers_after, _ANSWERED, case))

    def _answer(self, now: float, case: int) -> None:
        place, needs = int(self.place[case]), self.season.needs[case]
        self.offered[place] -= needs
        if self.season.declines[case, place]:
            self.left[place] += needs
            self.open_pairs[case, place] = False
            self.is_waiting[case] = True
            self.waits_until[case] = max(self.waits_until[case], self._next_decision(now))
            self.place[case], self.offered_at[case] = WAIT, np.nan
            self.counts[1] += 1
        elif np.isfinite(self.season.withdraws_after[case]):
            stays_until = self.offered_at[case] + self.season.withdraws_after[case]
            heapq.heappush(self.events, (max(now, float(stays_until)), _LEFT, case))

    def _next_decision(self, now: float) -> float:
        return now if self.decide_every == 0 else float(np.ceil(now / self.decide_every) * self.decide_every)

    @staticmethod
    def _verify(moment: Moment, places: Int64s) -> None:
        if places.shape != moment.case.shape:
            raise MechanismError(f"the policy decides {places.shape}, expected one place for {moment.case.size} cases")
        made = np.flatnonzero(places != WAIT)
        inside = (places[made] >= 0) & (places[made] < moment.seats_left.size)
        for at in made[~inside | ~moment.is_possible[made, np.where(inside, places[made], 0)]]:
            raise MechanismError(
                f"the policy offers case {moment.case[at]} place {places[at]} at {moment.now}, "
                "expected a compatible open place with seats enough"
            )
        taken = np.bincount(places[made], moment.needs[made], moment.seats_left.size)
        for place in np.flatnonzero(taken > moment.seats_left):
            raise MechanismError(
                f"the policy offers {int(taken[place])} seats of place {place}, expected at most "
                f"{moment.seats_left[place]}"
            )
