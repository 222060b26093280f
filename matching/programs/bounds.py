"""Bounds of integer programs that anyone can recompute from the program and a list of prices.

For a price of every row, a solution is worth at most the prices of the rows' ends plus the best that the variables'
ranges allow at reduced worth: weak duality of linear programming. The prices may come from anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Reals
from matching.errors import CertificateError
from matching.programs.integer_program import IntegerProgram

__all__ = ["BoundCertificate", "bound_certificate", "verified_bound", "verified_count"]

TOLERANCE = 1e-6
"""Rounding allowed in a row, in the integrality of a value, and relative to the bound and the largest coefficient."""


@dataclass(frozen=True)
class BoundCertificate:
    """What a solution is worth and what the prices prove that none exceeds.

    Attributes
    ----------
    value : float
        Objective of the solution.
    bound : float
        Proven by the prices; rounded down to the step of the objective where one is given.
    gap : float
        ``bound - value``: at most this much could a better solution add.
    is_feasible : bool
        The solution keeps every row, range and integer.
    proves_optimality : bool
        Feasible, and the gap is finite and rounding only.
    """

    value: float
    bound: float
    gap: float
    is_feasible: bool
    proves_optimality: bool


def verified_bound(program: IntegerProgram, prices: Reals) -> float:
    """Return a number that no solution exceeds, whatever the prices are; infinite where they press on an open row.

    Raises
    ------
    CertificateError
        When there is not one finite price a row.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> knapsack = IntegerProgram.of_binaries(
    ...     np.array([3.0, 2.0, 2.0]), csr_array(np.array([[2.0, 1.0, 1.0]])), row_lower=[-np.inf], row_upper=[2.0]
    ... )
    >>> verified_bound(knapsack, np.array([2.0]))
    4.0
    """
    if prices.shape != program.row_upper.shape or not np.isfinite(prices).all():
        raise CertificateError(f"prices have shape {prices.shape}, expected {program.row_upper.shape} finite numbers")
    ends = np.where(prices > 0, program.row_upper, program.row_lower)
    pressed = prices != 0
    of_rows = float((prices[pressed] * ends[pressed]).sum())
    reduced = program.reduced(prices)
    of_variables = np.where(reduced > 0, reduced * program.upper, reduced * program.lower)
    return of_rows + float(of_variables.sum())


def verified_count(program: IntegerProgram, prices: Reals) -> int | None:
    """Return the largest whole number within the verified bound, or None where that is infinite.

    For programs whose every solution is worth a whole number, as where people are counted.

    Raises
    ------
    CertificateError
        When there is not one finite price a row.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> pair = IntegerProgram.of_binaries(
    ...     np.ones(2), csr_array(np.array([[2.0, 2.0]])), row_lower=[-np.inf], row_upper=[3.0]
    ... )
    >>> verified_count(pair, np.array([0.5]))
    1
    """
    bound = verified_bound(program, prices)
    if not np.isfinite(bound):
        return None
    # less than half a person, or rounding of a large bound would pass for a whole one
    return int(np.floor(bound + min(TOLERANCE * max(1.0, abs(bound)), 0.5)))


def bound_certificate(
    program: IntegerProgram, values: Reals, prices: Reals, *, step: float | None = None
) -> BoundCertificate:
    """Judge a solution by what the prices prove.

    Parameters
    ----------
    program : IntegerProgram
    values : (n,) float64
        The solution.
    prices : (k,) float64
    step : float, optional
        The objective of every solution is a multiple of it, as 1 where people are counted; > 0.

    Raises
    ------
    CertificateError
        When the values or the prices do not fit the program or the step is not positive.
    """
    if step is not None and not step > 0:
        raise CertificateError(f"step is {step}, expected > 0")
    if values.shape != program.objective.shape:
        raise CertificateError(f"values have shape {values.shape}, expected {program.objective.shape}")
    bound = verified_bound(program, prices)
    slack = TOLERANCE * max(abs(bound), float(np.abs(program.objective).max(initial=0.0)))
    if step is not None:
        # less than half a step, or rounding of a large bound would pass for a whole one
        slack = min(slack, step / 2)
        bound = float(np.floor((bound + slack) / step) * step)
    value = float(program.objective @ values)
    is_feasible = _is_feasible(program, values)
    # prices that press on an open row prove nothing, and an infinite bound would forgive every gap
    is_tight = bool(np.isfinite(bound)) and bound - value <= slack
    return BoundCertificate(value, bound, bound - value, is_feasible, is_feasible and is_tight)


def _is_feasible(program: IntegerProgram, values: Reals) -> bool:
    activity = program.activity(values)
    whole = np.abs(values[program.is_integer] - np.round(values[program.is_integer]))
    return bool(
        (activity >= program.row_lower - TOLERANCE).all()
        and (activity <= program.row_upper + TOLERANCE).all()
        and (values >= program.lower - TOLERANCE).all()
        and (values <= program.upper + TOLERANCE).all()
        and whole.max(initial=0.0) <= TOLERANCE
    )
