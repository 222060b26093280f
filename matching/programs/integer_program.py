"""Integer programs as arrays: what a solver is given and a bound is judged by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching import sparse
from matching.arrays import Bools, Reals, first_index
from matching.errors import MechanismError

__all__ = ["IntegerProgram"]


@dataclass(frozen=True, eq=False)
class IntegerProgram:
    """Maximise ``objective @ x`` subject to ``row_lower <= rows @ x <= row_upper`` and ``lower <= x <= upper``.

    Vectors are copied unless they are read-only already; the matrix is not, and must not be written to.

    Parameters
    ----------
    objective : (n,) float64
        Finite.
    rows : (k, n) csr_array of float64
        Finite.
    row_lower, row_upper : (k,) float64
        Infinite where a row is open on that side. A row may ask for the impossible: then no solution exists.
    lower, upper : (n,) float64
        Finite on both sides, so that every set of prices gives a bound.
    is_integer : (n,) bool

    Raises
    ------
    MechanismError
        Naming the entry that is out of range, or what does not fit.

    Examples
    --------
    >>> knapsack = IntegerProgram.of_binaries(
    ...     np.array([3.0, 2.0, 2.0]), sparse.csr_array(np.array([[2.0, 1.0, 1.0]])), [-np.inf], [2.0]
    ... )
    >>> knapsack.n_rows
    1
    """

    objective: Reals
    rows: sparse.csr_array[np.float64]
    row_lower: Reals
    row_upper: Reals
    lower: Reals
    upper: Reals
    is_integer: Bools

    def __post_init__(self) -> None:
        columns, n_rows = ("objective", "lower", "upper"), self.rows.shape[0]
        sizes = dict.fromkeys(columns, self.rows.shape[1]) | {"row_lower": n_rows, "row_upper": n_rows}
        for name, size in sizes.items():
            object.__setattr__(self, name, _vector(getattr(self, name), size, name))
        for name in columns:
            _verify(np.isfinite(getattr(self, name)), getattr(self, name), name, "a finite number")
        _verify(self.row_lower < np.inf, self.row_lower, "row_lower", "a number or -inf")
        _verify(self.row_upper > -np.inf, self.row_upper, "row_upper", "a number or inf")
        _verify(np.isfinite(self.rows.data), self.rows.data, "rows.data", "a finite number")
        flags = np.array(self.is_integer, np.bool_)
        flags.flags.writeable = False
        object.__setattr__(self, "is_integer", flags)
        if flags.shape != self.objective.shape:
            raise MechanismError(
                f"is_integer has shape {flags.shape}, expected one flag for {self.objective.size} columns"
            )

    @classmethod
    def of_binaries(
        cls, objective: Reals, rows: sparse.csr_array[np.float64], row_lower: object, row_upper: object
    ) -> IntegerProgram:
        """A program whose variables are all 0 or 1."""
        n = objective.size
        ends = np.asarray(row_lower, np.float64), np.asarray(row_upper, np.float64)
        return cls(objective, rows, *ends, np.zeros(n), np.ones(n), np.ones(n, np.bool_))

    @property
    def n_rows(self) -> int:
        """Rows."""
        return self.row_upper.size

    def reduced(self, prices: Reals) -> Reals:
        """(columns,) the objective less what each variable's rows cost at these prices."""
        return np.asarray(self.objective - self.rows.T @ prices, np.float64)

    def activity(self, values: Reals) -> Reals:
        """(k,) what each row adds up to."""
        return np.asarray(self.rows @ values, np.float64)


def _vector(values: npt.ArrayLike, size: int, name: str) -> Reals:
    array = np.asarray(values, np.float64)
    if array.shape != (size,):
        raise MechanismError(f"{name} has shape {array.shape}, expected ({size},) to fit the rows")
    if array.flags.writeable:
        array = array.copy()
        array.flags.writeable = False
    return array


def _verify(holds: Bools, values: Reals, name: str, expected: str) -> None:
    bad = first_index(~holds)
    if bad is not None:
        raise MechanismError(f"{name}[{bad}] is {values[bad]}, expected {expected}")
