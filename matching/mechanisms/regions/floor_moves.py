"""Pairs that block under caps and floors, or are held back by floors alone: counted, and settled one after the other.

The notion is the stable one of :mod:`matching.properties.regional`, which judges results from the definitions; here it
is a kernel on strict lists that a search can afford to ask again and again.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Bools, Int64s
from matching.kernels import Kernel
from matching.market import Market
from matching.mechanisms.stable.strict_positions import StrictLists, strict_lists
from matching.outcome import UNMATCHED, Matching
from matching.regions import NO_CAP, Regions

__all__ = ["Complaints", "count_complaints", "settle_complaints"]

_MAX_PASSES = 30
"""Moves may go round in circles; the best matching seen is kept."""

_NONE, _JOIN, _OUST = 0, 1, 2


class Complaints(NamedTuple):
    """How many pairs block, and how many more would if no floor held their applicant back."""

    n_blocking: int
    n_held_back: int


class _Limits(NamedTuple):
    seats: Int64s
    target: Int64s
    posting_floor: Int64s
    region_of: Int64s
    parent: Int64s
    cap: Int64s
    floor: Int64s
    is_inside: Bools  # (r, m)


class _Held(NamedTuple):
    posting_of: Int64s
    n_held: Int64s  # (m,)
    n_inside: Int64s  # (r,)
    is_holder: Bools  # (nnz of the postings) by position in the posting's list
    last: Int64s  # (m,) position of the last holder, -1 for none


def count_complaints(market: Market, regions: Regions, matching: Matching) -> Complaints:
    """Count the pairs that block by the stable notion with floors, and without; strict lists, acceptable placements."""
    lists = strict_lists(market)
    return Complaints(*_count(lists, _limits(market, regions), _held(lists, regions, matching)))


def settle_complaints(market: Market, regions: Regions, matching: Matching) -> Matching:
    """Return the matching with the fewest complaints seen while they are settled, blocking pairs before others.

    Pass after pass, applicants in ascending order, each complains at the best posting there is to complain about. A
    pair that blocks moves, on a free seat where both moves are open. An applicant whom a floor holds back changes
    places with the last holder whom the posting ranks below and who finds the other place acceptable. Neither takes a
    posting or region below its floor or above its cap. There are rounds of moves alone, of both, and of moves again,
    each from the best matching seen so far.
    """
    lists, limits = strict_lists(market), _limits(market, regions)
    for may_exchange in (False, True, False):
        held = _held(lists, regions, matching)
        matching = Matching(_settle(lists, limits, held, may_exchange), market.n_postings)
    return matching


def _limits(market: Market, regions: Regions) -> _Limits:
    return _Limits(
        seats=market.capacity,
        target=np.minimum(regions.target, market.capacity),
        posting_floor=regions.posting_floor,
        region_of=regions.region_of,
        parent=regions.parent,
        cap=np.where(regions.cap == NO_CAP, np.iinfo(np.int64).max, regions.cap),
        floor=regions.floor,
        is_inside=regions.is_inside,
    )


def _held(lists: StrictLists, regions: Regions, matching: Matching) -> _Held:
    rows = np.repeat(np.arange(matching.n_postings), np.diff(lists.own_start))
    is_holder = np.asarray(matching.posting_of[lists.own_list] == rows)
    last = np.full(matching.n_postings, -1, np.int64)
    at = np.flatnonzero(is_holder)
    last[rows[at]] = at - lists.own_start[rows[at]]  # positions ascend along a row, so the last one written is the last
    n_held = matching.n_held
    return _Held(matching.posting_of.copy(), n_held, regions.held(n_held), is_holder, last)


@Kernel
def _count(lists: StrictLists, limits: _Limits, held: _Held) -> tuple[int, int]:
    n_blocking, n_held_back = 0, 0
    for applicant in range(lists.indptr.size - 1):
        old: int = held.posting_of[applicant]
        for entry in range(lists.indptr[applicant], lists.indptr[applicant + 1]):
            if lists.indices[entry] == old:
                break
            if _move(lists.indices[entry], lists.position_at[entry], old, limits, held) != _NONE:
                n_blocking += 1
            elif _move_without_floors(lists.indices[entry], lists.position_at[entry], old, limits, held) != _NONE:
                n_held_back += 1
    return n_blocking, n_held_back


@Kernel
def _settle(lists: StrictLists, limits: _Limits, held: _Held, may_exchange: bool) -> Int64s:
    best, fewest = held.posting_of.copy(), _count(lists, limits, held)
    for _ in range(_MAX_PASSES):
        if fewest == (0, 0) or not _pass_through(lists, limits, held, may_exchange):
            break
        complaints = _count(lists, limits, held)
        if complaints < fewest:
            best, fewest = held.posting_of.copy(), complaints
    return best


@Kernel
def _pass_through(lists: StrictLists, limits: _Limits, held: _Held, may_exchange: bool) -> bool:
    """Let every applicant move or change places once; return whether anybody did."""
    has_moved = False
    for applicant in range(lists.indptr.size - 1):
        for entry in range(lists.indptr[applicant], lists.indptr[applicant + 1]):
            if lists.indices[entry] == held.posting_of[applicant]:
                break
            is_settled = _carry_out(applicant, entry, lists, limits, held)
            if not is_settled and may_exchange:
                is_settled = _exchange(applicant, entry, lists, limits, held)
            if is_settled:
                has_moved = True
                break
    return has_moved


@Kernel
def _carry_out(applicant: int, entry: int, lists: StrictLists, limits: _Limits, held: _Held) -> bool:
    posting: int = lists.indices[entry]
    move = _move(posting, lists.position_at[entry], held.posting_of[applicant], limits, held)
    if move == _NONE:
        return False
    if move == _OUST:
        ousted = int(lists.own_list[lists.own_start[posting] + held.last[posting]])
        _leave(ousted, lists, limits, held)
    _leave(applicant, lists, limits, held)
    _enter(applicant, entry, lists, limits, held)
    return True


@Kernel
def _exchange(applicant: int, entry: int, lists: StrictLists, limits: _Limits, held: _Held) -> bool:
    """Change places with a holder ranked below, the last one first, who finds the applicant's place acceptable."""
    posting: int = lists.indices[entry]
    old: int = held.posting_of[applicant]
    if old < 0 or lists.position_at[entry] < 0:
        return False
    start: int = lists.own_start[posting]
    at: int = start + held.last[posting]
    while at > start + lists.position_at[entry]:
        if held.is_holder[at]:
            other = int(lists.own_list[at])
            entry_of_other = _entry_of(other, old, lists)
            if entry_of_other >= 0:
                _leave(other, lists, limits, held)
                _leave(applicant, lists, limits, held)
                _enter(applicant, entry, lists, limits, held)
                _enter(other, entry_of_other, lists, limits, held)
                return True
        at -= 1
    return False


@Kernel
def _entry_of(applicant: int, posting: int, lists: StrictLists) -> int:
    """Where the applicant lists the posting, -1 where either does not list the other."""
    for entry in range(lists.indptr[applicant], lists.indptr[applicant + 1]):
        if lists.indices[entry] == posting:
            return int(entry) if lists.position_at[entry] >= 0 else -1
    return -1


@Kernel
def _move(posting: int, position: int, old: int, limits: _Limits, held: _Held) -> int:
    """Which move lets an applicant who prefers the posting to the old place block with it."""
    if position < 0:
        return _NONE
    may_oust = held.last[posting] > position
    may_join = held.n_held[posting] < limits.seats[posting]
    if not (may_oust or may_join) or (old >= 0 and _is_at_floor(limits.posting_floor[old], held.n_held[old])):
        return _NONE
    region: int = limits.region_of[old] if old >= 0 else -1
    while region >= 0:
        if _is_at_floor(limits.floor[region], held.n_inside[region]):
            may_oust = False
            may_join = may_join and limits.is_inside[region, posting]
        region = limits.parent[region]
    if may_join and not _caps_excuse(posting, old, limits, held):
        return _JOIN
    return _OUST if may_oust else _NONE


@Kernel
def _move_without_floors(posting: int, position: int, old: int, limits: _Limits, held: _Held) -> int:
    if position < 0:
        return _NONE
    if held.n_held[posting] < limits.seats[posting] and not _caps_excuse(posting, old, limits, held):
        return _JOIN
    return _OUST if held.last[posting] > position else _NONE


@Kernel
def _is_at_floor(floor: int, n_held: int) -> bool:
    return floor > 0 and n_held <= floor


@Kernel
def _caps_excuse(posting: int, old: int, limits: _Limits, held: _Held) -> bool:
    is_full = False
    region: int = limits.region_of[posting]
    while region >= 0:
        if held.n_inside[region] >= limits.cap[region]:
            is_full = True
            if old < 0 or not limits.is_inside[region, old]:
                return True
        region = limits.parent[region]
    if not is_full:
        return False
    after = held.n_held[posting] + 1 - limits.target[posting]
    return bool(after > held.n_held[old] - 1 - limits.target[old])


@Kernel
def _leave(applicant: int, lists: StrictLists, limits: _Limits, held: _Held) -> None:
    posting: int = held.posting_of[applicant]
    if posting < 0:
        return
    held.posting_of[applicant] = UNMATCHED
    start: int = lists.own_start[posting]
    at: int = start
    while lists.own_list[at] != applicant:
        at += 1
    held.is_holder[at] = False
    last: int = held.last[posting]
    while last >= 0 and not held.is_holder[start + last]:
        last -= 1
    held.last[posting] = last
    _add(posting, -1, limits, held)


@Kernel
def _enter(applicant: int, entry: int, lists: StrictLists, limits: _Limits, held: _Held) -> None:
    posting: int = lists.indices[entry]
    position: int = lists.position_at[entry]
    held.posting_of[applicant] = posting
    held.is_holder[lists.own_start[posting] + position] = True
    held.last[posting] = max(held.last[posting], position)
    _add(posting, 1, limits, held)


@Kernel
def _add(posting: int, step: int, limits: _Limits, held: _Held) -> None:
    held.n_held[posting] += step
    region: int = limits.region_of[posting]
    while region >= 0:
        held.n_inside[region] += step
        region = limits.parent[region]
