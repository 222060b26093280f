"""From ranks to exposures: how often, in expectation, a row's reader looks at each item."""

from __future__ import annotations

import numpy as np

from matching.arrays import Bools, Int32s, Reals
from matching.kernels import Kernel

__all__ = ["even_exposure", "exposure_of_orders", "mix_in"]


def exposure_of_orders(orders: Int32s, exam: Reals, n_items: int) -> Reals:
    """Return (R, C) the exposure of every item when each row reads its list.

    Parameters
    ----------
    orders : (R, K) int32
        Items best first, ``NOT_LISTED`` behind the last.
    exam : (K or more,) float64
        Weight of each rank.
    n_items : int
        C.

    Examples
    --------
    >>> exposure_of_orders(np.array([[2, 0, -1]], np.int32), np.array([1.0, 0.5, 0.25]), 3)
    array([[0.5, 0. , 1. ]])
    """
    exposure = np.zeros((orders.shape[0], n_items))
    mix_in(exposure, 0, orders, exam, 1.0)
    return exposure


def even_exposure(exam: Reals, shape: tuple[int, int], eligible: Bools | None = None) -> Reals:
    """Return (R, C) the exposures when each row shows its eligible items in a random cyclic order.

    Examples
    --------
    >>> even_exposure(np.array([1.0, 0.5, 0.0]), (1, 3))
    array([[0.5, 0.5, 0.5]])
    >>> even_exposure(np.array([1.0, 0.5, 0.0]), (1, 3), np.array([[True, False, True]]))
    array([[0.75, 0.  , 0.75]])
    """
    n_items = shape[1]
    reached = np.zeros(n_items + 1)
    used = min(exam.size, n_items)
    reached[1 : used + 1] = np.cumsum(exam[:used])
    reached[used + 1 :] = reached[used]
    if eligible is None:
        return np.full(shape, reached[n_items] / max(n_items, 1))
    n_eligible = np.count_nonzero(eligible, axis=1)
    return np.where(eligible, (reached[n_eligible] / np.maximum(n_eligible, 1))[:, None], 0.0)


@Kernel
def mix_in(exposure: Reals, first: int, orders: Int32s, exam: Reals, step: float) -> None:
    """Move the exposures of the rows from ``first`` on a step towards those of the orders, in place."""
    for row in range(orders.shape[0]):
        own = exposure[first + row]
        for item in range(own.size):
            own[item] *= 1.0 - step
        for k in range(orders.shape[1]):
            if orders[row, k] < 0:
                break
            own[orders[row, k]] += step * exam[k]
