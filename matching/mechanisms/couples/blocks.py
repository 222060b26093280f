"""Who blocks a feasible matching with couples: decides what the mechanism tries next and proves nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Bools, Int64s
from matching.kernels import Kernel
from matching.mechanisms.couples.table import CoupleTable

__all__ = ["blocking_flags"]


class _Held(NamedTuple):
    """Each posting's holders and their ranks there, best first, in rows, and the seats."""

    start: Int64s
    ranks: Int64s
    holders: Int64s
    capacity: Int64s


@Kernel
def blocking_flags(table: CoupleTable, posting_of: Int64s, capacity: Int64s) -> tuple[Bools, Bools]:
    """Flag the entries of the applicants' lists and the joint choices that somebody blocks with."""
    held = _held(table, posting_of, capacity)
    by_single = np.zeros(table.own_posting.size, np.bool_)
    for applicant in range(posting_of.size):
        for entry in range(table.own_start[applicant], table.own_start[applicant + 1]):
            posting, rank = table.own_posting[entry], table.rank_there[entry]
            if posting == posting_of[applicant]:
                break
            by_single[entry] = rank >= 0 and _n_ahead(held, posting, rank, -1, -1) < capacity[posting]
    by_couple = np.zeros(table.position.size, np.bool_)
    for couple in range(table.members.shape[0]):
        for choice in range(table.choice_start[couple], table.choice_start[couple + 1]):
            one, other = table.members[couple, 0], table.members[couple, 1]
            if table.places[choice, 0] == posting_of[one] and table.places[choice, 1] == posting_of[other]:
                break
            by_couple[choice] = _takes_all(table, held, couple, choice)
    return by_single, by_couple


@Kernel
def _takes_all(table: CoupleTable, held: _Held, couple: int, choice: int) -> bool:
    """Whether each posting named, from its holders who are not of the couple, keeps the members asked of it."""
    one, other = table.members[couple, 0], table.members[couple, 1]
    is_same = table.places[choice, 0] == table.places[choice, 1]
    for column in range(2):
        posting, worst, n_asked = table.places[choice, column], table.ranks[choice, column], 1
        if posting < 0:
            continue
        if is_same:
            worst, n_asked = max(worst, table.ranks[choice, 1 - column]), 2
        if _n_ahead(held, posting, worst, one, other) + n_asked > held.capacity[posting]:
            return False
    return True


@Kernel
def _n_ahead(held: _Held, posting: int, rank: int, one: int, other: int) -> int:
    """Holders of a posting above a rank, two people not counted."""
    n_ahead = 0
    for at in range(held.start[posting], held.start[posting + 1]):
        if held.ranks[at] >= rank:
            break
        n_ahead += held.holders[at] not in (one, other)
    return n_ahead


@Kernel
def _held(table: CoupleTable, posting_of: Int64s, capacity: Int64s) -> _Held:
    start = np.zeros(capacity.size + 1, np.int64)
    ranks, holders = np.empty(posting_of.size, np.int64), np.empty(posting_of.size, np.int64)
    at = 0
    for posting in range(capacity.size):
        for entry in range(table.list_start[posting], table.list_start[posting + 1]):
            if posting_of[table.listed[entry]] == posting:
                ranks[at], holders[at] = table.list_rank[entry], table.listed[entry]
                at += 1
        start[posting + 1] = at
    return _Held(start, ranks, holders, capacity)
