"""Closed sets of a partial order: all of them, and the one of least weight by a minimum cut."""

from __future__ import annotations

import numpy as np

from matching import sparse
from matching.arrays import Bools, Int64s, totals_before
from matching.errors import MechanismError
from matching.kernels import Kernel

__all__ = ["closed_sets", "least_closed_set"]

_LARGEST_FLOW = np.iinfo(np.int32).max
"""SciPy's maximum flow computes in 32-bit integers."""


def closed_sets(before_indptr: Int64s, before: Int64s, *, limit: int) -> tuple[Bools, bool]:
    """Return closed sets, at most ``limit``, each once, and whether there are more.

    A set is closed iff with every element it holds all that stand before it. Elements are numbered so that what stands
    before one has a lower number.

    Parameters
    ----------
    before_indptr, before : (k + 1,), (arcs,) int64
        What stands directly before each element, in compressed rows.
    limit : int
        >= 1.

    Returns
    -------
    sets : (found, k) bool
        In lexicographic order of their ascending elements, the empty set first.
    is_cut : bool
        There are more than ``limit``.

    Notes
    -----
    Depth first, adding only elements above the last one added: every set is met once, O(k + arcs) a set at worst.

    Examples
    --------
    >>> sets, is_cut = closed_sets(np.array([0, 0, 0, 1]), np.array([0]), limit=10)
    >>> [np.flatnonzero(row).tolist() for row in sets], is_cut
    ([[], [0], [0, 1], [0, 1, 2], [0, 2], [1]], False)
    """
    k = before_indptr.size - 1
    later = np.repeat(np.arange(k), np.diff(before_indptr))
    order = np.argsort(before, kind="stable")
    after_indptr = totals_before(np.bincount(before, minlength=k))
    after, n_before = later[order], np.diff(before_indptr)
    count = _list_closed_sets(after_indptr, after, n_before, limit + 1, np.empty((0, k), np.bool_))
    sets = np.zeros((min(count, limit), k), np.bool_)
    _list_closed_sets(after_indptr, after, n_before, sets.shape[0], sets)
    return sets, count > limit


def least_closed_set(before_indptr: Int64s, before: Int64s, weights: Int64s) -> Bools:
    """Return (k,) the closed set of least total weight; of several the smallest, which all others contain.

    Raises
    ------
    MechanismError
        When the weights below 0 or those above add up to more than 32 bits hold.

    Notes
    -----
    A minimum cut [1]_: a gain hangs on the source, a loss on the sink, and an element draws what stands before it along
    at no price. The elements that the source still reaches form the smallest minimum cut, hence the tie rule.

    References
    ----------
    .. [1] J.-C. Picard (1976), Maximal closure of a graph and applications to combinatorial problems, Management
       Science 22(11), 1268-1272, :doi:`10.1287/mnsc.22.11.1268`.

    Examples
    --------
    >>> least_closed_set(np.array([0, 0, 1, 2]), np.array([0, 1]), np.array([2, -3, 1])).tolist()
    [True, True, False]
    """
    k = weights.size
    gain, loss = int(-weights[weights < 0].sum()), int(weights[weights > 0].sum())
    if gain == 0:
        return np.zeros(k, np.bool_)
    if max(gain, loss) >= _LARGEST_FLOW:
        raise MechanismError(f"weights add up to {max(gain, loss)}, expected less than {_LARGEST_FLOW}")
    source, sink, each = k, k + 1, np.arange(k)
    gains, losses = weights < 0, weights > 0
    tails = np.concatenate([np.full(int(gains.sum()), source), each[losses], np.repeat(each, np.diff(before_indptr))])
    heads = np.concatenate([each[gains], np.full(int(losses.sum()), sink), before])
    unbounded = np.full(before.size, gain + 1)
    room = np.concatenate([-weights[gains], weights[losses], unbounded]).astype(np.int32)
    graph = sparse.csr_array((room, (tails.astype(np.int32), heads.astype(np.int32))), shape=(k + 2, k + 2))
    residual = sparse.csr_array(graph - sparse.maximum_flow(graph, source, sink).flow)
    residual.eliminate_zeros()
    reached = np.zeros(k + 2, np.bool_)
    reached[sparse.breadth_first_order(residual, source, return_predecessors=False)] = True
    return reached[:k]


@Kernel
def _list_closed_sets(after_indptr: Int64s, after: Int64s, n_before: Int64s, limit: int, rows: Bools) -> int:
    """Count closed sets up to the limit, writing them while there are rows; the first row, the empty set, is there."""
    k = n_before.size
    n_missing = n_before.copy()
    held = np.zeros(k, np.bool_)
    chosen = np.empty(k, np.int64)
    size, count, candidate = 0, 1, 0
    while count < limit:
        candidate = _next_free(n_missing, candidate)
        if candidate == k and size == 0:
            break
        is_added = candidate < k
        if is_added:
            chosen[size] = candidate
            size += 1
        else:
            size -= 1
            candidate = chosen[size]
        held[candidate] = is_added
        for at in range(after_indptr[candidate], after_indptr[candidate + 1]):
            n_missing[after[at]] += -1 if is_added else 1
        if is_added:
            if count < rows.shape[0]:
                for element in range(k):
                    rows[count, element] = held[element]
            count += 1
        candidate += 1
    return count


@Kernel
def _next_free(n_missing: Int64s, start: int) -> int:
    """The first element from ``start`` on before which nothing is missing."""
    element = start
    while element < n_missing.size and n_missing[element] > 0:
        element += 1
    return element
