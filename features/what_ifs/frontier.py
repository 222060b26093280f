"""Between stability and the largest total score: what each blocking pair more would buy, for the lists of a round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from features.rounds.results import RoundResult
from features.what_ifs.errors import WhatIfError
from matching.mechanisms.limits.frontier import FrontierPoint, frontier
from matching.mechanisms.limits.program_search import ConstrainedStatus

__all__ = ["FrontierLine", "round_frontier"]

_MOST_ENTRIES: Final = 200_000  # wishes in all lists together; beyond, the program would not fit into its time
_DIGITS: Final = 6


@dataclass(frozen=True)
class FrontierLine:
    """One point.

    Attributes
    ----------
    n_blocking : int
        Pairs that would rather have each other.
    n_people : int
        Distinct applicants among them.
    n_matched : int
        People placed.
    value : float
        Total of both sides' mean scores.
    bound : float
        No matching with so few blocking pairs is worth more.
    status : "proven", "optimal" or "feasible"
        Proven by prices; searched to the end; or the best that was found in the time.
    """

    n_blocking: int
    n_people: int
    n_matched: int
    value: float
    bound: float
    status: ConstrainedStatus


def round_frontier(result: RoundResult, *, points: int = 6, time_limit: float = 2.0) -> tuple[FrontierLine, ...]:
    """Return the largest totals known for rising numbers of blocking pairs; no two lines have the same number.

    Parameters
    ----------
    result : RoundResult
        The round whose lists are meant; its own matching plays no part.
    points : int
        At least 2.
    time_limit : float
        Seconds a point.

    Raises
    ------
    WhatIfError
        If the lists are too long to be searched.
    """
    market, scores = result.round.market, result.round.mean_scores
    if scores.size > _MOST_ENTRIES:
        raise WhatIfError(
            f"the lists of the round hold {scores.size} wishes, expected at most {_MOST_ENTRIES} for this picture; "
            "run the round with a shorter list_length"
        )
    found = frontier(market, scores, rng=np.random.default_rng(0), points=points, time_limit=time_limit)
    lines: dict[int, FrontierLine] = {}
    for point in found:  # totals do not fall: the later of two points with the same pairs is the better
        lines[point.n_blocking] = _line(point)
    return tuple(lines[key] for key in sorted(lines))


def _line(point: FrontierPoint) -> FrontierLine:
    return FrontierLine(
        n_blocking=point.n_blocking,
        n_people=point.n_people,
        n_matched=point.n_matched,
        value=round(point.value, _DIGITS),
        bound=round(point.claimed_bound, _DIGITS),
        status=point.status,
    )
