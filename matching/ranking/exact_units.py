"""Scores as whole numbers, so that no order of summation can change a bit.

Both sides of a product are rounded to multiples of 2⁻²⁶ and kept as 32-bit integers; a score is then a whole number of
units of 2⁻⁵² in 64 bits, added up exactly. It is the grid of ``features.scoring`` (docs/decisions/0004), whose doubles
hold the same numbers while they stay below 2.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from matching.arrays import Int32s, Int64s, Reals, first_index
from matching.errors import MarketError

__all__ = ["FACTOR_UNIT", "LARGEST_FACTOR", "SCORE_UNIT", "Floats32", "factors_in_units", "norms_of_factors", "told"]

Floats32: TypeAlias = npt.NDArray[np.float32]

FACTOR_UNIT = 2.0**-26
"""What one unit of a factor is."""

SCORE_UNIT = 2.0**-52
"""What one unit of a score is."""

LARGEST_FACTOR = 31.0
"""A factor has at most this size: 32 would not fit 32 bits."""

_ABOVE = 1 + 1e-9  # doubles lose less than this in the sum of squares of any vector that fits memory


def factors_in_units(values: npt.NDArray[np.floating], name: str) -> Int32s:
    """Return one side of a product, ``(rows, d)``, in units of 2⁻²⁶.

    Raises
    ------
    MarketError
        Naming the entry that is not finite or larger than 31.

    Examples
    --------
    >>> factors_in_units(np.array([[0.5, -0.25]]), "vectors")
    array([[ 33554432, -16777216]], dtype=int32)
    """
    bad = first_index(~(np.abs(values) <= LARGEST_FACTOR).ravel())
    if bad is not None:
        row, column = divmod(bad, values.shape[1])
        raise MarketError(
            f"{name}[{row}, {column}] is {values[row, column]}, expected a number from -{LARGEST_FACTOR:g} to "
            f"{LARGEST_FACTOR:g}"
        )
    units: Int32s = np.rint(values / FACTOR_UNIT).astype(np.int32, order="C")  # row by row, however values are laid out
    return units


def norms_of_factors(units: Int32s) -> Reals:
    """Return the Euclidean norm of every row of factors, a little above rather than below.

    Examples
    --------
    >>> norms_of_factors(np.array([[3, 4]], dtype=np.int32) * 2**24).round(6)
    array([1.25])
    """
    squares = np.einsum("ij,ij->i", units, units, dtype=np.float64)
    norms: Reals = np.sqrt(squares) * (FACTOR_UNIT * _ABOVE)
    return norms


def told(units: Int64s) -> Reals:
    """Return scores as doubles; exact while they stay below 2.

    Examples
    --------
    >>> told(np.array([2**51])).item()
    0.5
    """
    scores: Reals = units.astype(np.float64) * SCORE_UNIT
    return scores
