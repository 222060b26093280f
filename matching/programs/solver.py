"""Integer and linear programs solved by HiGHS: the one place where the solver is spoken to.

A solver's word is not a proof. ``matching.programs.bounds`` recomputes from the program alone what its prices prove.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from matching.arrays import Reals
from matching.errors import MechanismError
from matching.programs.integer_program import IntegerProgram
from matching.programs.time_limits import verify_time_limit

if TYPE_CHECKING:
    import highspy

__all__ = ["LinearMethod", "ProgramSolution", "Status", "maximise", "relaxation_prices"]

LinearMethod: TypeAlias = Literal["simplex", "interior-point"]

_ROUNDING = 1e-6
"""How far, relatively, values may be from the worth that the solver gives them."""

Status: TypeAlias = Literal["optimal", "feasible", "infeasible", "unknown"]


@dataclass(frozen=True, eq=False)
class ProgramSolution:
    """What the solver found and what it claims.

    Attributes
    ----------
    status : {"optimal", "feasible", "infeasible", "unknown"}
        ``feasible``: stopped by the time limit with a solution in hand; ``unknown``: stopped without one.
    values : (n,) float64 or None
        Integer variables are rounded to integers.
    value : float
        Objective of the values, nan without any.
    claimed_bound : float
        What no solution can exceed, in the solver's words.
    prices : (k,) float64 or None
        A price for every row where the program is linear, as :func:`relaxation_prices` returns them.
    """

    status: Status
    values: Reals | None
    value: float
    claimed_bound: float
    prices: Reals | None = None


def maximise(
    program: IntegerProgram, *, start: Reals | None = None, time_limit: float = 60.0, gap: float = 0.0
) -> ProgramSolution:
    """Solve an integer program.

    Parameters
    ----------
    program : IntegerProgram
    start : (n,) float64, optional
        A solution to begin from.
    time_limit : float
        Seconds, > 0.
    gap : float
        Stop when the solver's bound is within this absolute distance of the best value, >= 0.

    Raises
    ------
    MechanismError
        When the time limit is not positive, the gap is negative or the start is not one of this program.

    Notes
    -----
    One thread and a fixed seed, so the same program gives the same solution unless the time limit cuts in.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> knapsack = IntegerProgram.of_binaries(
    ...     np.array([3.0, 2.0, 2.0]), csr_array(np.array([[2.0, 1.0, 1.0]])), row_lower=[-np.inf], row_upper=[2.0]
    ... )
    >>> maximise(knapsack).value
    4.0
    """
    verify_time_limit(time_limit)
    if not gap >= 0:
        raise MechanismError(f"gap is {gap}, expected >= 0")
    if start is not None and start.shape != program.objective.shape:
        raise MechanismError(f"start has shape {start.shape}, expected {program.objective.shape}")
    if program.objective.size == 0:
        return _without_variables(program)
    scaled, scale = _scaled(program)
    solution, is_consistent = _solved(scaled, start, time_limit, gap / scale)
    if not is_consistent and start is not None:  # version 1.16 now and then hands the start back as its optimum
        solution, is_consistent = _solved(scaled, None, time_limit, gap / scale)
    status = "feasible" if solution.status == "optimal" and not is_consistent else solution.status
    return replace(
        solution,
        status=status,
        value=solution.value if solution.values is None else float(program.objective @ solution.values),
        claimed_bound=solution.claimed_bound * scale,
        prices=None if solution.prices is None else solution.prices * scale,
    )


def relaxation_prices(
    program: IntegerProgram, *, time_limit: float = 60.0, method: LinearMethod = "simplex"
) -> Reals | None:
    """Return a price for every row from the linear relaxation, or None where the solver did not finish it.

    They need not be trusted: :func:`matching.programs.bounds.verified_bound` recomputes what they prove.
    ``interior-point`` stops before it reaches a vertex: as good for a bound, and several times faster on programs with
    stability rows.

    Returns
    -------
    (k,) float64 or None
        >= 0 where a row presses from above, <= 0 where it presses from below.

    Raises
    ------
    MechanismError
        When the time limit is not positive or the method is unknown.
    """
    import highspy  # noqa: PLC0415 -- a quarter of a second that only programs pay

    verify_time_limit(time_limit)
    if method not in get_args(LinearMethod):
        raise MechanismError(f"method is {method!r}, expected one of {', '.join(get_args(LinearMethod))}")
    if program.objective.size == 0 or program.n_rows == 0:
        return np.zeros(program.n_rows)
    scaled, scale = _scaled(program)
    solver = _solver(replace(scaled, is_integer=np.zeros(program.objective.size, np.bool_)), time_limit)
    if method == "interior-point":
        solver.setOptionValue("solver", "ipm")
        solver.setOptionValue("run_crossover", "off")
    _run(solver)
    if method == "interior-point" and solver.getModelStatus() == highspy.HighsModelStatus.kUnknown:
        return relaxation_prices(program, time_limit=time_limit)  # between two optimal vertices it may stop undecided
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    prices = np.asarray(solver.getSolution().row_dual, np.float64) * scale
    # a price of rounding size on a row's open side would prove nothing
    return np.where(np.isfinite(np.where(prices > 0, program.row_upper, program.row_lower)), prices, 0.0)


def _scaled(program: IntegerProgram) -> tuple[IntegerProgram, float]:
    """The program with objective coefficients of at most 1, which the solver's absolute tolerances are made for.

    The scale is a power of 2, so that scaling rounds nothing.
    """
    largest = float(np.abs(program.objective).max(initial=0.0))
    scale = 2.0 ** np.ceil(np.log2(largest)) if largest > 0 else 1.0
    return (program, 1.0) if scale == 1.0 else (replace(program, objective=program.objective / scale), float(scale))


def _solved(
    program: IntegerProgram, start: Reals | None, time_limit: float, gap: float
) -> tuple[ProgramSolution, bool]:
    solver = _solver(program, time_limit)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", max(gap, 1e-6))
    if start is not None:
        solver.setSolution(start.size, np.arange(start.size, dtype=np.int32), start)
    _run(solver)
    return _read(program, solver)


def _run(solver: highspy.Highs) -> None:
    """Run, and once more without presolve where presolve itself fails, as version 1.16 does now and then."""
    import highspy  # noqa: PLC0415

    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kSolveError:
        solver.setOptionValue("presolve", "off")
        solver.run()


def _solver(program: IntegerProgram, time_limit: float) -> highspy.Highs:
    import highspy  # noqa: PLC0415

    class Silent(highspy.Highs):
        """Without the call-backs, whose set-up prints a banner before any option can forbid it."""

        def __init__(self) -> None:
            super(highspy.Highs, self).__init__()
            self.setOptionValue("output_flag", False)

    solver = Silent()
    for option, value in (("threads", 1), ("random_seed", 0), ("time_limit", time_limit)):
        solver.setOptionValue(option, value)
    rows = program.rows
    if not rows.has_canonical_format:  # entries of the same place add up, which the solver does not accept
        rows = rows.copy()
        rows.sum_duplicates()
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = program.objective.size, program.n_rows
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_, model.col_lower_, model.col_upper_ = program.objective, program.lower, program.upper
    model.row_lower_, model.row_upper_ = program.row_lower, program.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    if program.is_integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[int(flag)] for flag in program.is_integer]
    if solver.passModel(model) == highspy.HighsStatus.kError:
        raise MechanismError(f"the solver refuses a program of {program.n_rows} rows, {program.objective.size} columns")
    return solver


def _read(program: IntegerProgram, solver: highspy.Highs) -> tuple[ProgramSolution, bool]:
    """The solution, and whether its values are worth what the solver says they are."""
    import highspy  # noqa: PLC0415

    status, info = solver.getModelStatus(), solver.getInfo()
    if status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
        return ProgramSolution("infeasible", None, float("nan"), float("-inf")), True
    is_optimal = status == highspy.HighsModelStatus.kOptimal
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return ProgramSolution("unknown", None, float("nan"), float("inf")), True
    values = np.asarray(solver.getSolution().col_value, np.float64)
    values[program.is_integer] = np.round(values[program.is_integer])
    values += 0.0  # no minus zero
    value = float(program.objective @ values)
    is_linear = not program.is_integer.any()
    of_relaxation = value if is_optimal else float("inf")
    bound = of_relaxation if is_linear else float(info.mip_dual_bound)
    prices = np.asarray(solver.getSolution().row_dual, np.float64) if is_linear else None
    is_consistent = abs(value - float(info.objective_function_value)) <= _ROUNDING * max(1.0, abs(value))
    return ProgramSolution("optimal" if is_optimal else "feasible", values, value, bound, prices), is_consistent


def _without_variables(program: IntegerProgram) -> ProgramSolution:
    """The empty sum meets every row or none does."""
    if bool(((program.row_lower <= 0) & (program.row_upper >= 0)).all()):
        return ProgramSolution("optimal", np.empty(0), 0.0, 0.0)
    return ProgramSolution("infeasible", None, float("nan"), float("-inf"))
