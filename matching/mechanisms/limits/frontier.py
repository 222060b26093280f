"""From the best stable matching to the best of all: what each blocking pair more would buy."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.arrays import Int64s, Reals
from matching.couples import Couples
from matching.errors import MechanismError
from matching.market import Market
from matching.mechanisms.limits.constrained_assignment import constrained_assignment
from matching.mechanisms.limits.frontier_search import matchings_within_limits
from matching.mechanisms.limits.guided_refinement import seats_only_optimum
from matching.mechanisms.limits.program_search import (
    ConstrainedAssignment,
    ConstrainedStatus,
    search_program,
)
from matching.outcome import Matching
from matching.programs.bounds import bound_certificate, verified_bound
from matching.programs.constraint_rows import AssignmentProgram, assignment_program
from matching.programs.time_limits import seconds_until, verify_time_limit
from matching.regions import Regions
from matching.reserves import Reserves
from matching.statistics import rank_held

__all__ = ["FrontierPoint", "frontier"]

_STARTS = 0.15
"""Of the time for all points, at most what goes into matchings to begin from."""


@dataclass(frozen=True, eq=False)
class FrontierPoint:
    """The best matching known with a number of blocking pairs, and what it costs.

    Attributes
    ----------
    allowed : int
        The most pairs that may block.
    matching : Matching
        Who is placed where.
    value : float
        Total score.
    bound : float
        No matching with so few blocking pairs is worth more, proven by the prices.
    claimed_bound : float
        The same in the solver's words, at most ``bound``.
    status : {"proven", "optimal", "feasible"}
        As in :class:`~matching.mechanisms.limits.constrained_assignment.ConstrainedAssignment`.
    n_matched : int
        People placed.
    n_blocking : int
        Pairs that block in the weak sense.
    n_people, n_postings : int
        Distinct applicants and distinct postings among them.
    mean_rank : float
        Mean rank, 0 is best, that the placed people of the lists give to their place; nan where nobody is placed.
    prices : (rows,) float64
        They prove ``bound`` for the program that ``assignment_program(…, max_blocking=allowed)`` builds.
    """

    allowed: int
    matching: Matching
    value: float
    bound: float
    claimed_bound: float
    status: ConstrainedStatus
    n_matched: int
    n_blocking: int
    n_people: int
    n_postings: int
    mean_rank: float
    prices: Reals


def frontier(
    market: Market,
    scores: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    points: int | Sequence[int] = 8,
    regions: Regions | None = None,
    reserves: Reserves | None = None,
    couples: Couples | None = None,
    couple_scores: npt.ArrayLike | None = None,
    time_limit: float = 10.0,
) -> tuple[FrontierPoint, ...]:
    """Return the largest total score known for each number of blocking pairs, fewest first.

    The ends are the best weakly stable matching, where nothing but seats is limited, and the best matching of all.

    Parameters
    ----------
    market, scores, regions, reserves, couples, couple_scores
        As for :func:`~matching.mechanisms.limits.constrained_assignment.constrained_assignment`.
    rng : numpy.random.Generator
        For the matchings to begin from.
    points : int or sequence of int
        How many points, at least 2: no blocking pair, the blocking pairs of the best matching of all, and numbers in
        geometric steps between; or the numbers themselves, each >= 0. Equal numbers are one point.
    time_limit : float
        Seconds for each point, > 0. What one leaves goes to the others.

    Raises
    ------
    InfeasibleError
        When the limits clash whatever the number of blocking pairs.
    MechanismError
        When points are too few or negative, or the time limit is not positive or too short for any matching.
    MarketError
        When scores or limits do not fit the market.

    Notes
    -----
    A point whose limits clash, as regional floors with stability may, is left out. With limits besides seats a point
    for which no matching was found in time is left out, too.

    Totals do not fall along the points. Each point begins from the best matching met within its limit, and is improved
    by the integer program until the time limit. A proof carries over: prices that bound one point bound every other
    after a change of one number, and of all bounds the least is reported. Where both ends are far apart and the time is
    short, ``value`` and ``bound`` leave a gap: the truth lies between.

    *Tie rule.* As for constrained assignment, for points that are ``optimal`` or ``proven``.

    References
    ----------
    .. [1] D. J. Abraham, P. Biró and D. F. Manlove (2006), "Almost stable" matchings in the roommates problem, WAOA
       2005, LNCS 3879, 1-14, :doi:`10.1007/11671411_1`.
    .. [2] P. Biró, D. F. Manlove and S. Mittal (2010), Size versus stability in the marriage problem, Theoretical
       Computer Science 411(16-18), 1828-1841, :doi:`10.1016/j.tcs.2010.02.003`.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> lists = Preferences.from_lists([[0, 1], [0, 1]], n_choices=2)
    >>> market = Market(lists, lists, capacity=np.array([1, 1]))
    >>> ends = frontier(market, [0.5, 0.5, 0.875, 0.25], rng=np.random.default_rng(0), points=2)
    >>> [(point.n_blocking, point.value, point.status) for point in ends]
    [(0, 0.75, 'proven'), (1, 1.375, 'proven')]
    """
    _verify_points(points, time_limit)
    limits: dict[str, Any] = {
        "regions": regions,
        "reserves": reserves,
        "couples": couples,
        "couple_scores": couple_scores,
    }
    best = constrained_assignment(market, scores, **limits, time_limit=time_limit)
    built = assignment_program(market, scores, **limits, max_blocking=0)
    n_most = built.n_blocking(built.values_of(best.matching))
    allowed = _numbers(points, n_most)
    deadline = time.monotonic() + time_limit * allowed.size
    starts: list[Matching | None] = [None] * allowed.size
    if not best.built.limits and best.built.holdings.choices.size == 0:
        until = time.monotonic() + _STARTS * time_limit * allowed.size
        starts = matchings_within_limits(built, seats_only_optimum(built), allowed, rng=rng, deadline=until)
    solved: list[tuple[int, ConstrainedAssignment]] = []
    for i, (k, start) in enumerate(zip(allowed.tolist(), starts, strict=True)):
        known = [each for each in (start, *(found.matching for _, found in solved[-1:])) if each is not None]
        n_to_search = max(int(np.count_nonzero(allowed[i:] < n_most)), 1)
        seconds = seconds_until(deadline) / n_to_search
        prices = [each.prices for _, each in solved]
        found = _at_most(k, built, best, known, prices=prices, time_limit=seconds)
        solved += [] if found is None else [(k, found)]
    return _points(built, solved)


def _numbers(points: int | Sequence[int], n_most: int) -> Int64s:
    """Numbers of blocking pairs, ascending."""
    if not isinstance(points, int):
        return np.unique(np.asarray(points, np.int64))
    between = np.geomspace(1, max(n_most, 1), points - 1) if points > 2 else np.array([n_most])
    return np.unique(np.concatenate([[0], np.round(between).astype(np.int64), [n_most]]))


def _verify_points(points: int | Sequence[int], time_limit: float) -> None:
    verify_time_limit(time_limit)
    if isinstance(points, int) and points < 2:
        raise MechanismError(f"points is {points}, expected at least 2")
    if not isinstance(points, int):
        if not len(points):
            raise MechanismError("points is empty, expected numbers of blocking pairs")
        if min(points) < 0:
            raise MechanismError(f"points hold {min(points)}, expected numbers of blocking pairs >= 0")


def _at_most(
    k: int,
    built: AssignmentProgram,
    best: ConstrainedAssignment,
    known: list[Matching],
    *,
    prices: list[Reals],
    time_limit: float,
) -> ConstrainedAssignment | None:
    """The best matching with at most ``k`` blocking pairs; None where limits clash or nothing was found in time."""
    of_best = np.append(best.prices, np.zeros(built.program.n_rows - best.prices.size))
    if built.n_blocking(built.values_of(best.matching)) <= k:
        return replace(best, prices=of_best, built=built)
    try:
        return search_program(
            built.allowing(k), known, deadline=time.monotonic() + time_limit, prices=[of_best, *prices]
        )
    except MechanismError:  # time ran out: nothing is known about this point
        return None


def _points(built: AssignmentProgram, solved: list[tuple[int, ConstrainedAssignment]]) -> tuple[FrontierPoint, ...]:
    points: list[FrontierPoint] = []
    claimed = float("inf")
    for k, found in reversed(solved):
        program = built.allowing(k).program
        prices = min((each.prices for _, each in solved), key=lambda each: verified_bound(program, each))
        claimed = min(claimed, found.claimed_bound)
        points.append(_point(built, k, found, prices, claimed))
    return tuple(reversed(points))


def _point(
    built: AssignmentProgram, k: int, found: ConstrainedAssignment, prices: Reals, claimed: float
) -> FrontierPoint:
    matching, market = found.matching, built.market
    values = built.values_of(matching)
    certificate = bound_certificate(built.allowing(k).program, values, prices)
    held = built.holdings
    blocking = np.empty(0, np.int64) if built.blocking is None else np.flatnonzero(values[built.blocking.blocks] > 0.5)
    ranks = rank_held(market, matching)
    ranks = ranks[ranks >= 0]
    return FrontierPoint(
        allowed=k,
        matching=matching,
        value=certificate.value,
        bound=certificate.bound,
        claimed_bound=min(claimed, certificate.bound),
        status="proven" if certificate.proves_optimality else found.status,
        n_matched=matching.n_matched,
        n_blocking=blocking.size,
        n_people=np.unique(held.applicant[blocking]).size,
        n_postings=np.unique(held.posting[blocking]).size,
        mean_rank=float(ranks.mean()) if ranks.size else float("nan"),
        prices=prices,
    )
