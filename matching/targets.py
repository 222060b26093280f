"""Targets of postings where nobody declared any: a cap split in proportion to the capacities inside it."""

from __future__ import annotations

import numpy as np

from matching.arrays import Bools, Int64s
from matching.regions import NO_CAP, NO_REGION

__all__ = ["UNDECLARED", "fill_targets"]

UNDECLARED = -1
"""A target that is to be derived."""


def fill_targets(
    declared: Int64s, capacity: Int64s, *, region_of: Int64s, parent: Int64s, cap: Int64s, turn: Int64s
) -> Int64s:
    """Return a target for every posting: the declared ones, and shares of the caps for the others.

    A posting without a declared target begins with its capacity. Region by region, inner ones first, targets that add
    up beyond the cap are cut in proportion, rounded down, and what rounding leaves goes to the largest remainders,
    earlier turns first: the way in which Japan's residency match splits a prefecture's cap onto hospitals [1]_.
    Declared targets are never cut.

    Parameters
    ----------
    declared : (m,) int64
        Targets, -1 where none is declared.
    capacity : (m,) int64
    region_of, parent, cap, turn
        As in :class:`matching.regions.Regions`.

    Returns
    -------
    (m,) int64
        Where declared targets alone exceed a cap the others are 0, and ``Regions`` refuses the whole.

    References
    ----------
    .. [1] Y. Kamada and F. Kojima (2015), Efficient matching under distributional constraints: theory and
       applications, American Economic Review 105(1), 67-99, :doi:`10.1257/aer.20101552`.

    Examples
    --------
    >>> one = np.array([0]), np.array([-1]), np.array([10])
    >>> places = dict(zip(("region_of", "parent", "cap"), (np.zeros(2, np.int64), *one[1:]), strict=True))
    >>> fill_targets(np.array([-1, -1]), np.array([10, 10]), **places, turn=np.array([0, 1]))
    array([5, 5])
    """
    target = np.where(declared == UNDECLARED, capacity, declared)
    for region in _inner_first(parent):
        inside = _postings_inside(region_of, parent, region)
        free = inside & (declared == UNDECLARED)
        room = cap[region] - int(target[inside & ~free].sum())
        if cap[region] != NO_CAP and target[free].sum() > max(room, 0):
            target[free] = _shares(target[free], max(room, 0), turn[free])
    return target


def _inner_first(parent: Int64s) -> list[int]:
    def depth(region: int) -> int:
        steps = 0
        while region != NO_REGION and steps <= parent.size:
            region, steps = int(parent[region]), steps + 1
        return steps

    return sorted(range(parent.size), key=depth, reverse=True)


def _postings_inside(region_of: Int64s, parent: Int64s, region: int) -> Bools:
    at = region_of.copy()
    inside: Bools = np.asarray(at == region)
    for _ in range(parent.size):
        at = np.where(at == NO_REGION, NO_REGION, parent[at] if parent.size else NO_REGION)
        inside |= at == region
    return inside


def _shares(wanted: Int64s, room: int, turn: Int64s) -> Int64s:
    """Split ``room`` in proportion to what is wanted."""
    exact = wanted * room
    whole = int(wanted.sum())
    shares = exact // whole
    remainder = exact - shares * whole
    first = np.lexsort((turn, -remainder))[: room - int(shares.sum())]
    shares[first] += 1
    return shares
