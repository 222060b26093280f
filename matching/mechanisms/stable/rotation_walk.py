"""The kernel that finds rotations: pointers from posting to posting that only ever move forward.

The invariant between two steps: the people held are a stable matching; the path is a chain of postings, each waiting
for a seat at the next; a posting that is final holds what it holds in the posting-optimal matching.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Bools, Int32s, Int64s
from matching.kernels import Kernel

__all__ = ["Sides", "pass_all"]


class Sides(NamedTuple):
    """Both sides' strict lists as bare arrays."""

    indptr: Int64s
    indices: Int32s
    rank_at: Int32s  # of each entry at its posting, -1 where not returned
    posting_indptr: Int64s
    posting_indices: Int32s
    posting_ranks: Int32s


class _Walk(NamedTuple):
    entry: Int64s  # (n,) entry held
    following: Int64s  # (n,) entry to look at next
    worst: Int64s  # (m,) entry of the postings' lists that is the worst holder, -1 without one
    is_final: Bools  # (m,) holds its last people, or is not full
    last: Int64s  # (m,) the last rotation at each posting, -1 for none
    crossed: Int64s  # for the postings' entries: the rotation since which all holders are better, -1 from the start
    stack: Int64s  # (m,) postings of the path
    depth: Int64s  # (m,) position on the path, -1 off it


class _Found(NamedTuple):
    indptr: Int64s
    applicants: Int64s
    left: Int64s
    taken: Int64s
    arcs: Int64s
    counts: Int64s  # rotations, pairs, arcs


@Kernel
def pass_all(
    sides: Sides, first_entry: Int64s, capacity: Int64s, n_held: Int64s
) -> tuple[Int64s, Int64s, Int64s, Int64s, Int64s]:
    """Follow the pointers from every posting, pass each cycle met, until nothing can move.

    Parameters
    ----------
    sides : Sides
    first_entry : (n,) int64
        Entry of the applicants' lists held in the applicant-optimal matching, -1 for none.
    capacity, n_held : (m,) int64

    Returns
    -------
    indptr, applicants, left, taken
        The rotations in passing order: who moves, the entry left and the entry taken.
    arcs : (arcs, 2) int64
        A rotation and one that goes before it; some more than once.
    """
    m, nnz = capacity.size, sides.indices.size
    walk = _Walk(
        first_entry.copy(),
        first_entry + 1,
        np.full(m, -1, np.int64),
        n_held < np.maximum(capacity, 1),
        np.full(m, -1, np.int64),
        np.full(sides.posting_indices.size, -1, np.int64),
        np.empty(m, np.int64),
        np.full(m, -1, np.int64),
    )
    # an entry is taken at most once and looked at at most once, and a rotation takes at least two
    none = np.empty(nnz, np.int64)
    found = _Found(
        np.zeros(nnz // 2 + 2, np.int64),
        none,
        none.copy(),
        none.copy(),
        np.empty((2 * nnz, 2), np.int64),
        np.zeros(3, np.int64),
    )
    for posting in range(m):
        if not walk.is_final[posting]:
            bottom: int = sides.posting_indptr[posting + 1] - 1
            walk.worst[posting] = _last_holder(sides, walk, posting, bottom)
    for root in range(m):
        size = 0
        while size > 0 or not walk.is_final[root]:
            if size == 0:
                walk.stack[0], walk.depth[root], size = root, 0, 1
            size = _step(sides, walk, found, capacity, size)
    k, pairs, arcs = found.counts
    return found.indptr[: k + 1], found.applicants[:pairs], found.left[:pairs], found.taken[:pairs], found.arcs[:arcs]


@Kernel
def _step(sides: Sides, walk: _Walk, found: _Found, capacity: Int64s, size: int) -> int:
    """Extend the path by one posting, pass the cycle that closes, or give the path up; return its new length."""
    top: int = walk.stack[size - 1]
    worst: int = walk.worst[top]
    applicant: int = sides.posting_indices[worst]
    entry = _next_welcome(sides, walk, capacity, applicant)
    target = -1 if entry < 0 else sides.indices[entry]
    if target < 0 or walk.is_final[target]:
        # who waits for a place that is never left never leaves either
        for position in range(size):
            walk.is_final[walk.stack[position]] = True
            walk.depth[walk.stack[position]] = -1
        return 0
    if walk.depth[target] < 0:
        walk.stack[size], walk.depth[target] = target, size
        return size + 1
    bottom: int = walk.depth[target]
    _pass_cycle(sides, walk, found, bottom, size)
    return bottom


@Kernel
def _next_welcome(sides: Sides, walk: _Walk, capacity: Int64s, applicant: int) -> int:
    """The applicant's next entry whose posting ranks somebody it holds below, -1 for none."""
    while walk.following[applicant] < sides.indptr[applicant + 1]:
        entry: int = walk.following[applicant]
        posting = sides.indices[entry]
        rank = sides.rank_at[entry]
        if rank >= 0 and capacity[posting] > 0:
            if walk.worst[posting] < 0:
                return -1  # a free seat: no stable matching places the applicant below it
            if rank < sides.posting_ranks[walk.worst[posting]]:
                return entry
        walk.following[applicant] = entry + 1
    return -1


@Kernel
def _pass_cycle(sides: Sides, walk: _Walk, found: _Found, bottom: int, size: int) -> None:
    rotation = found.counts[0]
    for position in range(bottom, size):
        posting: int = walk.stack[position]
        applicant = sides.posting_indices[walk.worst[posting]]
        _add_arc(found, rotation, walk.last[posting])
        taken = walk.following[applicant]
        for entry in range(walk.entry[applicant] + 1, taken):
            if sides.rank_at[entry] >= 0:
                over: int = _entry_of_rank(sides, sides.indices[entry], sides.rank_at[entry])
                _add_arc(found, rotation, walk.crossed[over])
        pair = found.counts[1]
        found.applicants[pair], found.left[pair], found.taken[pair] = applicant, walk.entry[applicant], taken
        found.counts[1] = pair + 1
        walk.entry[applicant], walk.following[applicant] = taken, taken + 1
    for position in range(bottom, size):
        posting = walk.stack[position]
        before: int = walk.worst[posting]
        walk.worst[posting] = _last_holder(sides, walk, posting, before - 1)
        walk.crossed[walk.worst[posting] + 1 : before + 1] = rotation
        walk.last[posting] = rotation
        walk.depth[posting] = -1
    found.counts[0] = rotation + 1
    found.indptr[rotation + 1] = found.counts[1]


@Kernel
def _add_arc(found: _Found, later: int, earlier: int) -> None:
    if earlier >= 0:
        arc = found.counts[2]
        found.arcs[arc, 0], found.arcs[arc, 1] = later, earlier
        found.counts[2] = arc + 1


@Kernel
def _last_holder(sides: Sides, walk: _Walk, posting: int, start: int) -> int:
    """The worst entry at or above ``start`` of a posting's list whose applicant the posting holds."""
    at = start
    while True:
        entry = walk.entry[sides.posting_indices[at]]
        if entry >= 0 and sides.indices[entry] == posting:
            return at
        at -= 1


@Kernel
def _entry_of_rank(sides: Sides, posting: int, rank: int) -> int:
    """The entry of a strict posting's list that has the rank; ranks may have gaps."""
    low: int = sides.posting_indptr[posting]
    high: int = sides.posting_indptr[posting + 1]
    while low < high:
        middle = (low + high) // 2
        if sides.posting_ranks[middle] < rank:
            low = middle + 1
        else:
            high = middle
    return low
