"""Integer programs of assignment under limits: starts, prices, search, and the number placed among equal totals."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from matching import sparse
from matching.arrays import Reals
from matching.errors import MechanismError, OutcomeError
from matching.mechanisms.assignment.linear_assignment import Assignment
from matching.mechanisms.limits.guided_refinement import padded_prices, refined_matching, seats_only_optimum
from matching.outcome import Matching
from matching.programs.bounds import TOLERANCE, bound_certificate, verified_bound
from matching.programs.constraint_rows import AssignmentProgram
from matching.programs.priced_search import maximise_near_prices
from matching.programs.solver import ProgramSolution, maximise, relaxation_prices
from matching.programs.time_limits import seconds_until

__all__ = [
    "PRICES_SHARE",
    "ConstrainedAssignment",
    "ConstrainedStatus",
    "better_values",
    "judged",
    "search_program",
]

ConstrainedStatus: TypeAlias = Literal["proven", "optimal", "feasible"]

PRICES_SHARE = 0.8
"""Good prices are worth more than a long search: they bound the total, and tell where to search."""

_FEW_VARIABLES = 1000
"""Programs up to this size are solved at once."""


@dataclass(frozen=True, eq=False)
class ConstrainedAssignment:
    """A matching within all limits, what it is worth and what proves how good it is.

    Attributes
    ----------
    matching : Matching
        Who is placed where.
    value : float
        Total score.
    bound : float
        No matching within the limits is worth more, by the prices; ``matching.programs.bounds`` recomputes it.
    claimed_bound : float
        The same in the solver's words: at most ``bound``, and not proven by prices.
    status : {"proven", "optimal", "feasible"}
        ``proven``: the prices prove the value; ``optimal``: the solver searched everything; ``feasible``: the time
        limit came first, and ``claimed_bound - value`` is left open.
    places_most : bool
        The number placed, too, was searched to the end among totals as large; false where time ran out.
    prices : (rows,) float64
        One for every row of the program.
    built : AssignmentProgram
        The program; :func:`matching.programs.constraint_rows.assignment_program` builds the same again.
    """

    matching: Matching
    value: float
    bound: float
    claimed_bound: float
    status: ConstrainedStatus
    places_most: bool
    prices: Reals
    built: AssignmentProgram


def search_program(
    built: AssignmentProgram,
    starts: Sequence[Matching] = (),
    *,
    deadline: float,
    gap: float = 0.0,
    prices: Sequence[Reals] = (),
) -> ConstrainedAssignment | None:
    """Return the best solution found, or None where the solver excludes every one.

    Parameters
    ----------
    built : AssignmentProgram
    starts : sequence of Matching
        Those that keep all limits are begun from, beside the optimal assignment and a stable matching.
    deadline : float
        On the monotonic clock; at most ``PRICES_SHARE`` of the time goes into prices.
    gap : float
        Absolute distance from the bound at which the search may stop.
    prices : sequence of (rows,) float64
        Known ones; the best of these, of the optimal assignment's and of the relaxation's are returned.

    Raises
    ------
    MechanismError
        When time runs out before anything is found.
    """
    optimum = seats_only_optimum(built)
    values = _usable_start(built, optimum, starts)
    known = [padded_prices(built, optimum), *prices]
    begin = time.monotonic()
    best_prices = _best_prices(built, known, until=begin + PRICES_SHARE * (deadline - begin))
    solution = _searched(built, values, best_prices, deadline, gap)
    if solution.status == "infeasible" and values is None:
        return None
    values = _larger(built, values, solution.values)
    if values is None:
        raise MechanismError("the time limit came before any matching that keeps all limits, expected a longer one")
    value = float(built.program.objective @ values)
    if solution.claimed_bound - value > TOLERANCE * max(1.0, abs(value)):
        return judged(built, values, best_prices, solution.claimed_bound, "feasible", places_most=False)
    values, places_most = _placing_most(built, values, deadline)
    return judged(built, values, best_prices, solution.claimed_bound, "optimal", places_most=places_most)


def _searched(
    built: AssignmentProgram, start: Reals | None, prices: Reals, deadline: float, gap: float
) -> ProgramSolution:
    if built.program.objective.size <= _FEW_VARIABLES:
        return maximise(built.program, start=start, time_limit=seconds_until(deadline), gap=gap)
    return maximise_near_prices(built.program, prices, start=start, deadline=deadline, gap=gap)


def _best_prices(built: AssignmentProgram, known: list[Reals], *, until: float) -> Reals:
    """Of the prices known and those of the relaxation, where it is solved in time, the ones that prove most."""
    relaxed = relaxation_prices(built.core, time_limit=seconds_until(until), method="interior-point")
    if relaxed is not None:
        known = [np.append(relaxed, np.zeros(built.program.n_rows - relaxed.size)), *known]
    return min(known, key=lambda each: verified_bound(built.program, each))


def _larger(built: AssignmentProgram, one: Reals | None, other: Reals | None) -> Reals | None:
    found = [each for each in (other, one) if each is not None]
    return max(found, key=lambda each: float(built.program.objective @ each), default=None)


def _placing_most(built: AssignmentProgram, values: Reals, deadline: float) -> tuple[Reals, bool]:
    """Search again for the number placed, among totals as large as the one found."""
    if float(built.n_placed @ values) >= _most_placed(built):
        return values, True
    total = float(built.program.objective @ values)
    as_large = sparse.csr_array(built.program.objective[np.newaxis, :])
    program = replace(
        built.program,
        objective=built.n_placed,
        rows=sparse.csr_array(sparse.vstack([built.program.rows, as_large])),
        row_lower=np.append(built.program.row_lower, total),
        row_upper=np.append(built.program.row_upper, np.inf),
    )
    largest = maximise(program, start=values, time_limit=seconds_until(deadline), gap=0.5)
    if largest.values is None:
        return values, False
    return better_values(built, values, largest.values), largest.status == "optimal"


def better_values(built: AssignmentProgram, values: Reals, other: Reals) -> Reals:
    """The one that places more, unless its total turns out to be smaller."""
    own, others = (float(built.program.objective @ each) for each in (values, other))
    places_more = built.n_placed @ other > built.n_placed @ values
    return other if places_more and others >= own - 0.5 * TOLERANCE * max(1.0, abs(own)) else values


def _most_placed(built: AssignmentProgram) -> float:
    """People who can be placed at all, and seats that can be filled."""
    held = built.holdings
    seats = np.minimum(built.market.capacity, np.bincount(held.posting, minlength=built.market.n_postings))
    return float(min(np.unique(held.applicant).size, seats.sum()))


def judged(
    built: AssignmentProgram,
    values: Reals,
    prices: Reals,
    claimed_bound: float,
    status: ConstrainedStatus,
    *,
    places_most: bool,
) -> ConstrainedAssignment:
    """Read the matching off a solution and let the prices judge it.

    Raises
    ------
    MechanismError
        When the solver returned what keeps not all limits.
    """
    matching = built.matching_of(values)
    certificate = bound_certificate(built.program, built.values_of(matching), prices)
    if not certificate.is_feasible:
        raise MechanismError("the solver returned values that keep not all limits, expected a solution of the program")
    proven: ConstrainedStatus = "proven" if certificate.proves_optimality else status
    return ConstrainedAssignment(
        matching,
        certificate.value,
        certificate.bound,
        min(claimed_bound, certificate.bound),
        proven,
        places_most,
        prices,
        built,
    )


def _usable_start(built: AssignmentProgram, optimum: Assignment, starts: Sequence[Matching]) -> Reals | None:
    """The best of the matchings at hand that keep all limits."""
    at_hand = [*starts, optimum.matching, refined_matching(built, optimum, blend=0.0)]
    best = None
    for matching in at_hand:
        best = _larger(built, _values_within_limits(built, matching), best)
    return best


def _values_within_limits(built: AssignmentProgram, matching: Matching) -> Reals | None:
    try:
        values = built.values_of(matching)
    except OutcomeError:
        return None
    no_prices = np.zeros(built.program.n_rows)
    return values if bound_certificate(built.program, values, no_prices).is_feasible else None
