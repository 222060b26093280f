"""Lists that most systems show: by the own wish, by both wishes, and by assignments one after the other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.arrays import Int32s, Reals
from matching.ranking.list_market import pair_chances
from matching.ranking.orders import order_rows

__all__ = ["assignment_orders", "own_orders", "product_orders"]


def own_orders(left: npt.ArrayLike, right: npt.ArrayLike) -> tuple[Int32s, Int32s]:
    """Return each side's lists by its own wishes: (n, m) and (m, n), best first, equal ones by lower index.

    Examples
    --------
    >>> own_orders([[0.1, 0.9]], [[1.0], [0.1]])
    (array([[1, 0]], dtype=int32), array([[0],
           [0]], dtype=int32))
    """
    pair_chances(left, right)
    return order_rows(np.asarray(left, np.float64)), order_rows(np.asarray(right, np.float64))


def product_orders(left: npt.ArrayLike, right: npt.ArrayLike) -> tuple[Int32s, Int32s]:
    """Return each side's lists by the chance that both want it: (n, m) and (m, n), best first.

    Examples
    --------
    >>> product_orders([[0.1, 0.9]], [[1.0], [0.1]])[0]
    array([[0, 1]], dtype=int32)
    """
    pairs = pair_chances(left, right)
    return order_rows(pairs), order_rows(pairs.T)


def assignment_orders(left: npt.ArrayLike, right: npt.ArrayLike) -> tuple[Int32s, Int32s]:
    """Return each side's lists by repeated optimal assignment: (n, m) and (m, n), best first.

    Each turn is an assignment among the pairs that stand in no list yet, with the greatest total of one plus the
    chance; who is placed gets the partner as the next of the list, whom it leaves out waits for the next turn. Both
    sides have their own series. At least max(n, m) assignments a side.

    References
    ----------
    .. [1] Y. Tomita and T. Yokoyama (2024), RecSys, arXiv:2409.00720, a baseline there; it does not say what happens
       to those whom an assignment leaves out.

    Examples
    --------
    Both would be first with the first; the assignments take turns.

    >>> assignment_orders([[0.9, 0.5], [0.9, 0.1]], [[1.0, 1.0], [1.0, 1.0]])[0]
    array([[1, 0],
           [0, 1]], dtype=int32)
    """
    pairs = pair_chances(left, right)
    return _in_turns(pairs), _in_turns(np.ascontiguousarray(pairs.T))


def _in_turns(pairs: Reals) -> Int32s:
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 -- a fifth of a second that only these lists pay

    n, m = pairs.shape
    open_pairs = pairs + 1.0  # a pair that stands in a list already counts 0, less than any other
    orders, n_listed = np.empty((n, m), np.int32), np.zeros(n, np.int64)
    while n_listed.sum() < n * m:
        rows, columns = linear_sum_assignment(open_pairs, maximize=True)
        is_new = open_pairs[rows, columns] > 0
        rows, columns = rows[is_new], columns[is_new]
        orders[rows, n_listed[rows]] = columns
        n_listed[rows] += 1
        open_pairs[rows, columns] = 0.0
    return orders
