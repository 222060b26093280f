"""Caps and floors as a circulation: a matching mended until it keeps them, or the set that shows that none can.

People flow from a ground through applicants, acceptable pairs, postings and the regions around them back to the ground.
Capacities and caps bound the arcs that leave postings and regions from above, floors from below. By the theorem of
Hoffman [1]_ a circulation within such bounds exists iff no set of nodes has to send out more than can come in; the
set is read off a minimum cut.

References
----------
.. [1] A. J. Hoffman (1960), Some recent applications of the theory of linear inequalities to extremal combinatorial
   analysis, Proceedings of Symposia in Applied Mathematics 10, 113-127.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from matching import sparse
from matching.arrays import Bools, Int32s, Int64s
from matching.market import Market
from matching.outcome import UNMATCHED, Matching
from matching.regions import NO_CAP, NO_REGION, Regions

__all__ = ["FloorClash", "mend_floors"]

_PLENTY = 2**30
"""Stands for no bound: scipy's flows are 32 bits wide."""


@dataclass(frozen=True, eq=False)
class FloorClash:
    """Floors that no matching within capacities and caps meets, and why.

    Every acceptable pair lies inside the demanding postings and regions at most as often as it is counted among the
    applicants and the limiting postings and regions, so that they hold at most ``supply`` people, counted as often as
    their floors count them.

    Attributes
    ----------
    postings, regions : int64
        Whose floors add up to ``demand``.
    applicants : int64
        Everybody acceptable there who is not counted by the limits below.
    limiting_postings, limiting_regions : int64
        Whose capacities and caps bound the others.
    demand, supply : int
        ``demand > supply``.
    """

    postings: Int64s
    regions: Int64s
    applicants: Int64s
    limiting_postings: Int64s
    limiting_regions: Int64s
    demand: int
    supply: int

    def __str__(self) -> str:
        """The clash in one sentence."""
        asking = [f"postings {self.postings.tolist()}"] * (self.postings.size > 0)
        asking += [f"regions {self.regions.tolist()}"] * (self.regions.size > 0)
        limits = [f"the seats of postings {self.limiting_postings.tolist()}"] * (self.limiting_postings.size > 0)
        limits += [f"the caps of regions {self.limiting_regions.tolist()}"] * (self.limiting_regions.size > 0)
        n = self.applicants.size
        limits += [f"{n} {'other ' if limits else ''}acceptable applicant{'s' * (n != 1)}"] * (n > 0 or not limits)
        asked = f"the floors of {' and '.join(asking)} ask for {self.demand} people"
        return f"{asked}, but at most {self.supply} can be placed there: {' and '.join(limits)}"


class _Arcs(NamedTuple):
    tail: Int64s
    head: Int64s
    lower: Int64s
    upper: Int64s
    flow: Int64s


def mend_floors(market: Market, regions: Regions, matching: Matching, *, is_fixed: Bools) -> Matching | FloorClash:
    """Return a matching that keeps all limits with few changes to one that may be under floors.

    Parameters
    ----------
    market : Market
        Ties and order play no part.
    regions : Regions
    matching : Matching
        Acceptable placements within capacities and caps.
    is_fixed : (n,) bool
        Applicants who keep the place they hold.

    Returns
    -------
    Matching or FloorClash
        The clash only speaks of capacities, caps and floors where nobody is fixed.

    Notes
    -----
    One maximum flow in the network of changes that are left. Its paths are sought shortest first: people without a
    place before people who move, short chains of moves before long ones.
    """
    too_few_seats = np.flatnonzero(regions.posting_floor > market.capacity)
    if too_few_seats.size:
        return _seat_clash(market, regions, too_few_seats[:1])
    arcs = _arcs(market, regions, matching, is_fixed)
    source = market.n_applicants + market.n_postings + regions.n_regions + 1
    network = _network_of_changes(arcs, source)
    found = sparse.maximum_flow(network, source, source + 1)
    flow = sparse.coo_array(found.flow)
    (tail, head), after = flow.coords, np.asarray(flow.data, np.int32)
    if found.flow_value == np.maximum(arcs.lower - arcs.flow, 0).sum():
        return _changed(matching, tail, head, after)
    before = network.tocoo()
    places = np.concatenate([before.coords[0], tail]), np.concatenate([before.coords[1], head])
    left = sparse.csr_array((np.concatenate([before.data, -after]), places), shape=network.shape).tocoo()
    still_open = left.data > 0
    backwards = left.coords[1][still_open], left.coords[0][still_open]
    residual = sparse.csr_array((left.data[still_open], backwards), shape=network.shape)
    # of the minimum cuts the one next to the sink names the fewest floors
    is_demanding = np.zeros(source + 2, np.bool_)
    is_demanding[sparse.breadth_first_order(residual, source + 1, return_predecessors=False)] = True
    return _clash(market, regions, is_demanding)


def _network_of_changes(arcs: _Arcs, source: int) -> sparse.csr_array[np.int32]:
    """Arcs forward to their upper bound and back to their lower; what a floor misses must run from head to tail."""
    missing = np.maximum(arcs.lower - arcs.flow, 0)
    short = np.flatnonzero(missing)
    tails = np.concatenate([arcs.tail, arcs.head, np.full(short.size, source), arcs.tail[short]])
    heads = np.concatenate([arcs.head, arcs.tail, arcs.head[short], np.full(short.size, source + 1)])
    forward = arcs.upper - np.maximum(arcs.flow, arcs.lower)
    back = np.maximum(arcs.flow - arcs.lower, 0)
    room = np.concatenate([forward, back, missing[short], missing[short]]).astype(np.int32)
    kept = room > 0
    return sparse.csr_array((room[kept], (tails[kept], heads[kept])), shape=(source + 2, source + 2))


def _arcs(market: Market, regions: Regions, matching: Matching, is_fixed: Bools) -> _Arcs:
    n, m, r = market.n_applicants, market.n_postings, regions.n_regions
    ground, n_held = n + m + r, matching.n_held
    people, applicants = np.arange(n), market.applicants.rows()
    listed = market.applicants.indices.astype(np.int64)
    is_own = matching.posting_of[applicants] == listed
    open_pair = (market.rank_at_posting >= 0) & (is_own | ~is_fixed[applicants])
    pair_tail, pair_head = applicants[open_pair], n + listed[open_pair]
    postings, around = np.arange(n, ground), np.concatenate([regions.region_of, regions.parent])
    floors = np.concatenate([regions.posting_floor, regions.floor])
    bounds = np.concatenate([market.capacity, np.where(regions.cap == NO_CAP, _PLENTY, regions.cap)])
    return _Arcs(
        tail=np.concatenate([np.full(n, ground), pair_tail, postings]),
        head=np.concatenate([people, pair_head, np.where(around == NO_REGION, ground, n + m + around)]),
        lower=np.concatenate([is_fixed, np.zeros(pair_tail.size), np.minimum(floors, n + 1)]).astype(np.int64),
        upper=np.concatenate([np.ones(n, np.int64), np.full(pair_tail.size, n + 1), np.minimum(bounds, _PLENTY)]),
        flow=np.concatenate([matching.is_matched, is_own[open_pair], n_held, regions.held(n_held)]).astype(np.int64),
    )


def _changed(matching: Matching, tail: Int32s, head: Int32s, flow: Int32s) -> Matching:
    """Apply the flow between applicants and postings: -1 where one leaves, 1 where one comes."""
    n, m = matching.n_applicants, matching.n_postings
    is_pair = (tail < n) & (head >= n) & (head < n + m)
    applicants, postings, steps = tail[is_pair], head[is_pair] - n, flow[is_pair]
    posting_of = matching.posting_of.copy()
    posting_of[applicants[steps < 0]] = UNMATCHED
    posting_of[applicants[steps > 0]] = postings[steps > 0]
    return Matching(posting_of, m)


def _seat_clash(market: Market, regions: Regions, posting: Int64s) -> FloorClash:
    none = np.empty(0, np.int64)
    demand, supply = int(regions.posting_floor[posting].sum()), int(market.capacity[posting].sum())
    return FloorClash(posting, none, none, posting, none, demand, supply)


def _clash(market: Market, regions: Regions, is_demanding: Bools) -> FloorClash:
    """Read the set of Hoffman's theorem: what it must send out, and what can come in."""
    n, m, r = market.n_applicants, market.n_postings, regions.n_regions
    around = np.concatenate([regions.region_of, regions.parent])
    inner, outer = is_demanding[n : n + m + r], is_demanding[np.where(around == NO_REGION, n + m + r, n + m + around)]
    floors = np.concatenate([regions.posting_floor, regions.floor])
    bounds = np.concatenate([market.capacity, regions.cap])
    demands, limits = inner & ~outer & (floors > 0), ~inner & outer
    # how often each posting's people are asked for, less how often a limit counts them
    balance = demands[:m].astype(np.int64) - limits[:m]
    balance += demands[m:].astype(np.int64) @ regions.is_inside - limits[m:].astype(np.int64) @ regions.is_inside
    wanted = (market.rank_at_posting >= 0) & (balance[market.applicants.indices] > 0)
    applicants = np.unique(market.applicants.rows()[wanted])
    return FloorClash(
        postings=np.flatnonzero(demands[:m]),
        regions=np.flatnonzero(demands[m:]),
        applicants=applicants,
        limiting_postings=np.flatnonzero(limits[:m]),
        limiting_regions=np.flatnonzero(limits[m:]),
        demand=int(floors[demands].sum()),
        supply=int(bounds[limits].sum()) + applicants.size,
    )
