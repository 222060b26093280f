"""Months lived through, gathered: one row a placement and interval, exactly as good as one a month.

Within an interval a placement's log-odds do not change, so the months of it are one binomial count: the likelihood of
the expanded person-months, in a twelfth of the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.staying.errors import StayingError
from features.staying.placements import Placements

__all__ = ["MonthRows", "month_rows", "months_in", "settling_rows", "verify_ends"]

Reals = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class MonthRows:
    """r rows of months at risk.

    Attributes
    ----------
    features : (r, K) float64
    interval : (r,) int64
        Which base applies, 0 to ``n_intervals`` − 1.
    months : (r,) float64
        Months at risk, the one of leaving included.
    leaves : (r,) float64
        1 where the last of them is that of leaving, else 0.
    place : (r,) int64
        Municipality, 0 to ``n_places`` − 1.
    n_intervals, n_places : int
    """

    features: Reals
    interval: Whole
    months: Reals
    leaves: Reals
    place: Whole
    n_intervals: int
    n_places: int


def verify_ends(ends: Sequence[int]) -> None:
    """Refuse last months of intervals that do not rise from 1 or more.

    Raises
    ------
    StayingError
    """
    if not len(ends) or ends[0] < 1 or (np.diff(ends) < 1).any():
        raise StayingError(f"intervals end at {list(ends)}, expected months that rise from at least 1")


def months_in(ends: Sequence[int], months: int) -> Whole:
    """How many of the first ``months`` months lie in each interval.

    Examples
    --------
    >>> months_in((3, 6, 12, 36), 7)
    array([3, 3, 1, 0])
    """
    counts: Whole = np.diff(np.minimum(np.array(ends, np.int64), months), prepend=0)
    return counts


def month_rows(placements: Placements, ends: Sequence[int]) -> tuple[MonthRows, Whole]:
    """Rows of the months each placement was seen, and the municipalities in the order of ``place``.

    Months after the last end count for nothing.

    Examples
    --------
    >>> past = Placements(("place_link",), np.array([[1.0], [0.0]]), np.array([0, 5]), np.array([4, 12]),
    ...                   np.array([7, 7]), np.array([0, 0]))
    >>> rows, _ = month_rows(past, (3, 6, 12))
    >>> rows.interval.tolist(), rows.months.tolist(), rows.leaves.tolist()
    ([0, 0, 1, 1], [3.0, 3.0, 1.0, 2.0], [0.0, 0.0, 0.0, 1.0])
    """
    verify_ends(ends)
    at_risk = np.where(placements.left_in > 0, placements.left_in, placements.seen_months)
    starts = np.concatenate([[0], ends[:-1]])
    length = np.clip(at_risk[:, None] - starts, 0, np.diff(ends, prepend=0))
    leaves = (placements.left_in[:, None] > starts) & (placements.left_in[:, None] <= np.array(ends))
    interval, who = np.nonzero(length.T > 0)
    places, place = np.unique(placements.municipality, return_inverse=True)
    rows = MonthRows(
        features=placements.features[who],
        interval=interval.astype(np.int64),
        months=length[who, interval].astype(np.float64),
        leaves=leaves[who, interval].astype(np.float64),
        place=place[who].astype(np.int64),
        n_intervals=len(ends),
        n_places=places.size,
    )
    return rows, places


def settling_rows(placements: Placements) -> tuple[MonthRows, Whole]:
    """One row a finished term of which it is known whether the person settled; "leaves" is: did not."""
    known = placements.take(placements.settled >= 0)
    places, place = np.unique(known.municipality, return_inverse=True)
    rows = MonthRows(
        features=known.features,
        interval=np.zeros(known.n, np.int64),
        months=np.ones(known.n),
        leaves=(known.settled == 0).astype(np.float64),
        place=place.astype(np.int64),
        n_intervals=1,
        n_places=places.size,
    )
    return rows, places
