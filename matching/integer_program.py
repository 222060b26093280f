"""Integer programs as arrays: what a solver is given and a bound is judged by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from matching.arrays import Bools, Reals

__all__ = ["IntegerProgram"]


@dataclass(frozen=True, eq=False)
class IntegerProgram:
    """Maximise ``objective @ x`` subject to ``row_lower <= rows @ x <= row_upper`` and ``lower <= x <= upper``.

    Parameters
    ----------
    objective : (n,) float64
    rows : (k, n) csr_array of float64
    row_lower, row_upper : (k,) float64
        Infinite where a row is open on that side.
    lower, upper : (n,) float64
        Finite on both sides, so that every set of prices gives a bound.
    is_integer : (n,) bool

    Examples
    --------
    >>> knapsack = IntegerProgram.of_binaries(
    ...     np.array([3.0, 2.0, 2.0]), csr_array(np.array([[2.0, 1.0, 1.0]])), row_lower=[-np.inf], row_upper=[2.0]
    ... )
    >>> knapsack.n_rows
    1
    """

    objective: Reals
    rows: csr_array[np.float64]
    row_lower: Reals
    row_upper: Reals
    lower: Reals
    upper: Reals
    is_integer: Bools

    @classmethod
    def of_binaries(
        cls, objective: Reals, rows: csr_array[np.float64], row_lower: object, row_upper: object
    ) -> IntegerProgram:
        """A program whose variables are all 0 or 1."""
        n = objective.size
        ends = np.asarray(row_lower, np.float64), np.asarray(row_upper, np.float64)
        return cls(objective, rows, *ends, np.zeros(n), np.ones(n), np.ones(n, np.bool_))

    @property
    def n_rows(self) -> int:
        """Rows."""
        return self.row_upper.size

    def activity(self, values: Reals) -> Reals:
        """(k,) what each row adds up to."""
        return np.asarray(self.rows @ values, np.float64)
