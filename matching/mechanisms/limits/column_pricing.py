"""Linear programs with many more variables than rows, solved on the few that prices find worth a look."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching import sparse
from matching.arrays import Bools, Reals
from matching.programs.integer_program import IntegerProgram
from matching.programs.solver import ProgramSolution, maximise
from matching.programs.time_limits import seconds_until

__all__ = ["maximise_by_pricing"]

_COLUMNS_A_ROW = 3
_TOLERANCE = 1e-9
_MARGIN = 0.05


def maximise_by_pricing(linear: IntegerProgram, prices: Reals, *, deadline: float) -> ProgramSolution:
    """Solve a linear program whose variables are 0 at the lower end.

    1. Take the variables that are worth most at the prices given, three for each row.
    2. Solve the program without the others, and price those at the new prices.
    3. Take in those that would gain, and repeat until none would: the solution is optimal for all.

    Where the few variables can keep not all rows, the whole program is solved.

    Parameters
    ----------
    linear : IntegerProgram
        With no integer variable and ``lower`` 0.
    prices : (rows,) float64
        Any; better ones save rounds.
    deadline : float
        On the monotonic clock.

    References
    ----------
    .. [1] G. B. Dantzig and P. Wolfe (1960), Decomposition principle for linear programs, Operations Research 8(1),
       101-111, :doi:`10.1287/opre.8.1.101`.

    Examples
    --------
    >>> import time
    >>> row = sparse.csr_array(np.array([[1.0, 1.0, 1.0, 1.0]]))
    >>> choose_one = replace(
    ...     IntegerProgram.of_binaries(np.array([1.0, 4.0, 3.0, 2.0]), row, [-np.inf], [1.0]),
    ...     is_integer=np.zeros(4, np.bool_),
    ... )
    >>> maximise_by_pricing(choose_one, np.zeros(1), deadline=time.monotonic() + 10).values
    array([0., 1., 0., 0.])
    """
    columns = sparse.csc_array(linear.rows)
    n_first = _COLUMNS_A_ROW * linear.n_rows
    if linear.objective.size <= n_first:
        return maximise(linear, time_limit=seconds_until(deadline))
    taken = np.zeros(linear.objective.size, np.bool_)
    taken[np.argsort(-linear.reduced(prices), kind="stable")[:n_first]] = True
    while True:
        solution = maximise(_restricted(linear, columns, taken), time_limit=seconds_until(deadline))
        if solution.values is None or solution.prices is None or solution.status != "optimal":
            return maximise(linear, time_limit=seconds_until(deadline))
        gains = linear.reduced(solution.prices)
        if not (gains[~taken] > _TOLERANCE).any():
            values = np.zeros(linear.objective.size)
            values[taken] = solution.values
            return replace(solution, values=values)
        taken |= gains > -_MARGIN * float(np.abs(linear.objective).max())  # those that nearly gain save rounds


def _restricted(linear: IntegerProgram, columns: sparse.csc_array[np.float64], taken: Bools) -> IntegerProgram:
    return replace(
        linear,
        objective=linear.objective[taken],
        rows=sparse.csr_array(columns[:, np.flatnonzero(taken)]),
        lower=linear.lower[taken],
        upper=linear.upper[taken],
        is_integer=linear.is_integer[taken],
    )
