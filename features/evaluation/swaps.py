"""Swap test: another attribute, the same person, the same scores, bit for bit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.evaluation.errors import EvaluationError

__all__ = ["SwapTest", "swap_test"]


@dataclass(frozen=True)
class SwapTest:
    """How many scores moved when everybody's attribute was changed.

    Attributes
    ----------
    n_scores : int
        Compared in each swap.
    n_swaps : int
    changed : int
        Scores whose bits differ from those before, over all swaps.
    largest : float
        Largest difference; 0 where none differs.
    """

    n_scores: int
    n_swaps: int
    changed: int
    largest: float


def swap_test(
    score: Callable[[Sequence[str]], npt.NDArray[np.float64]], attribute: Sequence[str], values: Sequence[str]
) -> SwapTest:
    """Read everybody with the attribute as it is, then with every value for everybody, and compare.

    Parameters
    ----------
    score : callable
        Attribute of each person → scores, by the whole way a record takes: file, intake, terms, weights. A function
        that does not hand the attribute on proves nothing.
    attribute : sequence of str
        As it is.
    values : sequence of str
        What everybody is then said to be, one after the other.

    Raises
    ------
    EvaluationError
        If there is no value to swap to, or a swap changes how many scores there are.

    Examples
    --------
    >>> swap_test(lambda told: np.array([0.1 * (one == "x") for one in told]), ["x", "y"], ["x", "y"])
    SwapTest(n_scores=2, n_swaps=2, changed=2, largest=0.1)
    """
    if not values:
        raise EvaluationError("no value to swap to, expected at least one")
    before = np.ascontiguousarray(score(list(attribute)))
    changed, largest = 0, 0.0
    for value in values:
        after = np.ascontiguousarray(score([value] * len(attribute)))
        if after.shape != before.shape:
            raise EvaluationError(f"a swap gives scores of shape {after.shape}, expected {before.shape}")
        changed += int((before.view(np.uint64) != after.view(np.uint64)).sum())
        largest = max(largest, float(np.abs(after - before).max(initial=0.0)))
    return SwapTest(before.size, len(values), changed, largest)
