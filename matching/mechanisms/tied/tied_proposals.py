"""Provisional assignment with ties on both sides: everybody proposes to all of the best class that is left.

The part that the algorithms for strong and for super-stability share; they differ in when a posting strikes off the
worst class of its list. Pairs are only ever struck from the end of a posting's list, so one rank a posting says which
are left.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Bools, Int64s
from matching.kernels import Kernel
from matching.mechanisms.stable.listed_sides import ListedSide

__all__ = ["Proposals", "no_proposals", "propose", "strike_tail"]


class Proposals(NamedTuple):
    """Who is provisionally assigned where, and what is left of the postings' lists.

    An applicant is assigned to every posting of the class ``head[a]:head_end[a]`` whose pair is left.
    """

    head: Int64s  # (n,)
    head_end: Int64s  # (n,)
    head_rank: Int64s  # (n,) rank of that class, -1 before the first proposal and after the last
    n_assigned: Int64s  # (n,) postings of the class that are left
    limit: Int64s  # (m,) pairs of this rank and worse are struck
    tail_end: Int64s  # (m,) one past the last entry that is left
    tail_rank: Int64s  # (m,) rank of the worst class left
    n_tail: Int64s  # (m,) assigned applicants of that class
    n_held: Int64s  # (m,) assigned applicants
    was_full: Bools  # (m,) as many as its seats were assigned at some time
    waiting: Int64s  # (n,) applicants without any assignment
    n_waiting: Int64s  # (1,)


@Kernel
def no_proposals(applicants: ListedSide, postings: ListedSide) -> Proposals:
    """Return the state in which everybody waits."""
    n, m = applicants.indptr.size - 1, postings.indptr.size - 1
    tail_rank = np.full(m, -1, np.int64)
    for posting in range(m):
        if postings.indptr[posting + 1] > postings.indptr[posting]:
            tail_rank[posting] = postings.ranks[postings.indptr[posting + 1] - 1]
    return Proposals(
        applicants.indptr[:n].copy(),
        applicants.indptr[:n].copy(),
        np.full(n, -1, np.int64),
        np.zeros(n, np.int64),
        np.full(m, np.iinfo(np.int64).max, np.int64),
        postings.indptr[1:].copy(),
        tail_rank,
        np.zeros(m, np.int64),
        np.zeros(m, np.int64),
        np.zeros(m, np.bool_),
        np.arange(n)[::-1].copy(),
        np.full(1, n, np.int64),
    )


@Kernel
def propose(
    applicants: ListedSide, postings: ListedSide, capacity: Int64s, state: Proposals, spares_ties: bool
) -> None:
    """Let the waiting propose until each is assigned or has come to the end of the list.

    A posting strikes off its worst class when the better ones fill its seats, and, unless ``spares_ties``, also when
    the class itself asks for more seats than there are.
    """
    while state.n_waiting[0] > 0:
        state.n_waiting[0] -= 1
        last: int = state.n_waiting[0]
        applicant: int = state.waiting[last]
        _next_class(applicants, capacity, state, applicant)
        for entry in range(state.head[applicant], state.head_end[applicant]):
            posting: int = applicants.indices[entry]
            seats: int = capacity[posting]
            if applicants.returned[entry] >= 0:
                _trim(postings, seats, state, posting, spares_ties)


@Kernel
def _next_class(applicants: ListedSide, capacity: Int64s, state: Proposals, applicant: int) -> None:
    """Assign the applicant to all that is left of the best class of which anything is left."""
    entry, end = state.head_end[applicant], applicants.indptr[applicant + 1]
    state.head_rank[applicant] = -1
    while entry < end and state.n_assigned[applicant] == 0:
        rank = applicants.ranks[entry]
        state.head[applicant], state.head_rank[applicant] = entry, rank
        while entry < end and applicants.ranks[entry] == rank:
            posting = applicants.indices[entry]
            if 0 <= applicants.returned[entry] < state.limit[posting]:
                state.n_assigned[applicant] += 1
                state.n_held[posting] += 1
                state.n_tail[posting] += applicants.returned[entry] == state.tail_rank[posting]
                state.was_full[posting] |= state.n_held[posting] >= capacity[posting]
            entry += 1
    state.head_end[applicant] = entry
    if state.n_assigned[applicant] == 0:
        state.head[applicant], state.head_rank[applicant] = entry, -1


@Kernel
def _trim(postings: ListedSide, seats: int, state: Proposals, posting: int, spares_ties: bool) -> None:
    while state.tail_end[posting] > postings.indptr[posting] and (
        state.n_held[posting] - state.n_tail[posting] >= seats or (state.n_held[posting] > seats and not spares_ties)
    ):
        strike_tail(postings, state, posting)


@Kernel
def strike_tail(postings: ListedSide, state: Proposals, posting: int) -> None:
    """Strike the worst class left off a posting's list; who was assigned nowhere else waits again."""
    start, entry = postings.indptr[posting], state.tail_end[posting] - 1
    rank = postings.ranks[entry]
    while entry >= start and postings.ranks[entry] == rank:
        applicant = postings.indices[entry]
        if 0 <= postings.returned[entry] == state.head_rank[applicant]:
            state.n_held[posting] -= 1
            state.n_assigned[applicant] -= 1
            if state.n_assigned[applicant] == 0:
                state.waiting[state.n_waiting[0]] = applicant
                state.n_waiting[0] += 1
        entry -= 1
    state.limit[posting], state.tail_end[posting] = rank, entry + 1
    state.tail_rank[posting] = postings.ranks[entry] if entry >= start else -1
    state.n_tail[posting] = 0
    while entry >= start and postings.ranks[entry] == state.tail_rank[posting]:
        state.n_tail[posting] += 0 <= postings.returned[entry] == state.head_rank[postings.indices[entry]]
        entry -= 1
