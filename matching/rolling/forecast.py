"""Who may still come: futures of the season resampled from past ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.arrays import Bools, Int64s, Reals
from matching.errors import MarketError
from matching.rolling.season import Season

__all__ = ["Forecast", "Future"]

_PRIOR_CASES = 30.0
"""As many cases as must have come before this year's number counts as much as the past years'."""

_POOL = 100
"""The least number of past cases to resample from: near the end of a season few are left."""


@dataclass(frozen=True, eq=False)
class Future:
    """Cases that may come, drawn once: worth (k, m), pairs that could be formed (k, m), and seats needed (k,)."""

    values: Reals
    could_hold: Bools
    needs: Int64s


@dataclass(frozen=True, eq=False)
class Forecast:
    """Past cases, valued at this season's places, from which futures are drawn.

    Attributes
    ----------
    values, is_compatible : (n, m)
        Of the past cases, at the places of the season to come.
    needs : (n,) int64
        Seats of each.
    arrives, patience : (n,) float64
        When each came, on the calendar of the season to come, ascending, and how long it would have waited.
    n_seasons : int
        How many past seasons these cases are of.
    season : (n,) int64
        Which of them each case is of.
    decline_rate : float
        Share of offers declined, in [0, 1].
    withdrawal_rate : float
        Share of cases that left their place again, in [0, 1].
    expected_total : int or None
        Cases of the season to come where that is known; otherwise it is drawn from the past seasons' courses.
    """

    values: Reals
    is_compatible: Bools
    needs: Int64s
    arrives: Reals
    patience: Reals
    season: Int64s
    n_seasons: int
    decline_rate: float
    withdrawal_rate: float
    expected_total: int | None = None

    def __post_init__(self) -> None:
        for name in ("decline_rate", "withdrawal_rate"):
            if not 0 <= getattr(self, name) <= 1:
                raise MarketError(f"{name} is {getattr(self, name)}, expected a share from 0 to 1")
        if self.expected_total is not None and self.expected_total < 0:
            raise MarketError(f"expected_total is {self.expected_total}, expected >= 0")

    @classmethod
    def of(cls, seasons: Sequence[Season], *, expected_total: int | None = None) -> Forecast:
        """Take past seasons on the places of the season to come.

        Raises
        ------
        MarketError
            Without a season, when they have different numbers of places, or when ``expected_total`` is negative.

        Examples
        --------
        >>> past = Season.of([[0.9, 0.5], [0.8, 0.1]], needs=[1, 1], capacity=[1, 1], arrives=[0.0, 3.0])
        >>> Forecast.of([past], expected_total=5).expected_left(now=1.0, n_arrived=1, rng=np.random.default_rng(0))
        4.0
        """
        if not seasons:
            raise MarketError("no past season, expected at least one")
        for number, season in enumerate(seasons):
            if season.n_places != seasons[0].n_places:
                raise MarketError(f"season {number} has {season.n_places} places, expected {seasons[0].n_places}")
        arrives = np.concatenate([season.arrives for season in seasons])
        order = np.argsort(arrives, kind="stable")
        offers = sum(int(season.is_compatible.sum()) for season in seasons)
        declined = sum(int((season.declines & season.is_compatible).sum()) for season in seasons)
        return cls(
            values=np.concatenate([season.values for season in seasons])[order],
            is_compatible=np.concatenate([season.is_compatible for season in seasons])[order],
            needs=np.concatenate([season.needs for season in seasons])[order],
            arrives=arrives[order],
            patience=np.concatenate([season.waits_until - season.arrives for season in seasons])[order],
            season=np.repeat(np.arange(len(seasons)), [season.n_cases for season in seasons])[order],
            n_seasons=len(seasons),
            decline_rate=declined / max(offers, 1),
            withdrawal_rate=1.0 - float(np.concatenate([season.stays for season in seasons]).mean())
            if arrives.size
            else 0.0,
            expected_total=expected_total,
        )

    def scaled(self, factor: Reals) -> Forecast:
        """The same cases with each one's values multiplied; ``factor`` is (n,), in the order of this forecast."""
        return replace(self, values=self.values * factor[:, None])

    def expected_left(self, *, now: float, n_arrived: int, rng: np.random.Generator) -> float:
        """Draw how many are still to come on average: the known total's rest, or a past season's at our pace.

        The pace is the ratio of both years' numbers, a gamma variable around what has come so far.
        """
        if self.expected_total is not None:
            return float(max(self.expected_total - n_arrived, 0))
        here = self.season == rng.integers(self.n_seasons)
        so_far = int(np.count_nonzero(self.arrives[here] <= now))
        pace = rng.gamma(_PRIOR_CASES + n_arrived) / (_PRIOR_CASES + so_far)
        return float((np.count_nonzero(here) - so_far) * pace)

    def draw(self, opens: Reals, closes: Reals, *, now: float, n_arrived: int, rng: np.random.Generator) -> Future:
        """Draw the cases still to come, as those that will accept and stay see the places.

        Notes
        -----
        Their number is Poisson around :meth:`expected_left` unless the total is known. Cases are drawn with replacement
        from those that came after this day of the year, or from the last 100 where fewer did; times from the former.
        Pairs that would be declined drop out at the past rate, cases that would withdraw are left out: their seats come
        back.
        """
        left = self.expected_left(now=now, n_arrived=n_arrived, rng=rng)
        n_left = round(left) if self.expected_total is not None else int(rng.poisson(left))
        later = np.flatnonzero(self.arrives > now)
        n_left = int(rng.binomial(n_left, 1 - self.withdrawal_rate)) if self.arrives.size else 0
        pool = np.arange(max(0, min(self.arrives.size - later.size, self.arrives.size - _POOL)), self.arrives.size)
        who = pool[rng.integers(pool.size, size=n_left)] if n_left else np.empty(0, np.int64)
        when = self.arrives[later[rng.integers(later.size, size=n_left)]] if later.size else np.full(n_left, now)
        until = when + self.patience[who]
        is_met = (closes[None, :] > when[:, None]) & (opens[None, :] <= until[:, None])
        accepts = rng.random((n_left, self.values.shape[1])) >= self.decline_rate
        return Future(self.values[who], self.is_compatible[who] & is_met & accepts, self.needs[who])
