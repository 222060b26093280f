"""Stable matchings with couples by trying every combination of the couples' places."""

from __future__ import annotations

import numpy as np

from matching.arrays import Int64s
from matching.kernels import Kernel
from matching.mechanisms.couples.blocks import blocking_flags
from matching.mechanisms.couples.table import CoupleTable
from matching.outcome import UNMATCHED

__all__ = ["search_stable", "search_work"]


def search_work(table: CoupleTable) -> float:
    """Combinations times entries read in each: what :func:`search_stable` takes at most."""
    # many couples are more combinations than a float holds
    combinations = float(np.exp(min(np.log(np.diff(table.choice_start) + 1.0).sum(), 600.0)))
    return combinations * (table.listed.size + table.own_posting.size + table.position.size + 1)


@Kernel
def search_stable(table: CoupleTable, capacity: Int64s) -> tuple[bool, Int64s]:
    """Say whether a stable matching exists and return the first, couples' choices in lexicographic order.

    With the couples' places given, their members are applicants with one wish. The stable matchings of that market all
    place the same people, and the one best for the postings gives every posting the best holders: if a couple or
    nobody blocks is decided by it alone [1]_. So one deferred acceptance a combination decides.

    References
    ----------
    .. [1] A. E. Roth and M. A. O. Sotomayor (1989), The college admissions problem revisited, Econometrica 57(3),
       559-570, :doi:`10.2307/1911052`.
    """
    n, c = table.couple_of.size, table.members.shape[0]
    choice = table.choice_start[:-1].copy()
    wish = np.full(n, UNMATCHED, np.int64)
    while True:
        for couple in range(c):
            for column in range(2):
                is_placed = choice[couple] < table.choice_start[couple + 1]
                wish[table.members[couple, column]] = table.places[choice[couple], column] if is_placed else UNMATCHED
        posting_of, keeps_wishes = _best_for_postings(table, capacity, wish)
        if keeps_wishes:
            by_single, by_couple = blocking_flags(table, posting_of, capacity)
            if not by_single.any() and not by_couple.any():
                return True, posting_of
        couple = c - 1
        while couple >= 0 and choice[couple] == table.choice_start[couple + 1]:
            choice[couple] = table.choice_start[couple]
            couple -= 1
        if couple < 0:
            return False, posting_of
        choice[couple] += 1


@Kernel
def _best_for_postings(table: CoupleTable, capacity: Int64s, wish: Int64s) -> tuple[Int64s, bool]:
    """Postings propose; a couple's member accepts its wish only. Say whether every wish came true."""
    n, m = wish.size, capacity.size
    posting_of = np.full(n, UNMATCHED, np.int64)
    held_rank = np.full(n, 2**31, np.int64)
    following = table.list_start[:-1].copy()
    left = capacity.copy()
    waiting, is_waiting = np.arange(m), np.ones(m, np.bool_)
    n_waiting = m
    while n_waiting > 0:
        n_waiting -= 1
        posting = waiting[n_waiting]
        is_waiting[posting] = False
        while left[posting] > 0 and following[posting] < table.list_start[posting + 1]:
            entry = following[posting]
            following[posting] += 1
            applicant, rank = table.listed[entry], table.rank_back[entry]
            if table.couple_of[applicant] >= 0:
                rank = 0 if wish[applicant] == posting else -1
            if rank < 0 or rank >= held_rank[applicant]:
                continue
            loser = posting_of[applicant]
            posting_of[applicant], held_rank[applicant] = posting, rank
            left[posting] -= 1
            if loser >= 0:
                left[loser] += 1
                if not is_waiting[loser]:
                    waiting[n_waiting], is_waiting[loser] = loser, True
                    n_waiting += 1
    return posting_of, bool((posting_of[table.couple_of >= 0] == wish[table.couple_of >= 0]).all())
