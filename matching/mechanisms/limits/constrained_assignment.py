"""The largest total score under seats, regions, quotas, couples and a limit on blocking pairs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matching.arrays import Reals
from matching.couples import Couples
from matching.errors import InfeasibleError, MechanismError
from matching.market import Market
from matching.mechanisms.limits.clashing_limits import clashing_limits
from matching.mechanisms.limits.column_pricing import maximise_by_pricing
from matching.mechanisms.limits.guided_refinement import padded_prices, seats_only_optimum
from matching.mechanisms.limits.program_search import (
    ConstrainedAssignment,
    ConstrainedStatus,
    better_values,
    judged,
    search_program,
)
from matching.outcome import Matching
from matching.programs.bounds import TOLERANCE
from matching.programs.constraint_rows import AssignmentProgram, assignment_program
from matching.programs.integer_program import IntegerProgram
from matching.programs.solver import maximise
from matching.programs.time_limits import seconds_until, verify_time_limit
from matching.regions import NO_CAP, Regions
from matching.reserves import NO_QUOTA, Reserves

__all__ = ["ConstrainedAssignment", "ConstrainedStatus", "constrained_assignment"]


def constrained_assignment(
    market: Market,
    scores: npt.ArrayLike,
    *,
    regions: Regions | None = None,
    reserves: Reserves | None = None,
    couples: Couples | None = None,
    couple_scores: npt.ArrayLike | None = None,
    max_blocking: int | None = None,
    starts: Sequence[Matching] = (),
    time_limit: float = 60.0,
    gap: float = 0.0,
) -> ConstrainedAssignment:
    """Return a matching of the largest total score within all limits; of those, one that places the most people.

    Parameters
    ----------
    market : Market
        Ties on either side. Members of couples have empty lists in it and stand on the postings' lists.
    scores : (nnz,) float
        One for every entry of the applicants' lists; higher is better; staying unmatched is worth 0. A pair with a
        negative score is formed only where a floor or the limit on blocking pairs asks for it.
    regions : Regions, optional
        Caps and floors of regions and floors of postings; targets and turns play no part.
    reserves : Reserves, optional
        Quotas are hard limits. Reserved seats are a priority, not a limit, and are ignored here.
    couples : Couples, optional
        A couple is placed by a choice on its joint list or not at all.
    couple_scores : (k,) float, optional
        One for every joint choice, the worth of the whole choice; 0 when omitted.
    max_blocking : int, optional
        The most pairs that may block in the weak sense, on the lists as submitted, whatever caps, floors and quotas say
        about the move. Couples count as holders of seats; their own blocking is not limited.
    starts : sequence of Matching
        Matchings to begin from; one that breaks a limit is of no use, and no error.
    time_limit : float
        Seconds, > 0; at most four fifths for the prices, the rest for the search and then for the number placed. Naming
        limits that clash may take as long again.
    gap : float
        Stop when the solver's bound is within this distance of the best total.

    Raises
    ------
    InfeasibleError
        When no matching keeps all limits; the message names a set of floors, caps, quotas and the limit on blocking
        pairs that clash, smallest in the sense that giving up any one of them resolves the clash (as far as the time
        limit let the search go).
    MechanismError
        When the time limit is not positive, or came before any matching was found.
    MarketError
        When scores or limits do not fit the market.

    Notes
    -----
    *Tie rule.* Total first, people placed second; totals closer than ``matching.programs.bounds.TOLERANCE`` count as
    equal. Which of the matchings that tie in both is returned follows from the order of applicants, entries and
    choices.

    *Method.* Seats alone: :func:`~matching.mechanisms.assignment.linear_assignment.optimal_assignment`. Laminar regions
    and quotas on types that do not overlap make a network [1]_: the linear program has an integral vertex and its
    prices prove it. Couples, overlapping types and blocking pairs need an integer program; a matching from deferred
    acceptance or from the program without limits is its start, the prices of the relaxation give the proven bound, and
    HiGHS searches large programs where the prices point (:mod:`matching.programs.priced_search`).

    With ``max_blocking=0`` the result is the weakly stable matching of the largest total, NP-hard with ties [2]_.

    References
    ----------
    .. [1] J. Edmonds and R. Giles (1977), A min-max relation for submodular functions on graphs, Annals of Discrete
       Mathematics 1, 185-204, :doi:`10.1016/S0167-5060(08)70734-9`.
    .. [2] D. F. Manlove, R. W. Irving, K. Iwama, S. Miyazaki and Y. Morita (2002), Hard variants of stable marriage,
       Theoretical Computer Science 276(1-2), 261-279, :doi:`10.1016/S0304-3975(01)00206-7`.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> lists = Preferences.from_lists([[0, 1], [0, 1]], n_choices=2)
    >>> market = Market(lists, lists, capacity=np.array([1, 1]))
    >>> best = constrained_assignment(market, [0.5, 0.5, 0.875, 0.25])
    >>> best.matching.posting_of, best.value, best.status
    (array([1, 0]), 1.375, 'proven')
    >>> constrained_assignment(market, [0.5, 0.5, 0.875, 0.25], max_blocking=0).matching.posting_of
    array([0, 1])
    """
    verify_time_limit(time_limit)
    limits = _Limits(regions, reserves, couples, max_blocking)
    built = assignment_program(
        market,
        scores,
        regions=regions,
        reserves=reserves,
        couples=couples,
        couple_scores=couple_scores,
        max_blocking=max_blocking,
    )
    deadline = time.monotonic() + time_limit
    if limits.are_seats_only:
        return _by_augmenting_paths(built)
    if limits.are_a_network:
        found = _by_linear_program(built, deadline)
    else:
        found = search_program(built, starts, deadline=deadline, gap=gap)
    if found is None:
        names = ", ".join(limit.name for limit in clashing_limits(built, deadline=time.monotonic() + time_limit))
        raise InfeasibleError(f"no matching keeps all of: {names}")
    return found


@dataclass(frozen=True, eq=False)
class _Limits:
    regions: Regions | None
    reserves: Reserves | None
    couples: Couples | None
    max_blocking: int | None

    @property
    def are_seats_only(self) -> bool:
        free = self.regions is None or bool(
            (self.regions.cap == NO_CAP).all()
            and (self.regions.floor == 0).all()
            and (self.regions.posting_floor == 0).all()
        )
        return self.are_a_network and free and (self.reserves is None or bool((self.reserves.quota == NO_QUOTA).all()))

    @property
    def are_a_network(self) -> bool:
        """Every set of pairs that a row counts lies inside, around or apart from every other on the postings' side."""
        if self.max_blocking is not None or (self.couples is not None and self.couples.n_couples > 0):
            return False
        if self.reserves is None:
            return True
        is_counted = (self.reserves.quota != NO_QUOTA).any(axis=0)
        return int(self.reserves.is_of_type[:, is_counted].sum(axis=1).max(initial=0)) <= 1


def _by_augmenting_paths(built: AssignmentProgram) -> ConstrainedAssignment:
    best = seats_only_optimum(built)
    values = built.values_of(best.matching)
    return judged(built, values, padded_prices(built, best), best.value, "optimal", places_most=True)


def _by_linear_program(built: AssignmentProgram, deadline: float) -> ConstrainedAssignment | None:
    linear = replace(built.program, is_integer=np.zeros(built.program.objective.size, np.bool_))
    solution = maximise_by_pricing(linear, padded_prices(built, seats_only_optimum(built)), deadline=deadline)
    if solution.status == "infeasible":
        return None
    if solution.status != "optimal" or solution.values is None:
        raise MechanismError("the time limit came before any matching that keeps all limits, expected a longer one")
    values = np.round(solution.values)
    prices = np.zeros(built.program.n_rows) if solution.prices is None else solution.prices
    largest = maximise(_optimal_face(linear, prices, built.n_placed), time_limit=seconds_until(deadline))
    is_searched = largest.status == "optimal" and largest.values is not None
    if is_searched and largest.values is not None:
        values = better_values(built, values, np.round(largest.values))
    return judged(built, values, prices, solution.claimed_bound, "optimal", places_most=is_searched)


def _optimal_face(linear: IntegerProgram, prices: Reals, objective: Reals) -> IntegerProgram:
    """The solutions that these prices prove optimal: complementary slackness leaves a network, and a new objective."""
    reduced = linear.reduced(prices)
    scale = TOLERANCE * max(1.0, float(np.abs(linear.objective).max(initial=0.0)))
    return replace(
        linear,
        objective=objective,
        lower=np.where(reduced > scale, linear.upper, linear.lower),
        upper=np.where(reduced < -scale, linear.lower, linear.upper),
        row_lower=np.where(prices > scale, linear.row_upper, linear.row_lower),
        row_upper=np.where(prices < -scale, linear.row_lower, linear.row_upper),
    )
