"""Caps and floors of nested regions: what a matching violates, and which of its blocking pairs the limits excuse.

A pair (a, p) that blocks in the sense of :func:`matching.properties.blocking_pairs` has up to two moves: to *oust* a
holder whom p ranks strictly below a, or to *join* on a free seat. The applicant leaves g, the place held, or none. A
pair is tolerated iff every move it has is tolerated.

* Ousting takes one from g and from every region around g, p's too where they contain g, and adds none anywhere. It is
  tolerated iff that takes a posting or a region below its floor; caps never excuse it.
* Joining moves one from g to p. It is tolerated iff g or a region around g but not p falls below its floor, or
  - *weak*: some region around p is full, that is, at its cap [1]_ [2]_;
  - *stable*: some region around p is full, and either a full region contains p but not g (or there is no g), or after
    the move p holds more beyond its target than g does beyond g's: |M'(p)| - t(p) > |M'(g)| - t(g) [1]_;
  - *strong*: a full region contains p but not g, so that the move itself breaks a cap [2]_.

An applicant without a place harms no floor by coming. Without floors, in disjoint regions, this is the definition of
Kamada and Kojima word by word: p has no worse holder, p's region is full, and the further condition. Strongly stable
implies stable, stable implies weakly stable. Ties stay as submitted: whom p ranks level with a is no worse holder.
Targets count up to the capacity.

References
----------
.. [1] Y. Kamada and F. Kojima (2015), Efficient matching under distributional constraints: theory and applications,
   American Economic Review 105(1), 67-99, :doi:`10.1257/aer.20101552`.
.. [2] Y. Kamada and F. Kojima (2017), Stability concepts in matching under distributional constraints, Journal of
   Economic Theory 168, 107-142.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from matching.arrays import Bools, Int64s
from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import UNMATCHED, Matching
from matching.properties.feasibility import is_feasible, is_individually_rational
from matching.properties.lists import verify_same_size, worst_ranks_held
from matching.properties.stability import blocking_pairs
from matching.regions import NO_CAP, Regions

__all__ = [
    "RegionalBlocking",
    "RegionalViolations",
    "is_stable_in_regions",
    "is_strongly_stable_in_regions",
    "is_weakly_stable_in_regions",
    "keeps_regional_limits",
    "regional_blocking",
    "regional_violations",
]

_BLOCK_PAIRS = 4_096
"""Pairs that are looked at together, each with every region: bounds the memory, never the result."""


@dataclass(frozen=True, eq=False)
class RegionalBlocking:
    """Pairs that block when caps and floors are ignored, and which of them each notion tolerates.

    Attributes
    ----------
    pairs : (k, 2) int64
        Applicant and posting, in ascending order.
    tolerated_by_weak, tolerated_by_stable, tolerated_by_strong : (k,) bool
        Whether the notion excuses the pair; it blocks in that notion otherwise.
    """

    pairs: Int64s
    tolerated_by_weak: Bools
    tolerated_by_stable: Bools
    tolerated_by_strong: Bools


@dataclass(frozen=True, eq=False)
class RegionalViolations:
    """Limits that a matching does not keep.

    Attributes
    ----------
    over_cap : int64
        Regions that hold more than their cap.
    under_floor : int64
        Regions that hold fewer than their floor.
    postings_under_floor : int64
        Postings that hold fewer than their floor.
    """

    over_cap: Int64s
    under_floor: Int64s
    postings_under_floor: Int64s


class _Limits(NamedTuple):
    is_full: Bools  # (r,)
    is_at_floor: Bools  # (r,) one person less takes it below a floor
    posting_at_floor: Bools  # (m,)
    beyond_target: Int64s  # (m,) people held beyond the target, negative below it


class _Moves(NamedTuple):
    comes: Int64s  # (k,) the posting of each pair
    leaves: Int64s  # (k,) the place its applicant holds, -1 for none
    may_oust: Bools
    may_join: Bools

    def part(self, span: slice) -> _Moves:
        return _Moves(self.comes[span], self.leaves[span], self.may_oust[span], self.may_join[span])


def regional_violations(regions: Regions, matching: Matching) -> RegionalViolations:
    """Return the regions over their cap, and the regions and postings under their floor.

    Raises
    ------
    OutcomeError
        When the matching has another number of postings.

    Examples
    --------
    >>> regions = Regions.flat([0, 0, -1], cap=[1], target=[0, 0, 0])
    >>> regional_violations(regions, Matching(np.array([0, 1, 2]), n_postings=3)).over_cap
    array([0])
    """
    _verify_same_postings(regions, matching)
    held, n_held = _held(regions, matching), matching.n_held
    return RegionalViolations(
        over_cap=np.flatnonzero((regions.cap != NO_CAP) & (held > regions.cap)),
        under_floor=np.flatnonzero(held < regions.floor),
        postings_under_floor=np.flatnonzero(n_held < regions.posting_floor),
    )


def keeps_regional_limits(regions: Regions, matching: Matching) -> bool:
    """Whether no region is over its cap, and no region or posting under its floor."""
    found = regional_violations(regions, matching)
    return found.over_cap.size + found.under_floor.size + found.postings_under_floor.size == 0


def regional_blocking(market: Market, regions: Regions, matching: Matching) -> RegionalBlocking:
    """Return the pairs that block under capacities alone, and whether each notion tolerates them.

    Raises
    ------
    OutcomeError
        When the matching is one of another market, or the regions have another number of postings.

    Notes
    -----
    Linear in the number of regions for every pair that blocks.

    Examples
    --------
    One seat for the region of two postings. Applicant 0 would move to posting 1 within the region, which breaks no
    cap; applicant 1 would come from nowhere, which does.

    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[1, 0], [0, 1]], n_choices=2),
    ...     Preferences.from_lists([[0, 1], [1, 0]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> regions = Regions.flat([0, 0], cap=[1], target=[1, 0])
    >>> found = regional_blocking(market, regions, Matching(np.array([0, -1]), n_postings=2))
    >>> found.pairs.tolist(), found.tolerated_by_weak, found.tolerated_by_stable, found.tolerated_by_strong
    ([[0, 1], [1, 1]], array([ True,  True]), array([ True,  True]), array([False,  True]))
    """
    verify_same_size(market, matching)
    _verify_same_postings(regions, matching)
    pairs = blocking_pairs(market, matching)
    limits = _limits(market, regions, matching)
    moves = _Moves(
        comes=pairs[:, 1],
        leaves=matching.posting_of[pairs[:, 0]],
        may_oust=_may_oust(market, matching, pairs),
        may_join=matching.n_held[pairs[:, 1]] < market.capacity[pairs[:, 1]],
    )
    tolerated = [
        _tolerated(regions, limits, moves.part(slice(at, at + _BLOCK_PAIRS)))
        for at in range(0, pairs.shape[0], _BLOCK_PAIRS)
    ] or [np.empty((3, 0), np.bool_)]
    weak, stable, strong = np.concatenate(tolerated, axis=1)
    return RegionalBlocking(pairs, weak, stable, strong)


def is_weakly_stable_in_regions(market: Market, regions: Regions, matching: Matching) -> bool:
    """Whether all limits hold, every placement is on both lists, and the weak notion tolerates every blocking pair."""
    return _is_sound(market, regions, matching) and bool(
        regional_blocking(market, regions, matching).tolerated_by_weak.all()
    )


def is_stable_in_regions(market: Market, regions: Regions, matching: Matching) -> bool:
    """Whether all limits hold, every placement is on both lists, and Kamada and Kojima's 2015 notion holds."""
    return _is_sound(market, regions, matching) and bool(
        regional_blocking(market, regions, matching).tolerated_by_stable.all()
    )


def is_strongly_stable_in_regions(market: Market, regions: Regions, matching: Matching) -> bool:
    """Whether all limits hold, every placement is on both lists, and every blocking pair would break a limit."""
    return _is_sound(market, regions, matching) and bool(
        regional_blocking(market, regions, matching).tolerated_by_strong.all()
    )


def _is_sound(market: Market, regions: Regions, matching: Matching) -> bool:
    return (
        is_feasible(market, matching)
        and is_individually_rational(market, matching)
        and keeps_regional_limits(regions, matching)
    )


def _verify_same_postings(regions: Regions, matching: Matching) -> None:
    if regions.n_postings != matching.n_postings:
        raise OutcomeError(f"the regions have {regions.n_postings} postings, expected {matching.n_postings}")


def _held(regions: Regions, matching: Matching) -> Int64s:
    return np.asarray(regions.is_inside @ matching.n_held, np.int64)


def _limits(market: Market, regions: Regions, matching: Matching) -> _Limits:
    held, n_held = _held(regions, matching), matching.n_held
    return _Limits(
        is_full=(regions.cap != NO_CAP) & (held >= regions.cap),
        is_at_floor=(regions.floor > 0) & (held <= regions.floor),
        posting_at_floor=(regions.posting_floor > 0) & (n_held <= regions.posting_floor),
        beyond_target=n_held - np.minimum(regions.target, market.capacity),
    )


def _may_oust(market: Market, matching: Matching, pairs: Int64s) -> Bools:
    """Whether the pair's posting holds somebody whom it ranks strictly below the pair's applicant, or does not list."""
    lists, rows, m = market.postings, market.postings.rows(), market.n_postings
    above = lists.ranks < worst_ranks_held(market, matching)[rows]
    keys = lists.indices[above].astype(np.int64) * m + rows[above]
    return np.isin(pairs[:, 0] * m + pairs[:, 1], keys)


def _tolerated(regions: Regions, limits: _Limits, moves: _Moves) -> Bools:
    """(3, k) by the weak, the stable and the strong notion."""
    comes, leaves = moves.comes, moves.leaves
    has_place = leaves != UNMATCHED
    around = regions.is_inside[:, comes]
    around_old = regions.is_inside[:, leaves] & has_place
    full, floored = limits.is_full[:, np.newaxis], limits.is_at_floor[:, np.newaxis]
    own_floor = has_place & limits.posting_at_floor[leaves]
    ousting = own_floor | (floored & around_old).any(axis=0)
    joining = own_floor | (floored & around_old & ~around).any(axis=0)
    is_full = (full & around).any(axis=0)
    breaks_cap = (full & around & ~around_old).any(axis=0)
    is_worse_balanced = limits.beyond_target[comes] + 1 > limits.beyond_target[leaves] - 1
    by_caps = np.stack([is_full, is_full & (breaks_cap | is_worse_balanced), breaks_cap])
    return np.asarray((~moves.may_oust | ousting) & (~moves.may_join | joining | by_caps))
