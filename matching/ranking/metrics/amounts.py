"""What is counted, read once: a row of amounts, or an error that names the entry."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.arrays import Reals, first_index, read_only_reals
from matching.errors import MarketError

__all__ = ["read_amounts", "shares_of_the_largest"]


def read_amounts(values: npt.ArrayLike, name: str) -> Reals:
    """Return one row of finite numbers >= 0.

    Raises
    ------
    MarketError

    Examples
    --------
    >>> read_amounts([3, 0], "amounts")
    array([3., 0.])
    """
    amounts: Reals = read_only_reals(values, name)
    below = first_index(amounts < 0)
    if below is not None:
        raise MarketError(f"{name}[{below}] is {amounts[below]}, expected >= 0")
    return amounts


def shares_of_the_largest(amounts: Reals) -> Reals:
    """Return the amounts over the largest of them, whose sums cannot overflow; zeros where there is nothing.

    Examples
    --------
    >>> shares_of_the_largest(np.array([1e308, 1e308, 0.0]))
    array([1., 1., 0.])
    """
    largest = amounts.max(initial=0.0)
    return amounts / largest if largest else np.zeros(amounts.size)
