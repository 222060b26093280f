"""The kernel of choice with reserves: augmenting paths between people and the types of reserved seats.

One rule serves both orders of filling: so many open seats first, then reserved seats as far as people of the types go,
then whatever is left to anybody.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Bools, Int64s
from matching.kernels import Kernel
from matching.reserves import NO_QUOTA, Precedence, Reserves, verify_precedence

__all__ = ["ChoiceTables", "ChoiceWork", "choice_tables", "choice_work", "choose"]

_UNLIMITED = np.iinfo(np.int64).max


class ChoiceTables(NamedTuple):
    """What every posting chooses by, as the compiled rule reads it."""

    type_start: Int64s  # (n + 1,) where each applicant's types start
    type_of: Int64s  # types of all applicants, row after row
    capacity: Int64s  # (m,)
    n_open_first: Int64s  # (m,) open seats filled before the reserved ones
    reserved: Int64s  # (m, k)
    quota: Int64s  # (m, k)


class ChoiceWork(NamedTuple):
    """Room for one choice, used again by the next."""

    is_taken: Bools  # (largest group,) the answer, in the order of priority
    seat: Int64s  # (largest group,) type whose reserved seat the person holds, -1 for none
    n_seated: Int64s  # (k,) reserved seats of the type that are filled
    n_taken: Int64s  # (k,) people of the type who are taken
    is_closed: Bools  # (k,) no search can end at or pass through the type any more
    reached_by: Int64s  # (k,) who would move to a seat of the type
    reached_for: Int64s  # (k,) the newcomer whose search last reached the type
    queue: Int64s  # (k,) types the search has reached
    counts: Int64s  # (2,) people taken, types in the queue


def choice_tables(reserves: Reserves, capacity: Int64s, precedence: Precedence) -> ChoiceTables:
    """Lay reserves out for the compiled rule.

    Raises
    ------
    MechanismError
        When the precedence is unknown.
    """
    verify_precedence(precedence)
    people, types = np.nonzero(reserves.is_of_type)
    start = np.searchsorted(people, np.arange(len(reserves.is_of_type) + 1))
    unreserved = np.maximum(capacity - reserves.reserved.sum(axis=1), 0)
    n_open_first = unreserved if precedence == "open-first" else np.zeros_like(unreserved)
    quota = np.where(reserves.quota == NO_QUOTA, _UNLIMITED, reserves.quota)
    fixed = capacity.view()  # as a market's capacity is: else the kernels would be compiled for both
    fixed.flags.writeable = False
    return ChoiceTables(start.astype(np.int64), types.astype(np.int64), fixed, n_open_first, reserves.reserved, quota)


def choice_work(largest: int, n_types: int) -> ChoiceWork:
    """Return room for choices among up to ``largest`` people."""
    is_taken, seat = np.zeros(largest, np.bool_), np.zeros(largest, np.int64)
    n_seated, n_taken, reached_by, reached_for, queue = (np.zeros(n_types, np.int64) for _ in range(5))
    is_closed = np.zeros(n_types, np.bool_)
    counts = np.zeros(2, np.int64)
    return ChoiceWork(is_taken, seat, n_seated, n_taken, is_closed, reached_by, reached_for, queue, counts)


@Kernel
def choose(asking: Int64s, posting: int, tables: ChoiceTables, work: ChoiceWork) -> None:
    """Mark in ``work.is_taken`` whom the posting takes of ``asking``, which stand in order of priority."""
    n, capacity = asking.size, tables.capacity[posting]
    work.is_taken[:n], work.seat[:n] = False, -1
    work.n_seated[:], work.n_taken[:], work.is_closed[:], work.reached_for[:] = 0, 0, False, -1
    work.counts[0] = 0
    _fill(asking, posting, tables, work, min(tables.n_open_first[posting], capacity))
    n_free: int = tables.reserved[posting].sum()
    for newcomer in range(n):
        if work.counts[0] == capacity or n_free == 0:
            break
        if work.is_taken[newcomer] or not _is_within_quota(asking[newcomer], posting, tables, work):
            continue
        if _seat(asking, newcomer, posting, tables, work):
            _take(asking, newcomer, tables, work)
            n_free -= 1
    _fill(asking, posting, tables, work, capacity)


@Kernel
def _fill(asking: Int64s, posting: int, tables: ChoiceTables, work: ChoiceWork, upto: int) -> None:
    """Take people by priority until ``upto`` are taken."""
    for newcomer in range(asking.size):
        if work.counts[0] >= upto:
            break
        if not work.is_taken[newcomer] and _is_within_quota(asking[newcomer], posting, tables, work):
            _take(asking, newcomer, tables, work)


@Kernel
def _is_within_quota(applicant: int, posting: int, tables: ChoiceTables, work: ChoiceWork) -> bool:
    for at in range(tables.type_start[applicant], tables.type_start[applicant + 1]):
        kind = tables.type_of[at]
        if work.n_taken[kind] >= tables.quota[posting, kind]:
            return False
    return True


@Kernel
def _take(asking: Int64s, newcomer: int, tables: ChoiceTables, work: ChoiceWork) -> None:
    work.is_taken[newcomer] = True
    work.counts[0] += 1
    for at in range(tables.type_start[asking[newcomer]], tables.type_start[asking[newcomer] + 1]):
        work.n_taken[tables.type_of[at]] += 1


@Kernel
def _seat(asking: Int64s, newcomer: int, posting: int, tables: ChoiceTables, work: ChoiceWork) -> bool:
    """Seat the newcomer, moving others between the seats of their types; False where no chain ends at a free seat.

    What a search in vain has reached is closed: no chain leaves it, so no later search need enter it.
    """
    work.counts[1] = 0
    _reach(asking, newcomer, newcomer, tables, work)
    done = 0
    while done < work.counts[1]:
        kind: int = work.queue[done]
        done += 1
        if work.n_seated[kind] < tables.reserved[posting, kind]:
            _move_along(newcomer, kind, work)
            return True
        for other in range(newcomer):
            if work.seat[other] == kind:
                _reach(asking, other, newcomer, tables, work)
    for at in range(work.counts[1]):
        work.is_closed[work.queue[at]] = True
    return False


@Kernel
def _reach(asking: Int64s, mover: int, newcomer: int, tables: ChoiceTables, work: ChoiceWork) -> None:
    """Queue the types of a person who could move, as far as this search has not reached them."""
    for at in range(tables.type_start[asking[mover]], tables.type_start[asking[mover] + 1]):
        kind = tables.type_of[at]
        if not work.is_closed[kind] and work.reached_for[kind] != newcomer:
            work.reached_for[kind], work.reached_by[kind] = newcomer, mover
            work.queue[work.counts[1]] = kind
            work.counts[1] += 1


@Kernel
def _move_along(newcomer: int, free: int, work: ChoiceWork) -> None:
    """Fill a free seat of a type and, one after the other, the seats that the movers leave."""
    work.n_seated[free] += 1
    kind, mover = free, -1
    while mover != newcomer:
        mover = work.reached_by[kind]
        work.seat[mover], kind = kind, work.seat[mover]
