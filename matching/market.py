"""A two-sided market: both sides' lists and the postings' seats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.arrays import Int32s, Int64s, counts_of_postings
from matching.errors import MarketError
from matching.kernels import Kernel
from matching.preferences import Preferences

__all__ = ["Market"]


@dataclass(frozen=True, eq=False)
class Market:
    """Applicants' preferences, postings' priorities and capacities.

    A pair is *acceptable* iff each lists the other; an entry that the other side does not return is kept in the list
    but never leads to a placement.

    Parameters
    ----------
    applicants : Preferences
        n rows over m choices.
    postings : Preferences
        m rows over n choices.
    capacity : (m,) int64
        Seats, each >= 0.

    Raises
    ------
    MarketError
        When the sides do not fit each other, or naming the posting with a negative capacity.

    Examples
    --------
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [0]], n_choices=2),
    ...     Preferences.from_lists([[1, 0], []], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> market.rank_at_posting  # applicant 0 lists posting 1, which does not return it
    array([ 1, -1,  0], dtype=int32)
    """

    applicants: Preferences
    postings: Preferences
    capacity: Int64s

    def __post_init__(self) -> None:
        if self.applicants.n_choices != self.postings.n_rows:
            expected = f"expected the {self.postings.n_rows} postings"
            raise MarketError(f"applicants choose among {self.applicants.n_choices}, {expected}")
        if self.postings.n_choices != self.applicants.n_rows:
            expected = f"expected the {self.applicants.n_rows} applicants"
            raise MarketError(f"postings choose among {self.postings.n_choices}, {expected}")
        object.__setattr__(self, "capacity", counts_of_postings(self.capacity, self.n_postings, "capacity"))

    @property
    def n_applicants(self) -> int:
        """Applicants, listed or not."""
        return self.applicants.n_rows

    @property
    def n_postings(self) -> int:
        """Postings, open or not."""
        return self.postings.n_rows

    @property
    def is_strict(self) -> bool:
        """Neither side's lists hold a tie."""
        return self.applicants.is_strict and self.postings.is_strict

    @property
    def fillable_seats(self) -> Int64s:
        """(m,) seats that could be held: never more than the people a posting lists, however many it declares."""
        return np.minimum(self.capacity, np.diff(self.postings.indptr))

    @cached_property
    def rank_at_posting(self) -> Int32s:
        """For every entry of the applicants' lists: the applicant's rank at that posting, -1 where it is not listed."""
        return _returned_ranks(self.applicants, self.postings)

    @cached_property
    def rank_at_applicant(self) -> Int32s:
        """For every entry of the postings' lists: the posting's rank at that applicant, -1 where it is not listed."""
        return _returned_ranks(self.postings, self.applicants)


def _returned_ranks(side: Preferences, other: Preferences) -> Int32s:
    ranks = _join(side.indptr, side.indices, other.indptr, other.indices, other.ranks)
    ranks.flags.writeable = False
    return ranks


@Kernel
def _join(indptr: Int64s, indices: Int32s, other_indptr: Int64s, other_indices: Int32s, other_ranks: Int32s) -> Int32s:
    """Join two edge lists on the pair in linear time: bucket the other side's entries by row, then look up."""
    n, m = indptr.size - 1, other_indptr.size - 1
    end = np.zeros(n + 1, np.int64)
    for entry in range(other_indices.size):
        end[other_indices[entry] + 1] += 1
    for row in range(n):
        end[row + 1] += end[row]
    partner = np.empty(other_indices.size, np.int32)
    rank = np.empty(other_indices.size, np.int32)
    fill = end[:-1].copy()
    for other in range(m):
        for entry in range(other_indptr[other], other_indptr[other + 1]):
            slot = fill[other_indices[entry]]
            partner[slot], rank[slot] = other, other_ranks[entry]
            fill[other_indices[entry]] = slot + 1
    stamp = np.full(m, -1, np.int64)
    rank_of = np.empty(m, np.int32)
    joined = np.empty(indices.size, np.int32)
    for row in range(n):
        for slot in range(end[row], end[row + 1]):
            stamp[partner[slot]], rank_of[partner[slot]] = row, rank[slot]
        for entry in range(indptr[row], indptr[row + 1]):
            joined[entry] = rank_of[indices[entry]] if stamp[indices[entry]] == row else -1
    return joined
