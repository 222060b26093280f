"""The kernel of flexible deferred acceptance: seats handed out in rounds and turns under caps of nested regions.

Why this is the choice from all proposals so far stands in :mod:`matching.mechanisms.regions.regional_caps`. The
invariant: a posting that has not refused anybody keeps all who proposed; one that has keeps its best, and never more
than then.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Bools, Int64s
from matching.kernels import Kernel
from matching.mechanisms.stable.strict_positions import StrictLists
from matching.outcome import UNMATCHED
from matching.regions import NO_CAP, NO_REGION, Regions

__all__ = ["propose"]


def propose(lists: StrictLists, regions: Regions, capacity: Int64s) -> Int64s:
    """Return the posting of each applicant, -1 for none, after all proposals."""
    # a posting can never hold more people than it lists, however many seats it declares
    seats = np.minimum(capacity, np.diff(lists.own_start))
    return _propose(lists, _places(regions, seats), _start(lists, seats, regions.n_regions))


class _Places(NamedTuple):
    seats: Int64s
    target: Int64s
    turn: Int64s
    posting_in_turn: Int64s
    leaf: Int64s  # (m,) place of each posting in the tree, region by region
    region_of: Int64s
    parent: Int64s
    cap: Int64s
    first_leaf: Int64s  # (r,) leaves of each region
    end_leaf: Int64s


class _State(NamedTuple):
    n_kept: Int64s  # (m,)
    n_inside: Int64s  # (r,)
    last_key: Int64s  # (2m,) segment tree: key of the last seat taken at each posting, -1 for none
    is_closed: Bools  # (m,) has refused somebody, so it never keeps more than now
    is_kept: Bools  # (nnz of the postings) by position in the posting's list
    last: Int64s  # (m,) position of the last applicant kept, -1 for none


def _start(lists: StrictLists, seats: Int64s, n_regions: int) -> _State:
    m = seats.size
    return _State(
        n_kept=np.zeros(m, np.int64),
        n_inside=np.zeros(n_regions, np.int64),
        last_key=np.full(2 * m, -1, np.int64),
        is_closed=np.asarray(seats == 0),
        is_kept=np.zeros(lists.own_list.size, np.bool_),
        last=np.full(m, -1, np.int64),
    )


def _places(regions: Regions, seats: Int64s) -> _Places:
    number, size = _preorder(regions.parent)
    outside = regions.n_regions
    number_at = np.append(number, outside)[regions.region_of]
    order = np.argsort(number_at, kind="stable")
    leaf = np.empty(order.size, np.int64)
    leaf[order] = order.size + np.arange(order.size)
    in_order = number_at[order]
    posting_in_turn = np.empty(order.size, np.int64)
    posting_in_turn[regions.turn] = np.arange(order.size)
    return _Places(
        seats=seats,
        target=regions.target,
        turn=regions.turn,
        posting_in_turn=posting_in_turn,
        leaf=leaf,
        region_of=regions.region_of,
        parent=regions.parent,
        cap=np.where(regions.cap == NO_CAP, np.iinfo(np.int64).max, regions.cap),
        first_leaf=order.size + np.searchsorted(in_order, number),
        end_leaf=order.size + np.searchsorted(in_order, number + size),
    )


def _preorder(parent: Int64s) -> tuple[Int64s, Int64s]:
    """Number the regions so that those inside a region follow it at once; and how many a region is with them."""
    inside: list[list[int]] = [[] for _ in range(parent.size + 1)]
    for region in range(parent.size):
        inside[int(parent[region])].append(region)
    number = np.empty(parent.size, np.int64)
    order: list[int] = []
    waiting = inside[NO_REGION][::-1]
    while waiting:
        region = waiting.pop()
        number[region] = len(order)
        order.append(region)
        waiting += inside[region][::-1]
    size = np.ones(parent.size, np.int64)
    for region in reversed(order):
        if parent[region] != NO_REGION:
            size[parent[region]] += size[region]
    return number, size


@Kernel
def _propose(lists: StrictLists, places: _Places, state: _State) -> Int64s:
    """Run proposals depth first: one applicant after the other, a refused one at once again."""
    n = lists.indptr.size - 1
    posting_of = np.full(n, UNMATCHED, np.int64)
    following = lists.indptr[:-1].copy()
    for newcomer in range(n):
        applicant: int = newcomer
        while applicant >= 0 and following[applicant] < lists.indptr[applicant + 1]:
            entry: int = following[applicant]
            following[applicant] = entry + 1
            position: int = lists.position_at[entry]
            posting: int = lists.indices[entry]
            if position < 0 or (state.is_closed[posting] and position > state.last[posting]):
                continue
            giving = posting if state.is_closed[posting] else _take_seat(posting, places, state)
            if giving >= 0:
                state.is_closed[giving] = True
            if giving == posting and position > state.last[posting]:
                continue
            posting_of[applicant] = posting
            state.is_kept[lists.own_start[posting] + position] = True
            state.last[posting] = max(state.last[posting], position)
            applicant = -1 if giving < 0 else _refuse_last(giving, lists, state)
            if applicant >= 0:
                posting_of[applicant] = UNMATCHED
    return posting_of


@Kernel
def _take_seat(posting: int, places: _Places, state: _State) -> int:
    """Open the posting's next seat; return the posting, perhaps the same, that gives up its last seat, or -1."""
    if state.n_kept[posting] == places.seats[posting]:
        return posting
    full: int = places.region_of[posting]
    while full >= 0 and state.n_inside[full] < places.cap[full]:
        full = places.parent[full]
    if full < 0:
        _change(posting, 1, places, state)
        return -1
    largest = _largest(state.last_key, places.first_leaf[full], places.end_leaf[full])
    if _key(posting, state.n_kept[posting] + 1, places) > largest:
        return posting
    giving: int = places.posting_in_turn[largest % places.turn.size]
    _change(giving, -1, places, state)
    _change(posting, 1, places, state)
    return giving


@Kernel
def _key(posting: int, seat: int, places: _Places) -> int:
    """Round and turn in which a posting's seat is handed out, in one number."""
    beyond: int = max(0, seat - places.target[posting])
    return beyond * places.turn.size + int(places.turn[posting])


@Kernel
def _change(posting: int, step: int, places: _Places, state: _State) -> None:
    state.n_kept[posting] += step
    region: int = places.region_of[posting]
    while region >= 0:
        state.n_inside[region] += step
        region = places.parent[region]
    n_kept: int = state.n_kept[posting]
    at: int = places.leaf[posting]
    state.last_key[at] = _key(posting, n_kept, places) if n_kept > 0 else -1
    while at > 1:
        at //= 2
        state.last_key[at] = max(state.last_key[2 * at], state.last_key[2 * at + 1])


@Kernel
def _largest(tree: Int64s, first: int, end: int) -> int:
    """Largest entry of the leaves from ``first`` to before ``end``."""
    largest = -1
    while first < end:
        if first % 2 == 1:
            largest = max(largest, int(tree[first]))
            first += 1
        if end % 2 == 1:
            end -= 1
            largest = max(largest, int(tree[end]))
        first //= 2
        end //= 2
    return largest


@Kernel
def _refuse_last(posting: int, lists: StrictLists, state: _State) -> int:
    """Refuse the last applicant kept, and move the mark up to the one before."""
    start: int = lists.own_start[posting]
    last: int = state.last[posting]
    refused: int = lists.own_list[start + last]
    state.is_kept[start + last] = False
    while last >= 0 and not state.is_kept[start + last]:
        last -= 1
    state.last[posting] = last
    return refused
