"""What the season could have been worth, had everything been known on the first day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Int64s
from matching.errors import MechanismError
from matching.rolling.offers import whole_households
from matching.rolling.season import Season
from matching.rolling.seat_values import relaxed_optimum

__all__ = ["Hindsight", "hindsight_bound", "hindsight_optimum"]


@dataclass(frozen=True, eq=False)
class Hindsight:
    """The best that could have been.

    Attributes
    ----------
    place : (n,) int64
        Where each case would be, -1 for nowhere.
    total : float
        Sum of the values.
    bound : float
        What no course of the season can exceed, by the prices of the linear program.
    """

    place: Int64s
    total: float
    bound: float


def hindsight_bound(season: Season) -> float:
    """Return a total that no policy can exceed: households may be split, who stays and who declines is known.

    Examples
    --------
    >>> season = Season.of([[0.9, 0.5], [0.8, 0.1]], needs=[1, 1], capacity=[1, 1], arrives=[0.0, 3.0])
    >>> hindsight_bound(season)
    1.3
    """
    return relaxed_optimum(season.values, season.could_hold, season.needs, season.capacity)[0]


def hindsight_optimum(season: Season, *, time_limit: float = 60.0) -> Hindsight:
    """Return the best placement of whole households, by integer program.

    Of a case that withdraws, whatever seat it held for a while is taken as free all along, and of windows only whether
    they meet: the optimum is an upper bound for every policy.

    Raises
    ------
    MechanismError
        When the time limit is not positive, or ends before an optimum is proven.

    Examples
    --------
    >>> season = Season.of([[0.9, 0.5], [0.8, 0.1]], needs=[1, 1], capacity=[1, 1], arrives=[0.0, 3.0])
    >>> hindsight_optimum(season).place
    array([1, 0])
    """
    useful = season.could_hold & (season.values > 0)
    place, is_proven = whole_households(season.values, useful, season.needs, season.capacity, time_limit=time_limit)
    if not is_proven:
        raise MechanismError(f"no optimum within {time_limit} seconds; use hindsight_bound, which takes milliseconds")
    total = float(season.values[np.flatnonzero(place >= 0), place[place >= 0]].sum())
    return Hindsight(place, total, hindsight_bound(season))
