"""Integer programs searched where prices say that good solutions are: first close by, then wider until nothing is left.

Prices of the rows bound every solution, and more than that: a solution that takes a variable off its better end is
worth less than the bound by at least the variable's reduced worth. With most variables fixed at their better ends the
program is small, and once the margin reaches from the bound down to the best solution found, nothing outside is better.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.arrays import Reals
from matching.programs.bounds import TOLERANCE, verified_bound
from matching.programs.integer_program import IntegerProgram
from matching.programs.solver import ProgramSolution, Status, maximise
from matching.programs.time_limits import seconds_until

__all__ = ["maximise_near_prices"]

_FIRST_MARGIN = 0.01
"""Of the largest objective coefficient."""

_WIDER = 2.0
_SHARE = 0.5
"""Of the time that is left, for one margin that does not reach the best solution yet."""


def maximise_near_prices(
    program: IntegerProgram, prices: Reals, *, start: Reals | None, deadline: float, gap: float = 0.0
) -> ProgramSolution:
    """Solve an integer program by margins below the bound that prices prove.

    1. Fix every variable whose reduced worth exceeds the margin at its better end.
    2. Solve what is left, beginning from the best solution so far where that is part of it.
    3. Widen the margin and repeat, until it reaches from the bound to the best solution.

    Parameters
    ----------
    program : IntegerProgram
        Ranges end at whole numbers, and some best solution gives a whole number to every variable, integer or not.
    prices : (rows,) float64
        Any; the closer to the relaxation's, the smaller the programs.
    start : (n,) float64, optional
        A solution.
    deadline : float
        On the monotonic clock.
    gap : float
        Stop within this absolute distance of the bound, >= 0.

    Returns
    -------
    ProgramSolution
        At least as good as the start.

    References
    ----------
    .. [1] G. B. Dantzig, D. R. Fulkerson and S. M. Johnson (1954), Solution of a large-scale traveling-salesman
       problem, Journal of the Operations Research Society of America 2(4), 393-410, :doi:`10.1287/opre.2.4.393`.

    Examples
    --------
    >>> import time
    >>> from scipy.sparse import csr_array
    >>> knapsack = IntegerProgram.of_binaries(
    ...     np.array([3.0, 2.0, 2.0]), csr_array(np.array([[2.0, 1.0, 1.0]])), row_lower=[-np.inf], row_upper=[2.0]
    ... )
    >>> found = maximise_near_prices(knapsack, np.array([2.0]), start=None, deadline=time.monotonic() + 9)
    >>> found.value, found.status
    (4.0, 'optimal')
    """
    bound = verified_bound(program, prices)
    search = _Search(program, program.reduced(prices), bound)
    best = ProgramSolution("unknown", None, float("-inf"), bound)
    if start is not None:
        value = float(program.objective @ start)
        best = ProgramSolution(_status(program, start, bound, gap=gap), start, value, bound)
    margin = _FIRST_MARGIN * float(np.abs(program.objective).max(initial=0.0))
    while 0 < margin < bound - best.value and search.fixes_any(margin):
        best, is_finished = search.improved(best, margin, time_limit=_SHARE * seconds_until(deadline), gap=gap)
        if not is_finished:
            break
        margin *= _WIDER
    if best.status != "optimal":
        best, _ = search.improved(best, bound - best.value, time_limit=seconds_until(deadline), gap=gap)
    return best


@dataclass(frozen=True, eq=False)
class _Search:
    program: IntegerProgram
    reduced: Reals
    bound: float

    def fixes_any(self, margin: float) -> bool:
        return bool((np.abs(self.reduced) > margin).any())

    def improved(
        self, best: ProgramSolution, margin: float, *, time_limit: float, gap: float
    ) -> tuple[ProgramSolution, bool]:
        """The better of what is known and what the margin holds, and whether the search came to its end."""
        lower, upper = self.program.lower, self.program.upper
        near = replace(
            self.program,
            lower=np.where(self.reduced > margin, upper, lower),
            upper=np.where(self.reduced < -margin, lower, upper),
        )
        start = best.values
        if start is not None and not ((start >= near.lower) & (start <= near.upper)).all():
            start = None
        found = maximise(near, start=start, time_limit=time_limit, gap=gap)
        is_better = found.values is not None and found.value > best.value
        values, value = (found.values, found.value) if is_better else (best.values, best.value)
        # what leaves the margin is worth no more than the bound less the margin
        outside = self.bound - margin if np.isfinite(margin) else float("-inf")
        claimed = min(best.claimed_bound, max(found.claimed_bound, outside, value))
        status = _status(self.program, values, claimed, gap=gap)
        return ProgramSolution(status, values, value, claimed), found.status in {"optimal", "infeasible"}


def _status(program: IntegerProgram, values: Reals | None, claimed: float, *, gap: float) -> Status:
    if values is None:
        return "infeasible" if claimed == float("-inf") else "unknown"
    value = float(program.objective @ values)
    rounding = TOLERANCE * max(abs(value), float(np.abs(program.objective).max(initial=0.0)))
    return "optimal" if claimed - value <= max(gap, rounding) else "feasible"
