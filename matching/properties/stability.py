"""Blocking pairs and stability of matchings under capacities alone.

A pair is found on both sides separately and the two findings are intersected. Ties stay ties. "Room" at a posting for
an applicant is a free seat or a holder whom the posting ranks strictly below; a holder whom it does not list is below
everyone listed. An unacceptable placement breaks individual rationality and is not a blocking pair.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Bools, Int32s, Int64s
from matching.errors import OutcomeError
from matching.kernels import Kernel
from matching.market import Market
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties.feasibility import (
    individual_rationality_violations,
    is_feasible,
    is_individually_rational,
    verify_feasible,
    verify_individually_rational,
)
from matching.properties.lists import UNRANKED, own_place, verify_same_size

__all__ = ["blocking_pairs", "is_weakly_stable", "preferred_by_applicants", "verify_weakly_stable"]


def blocking_pairs(market: Market, matching: Matching) -> Int64s:
    """Return the pairs that block in the weak sense, (k, 2) applicant and posting, in ascending order.

    (a, p) blocks iff each lists the other, a strictly prefers p to the place held, and p has a free seat or holds
    somebody whom it ranks strictly below a. With strict lists this is the pair of Gale and Shapley.

    Raises
    ------
    OutcomeError
        When the matching is one of another market.

    Notes
    -----
    O(nnz + n + m) time and O(wishes + n + m) memory, a wish being an entry that is better than the place held.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> blocking_pairs(market, Matching(np.array([1, 0]), n_postings=2))
    array([[0, 0]])
    """
    verify_same_size(market, matching)
    applicants, postings = _lists(market.applicants), _lists(market.postings)
    returned, worst, n_listed = _holders(postings, matching.posting_of)
    # a holder whom the posting does not list is below everyone listed
    worst[(matching.n_held < market.capacity) | (matching.n_held > n_listed)] = UNRANKED
    limit = _limits(applicants, matching.posting_of, returned)
    start, wisher = _wishes(applicants, limit, market.n_postings)
    entries = np.flatnonzero(_in_both(postings, worst, start, wisher, market.n_applicants))
    pairs = np.stack((wisher[entries], np.searchsorted(start, entries, side="right") - 1), axis=1, dtype=np.int64)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def is_weakly_stable(market: Market, matching: Matching) -> bool:
    """Whether the matching is feasible, individually rational and no pair blocks in the weak sense."""
    return (
        is_feasible(market, matching)
        and is_individually_rational(market, matching)
        and blocking_pairs(market, matching).shape[0] == 0
    )


def verify_weakly_stable(market: Market, matching: Matching) -> None:
    """Raise :class:`OutcomeError` that names what is wrong, unless the matching is weakly stable."""
    verify_feasible(market, matching)
    verify_individually_rational(market, matching)
    pairs = blocking_pairs(market, matching)
    for applicant, posting in pairs[:1]:
        raise OutcomeError(f"applicant {applicant} and posting {posting} block, the first of {pairs.shape[0]} pairs")


def preferred_by_applicants(market: Market, matching: Matching, *, weakly: bool = False) -> Int64s:
    """Keys ``a * m + p`` of the listed postings that an applicant strictly prefers to the place held.

    ``weakly`` adds the other postings that are as good. A place whose posting does not list the applicant is worth less
    than every acceptable one.
    """
    lists, rows = market.applicants, market.applicants.rows()
    own = own_place(market, matching)
    held_rank = np.full(market.n_applicants, UNRANKED, np.int32)
    held_rank[rows[own]] = lists.ranks[own]
    held_rank[individual_rationality_violations(market, matching)[:, 0]] = UNRANKED
    limit = held_rank[rows]
    better = (lists.ranks <= limit) if weakly else (lists.ranks < limit)
    better &= ~own
    return rows[better] * market.n_postings + lists.indices[better]


class _Lists(NamedTuple):
    indptr: Int64s
    indices: Int32s
    ranks: Int32s


def _lists(side: Preferences) -> _Lists:
    return _Lists(side.indptr, side.indices, side.ranks)


@Kernel
def _holders(postings: _Lists, posting_of: Int64s) -> tuple[Bools, Int32s, Int64s]:
    """Who is listed by the place held; the worst rank among each posting's listed holders, and their number."""
    m = postings.indptr.size - 1
    returned = np.zeros(posting_of.size, np.bool_)
    worst = np.full(m, -1, np.int32)
    n_listed = np.zeros(m, np.int64)
    for posting in range(m):
        for entry in range(postings.indptr[posting], postings.indptr[posting + 1]):
            if posting_of[postings.indices[entry]] == posting:
                returned[postings.indices[entry]] = True
                worst[posting] = postings.ranks[entry]
                n_listed[posting] += 1
    return returned, worst, n_listed


@Kernel
def _limits(applicants: _Lists, posting_of: Int64s, returned: Bools) -> Int32s:
    """(n,) the rank of the place held; an unacceptable place and none are below everything listed."""
    limit = np.full(posting_of.size, UNRANKED, np.int32)
    for applicant in range(posting_of.size):
        for entry in range(applicants.indptr[applicant], applicants.indptr[applicant + 1]):
            if returned[applicant] and applicants.indices[entry] == posting_of[applicant]:
                limit[applicant] = applicants.ranks[entry]
    return limit


@Kernel
def _wishes(applicants: _Lists, limit: Int32s, m: int) -> tuple[Int64s, Int32s]:
    """Who strictly prefers each posting to the place held: posting p's are ``wisher[start[p]:start[p + 1]]``."""
    start = np.zeros(m + 1, np.int64)
    for applicant in range(limit.size):
        for entry in range(applicants.indptr[applicant], applicants.indptr[applicant + 1]):
            if applicants.ranks[entry] >= limit[applicant]:
                break
            start[applicants.indices[entry] + 1] += 1
    for posting in range(m):
        start[posting + 1] += start[posting]
    wisher, fill = np.empty(start[m], np.int32), start[:m].copy()
    for applicant in range(limit.size):
        for entry in range(applicants.indptr[applicant], applicants.indptr[applicant + 1]):
            if applicants.ranks[entry] >= limit[applicant]:
                break
            posting = applicants.indices[entry]
            wisher[fill[posting]] = applicant
            fill[posting] += 1
    return start, wisher


@Kernel
def _in_both(postings: _Lists, worst: Int32s, start: Int64s, wisher: Int32s, n: int) -> Bools:
    """Which wishers their posting ranks above its worst rank held."""
    welcomed_by = np.full(n, -1, np.int32)
    blocks = np.zeros(wisher.size, np.bool_)
    for posting in range(worst.size):
        if start[posting] == start[posting + 1]:
            continue
        for entry in range(postings.indptr[posting], postings.indptr[posting + 1]):
            if postings.ranks[entry] >= worst[posting]:
                break
            welcomed_by[postings.indices[entry]] = posting
        for position in range(start[posting], start[posting + 1]):
            blocks[position] = welcomed_by[wisher[position]] == posting
    return blocks
