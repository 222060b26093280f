"""Who held what before a change of scored pairs or seats, and what a new assignment does to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int64s, Reals, counts_of_postings
from matching.errors import OutcomeError
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.outcome import UNMATCHED, Matching
from matching.scored_pairs import ScoredPairs

__all__ = ["EarlierPlaces", "ScoredOption"]


@dataclass(frozen=True, eq=False)
class ScoredOption:
    """One way to go on, and what it costs.

    Attributes
    ----------
    matching : Matching
        Who is placed where.
    moved : int64
        Applicants whose earlier place is still there and who do not hold it, ascending.
    value : float
        Total score of the pairs formed.
    bound : float
        What no assignment of those compared is worth more than, as far as prices prove it.
    """

    matching: Matching
    moved: Int64s
    value: float
    bound: float

    @property
    def n_moved(self) -> int:
        """People moved."""
        return self.moved.size


@dataclass(frozen=True, eq=False)
class EarlierPlaces:
    """Today's pairs and seats beside an earlier matching.

    Attributes
    ----------
    pairs : ScoredPairs
        As they are now.
    seats : (m,) int64
        As they are now.
    previous : Matching
        Who held what.
    entry : (n,) int64
        The pair that is the earlier place, -1 where it is gone or there was none.
    """

    pairs: ScoredPairs
    seats: Int64s
    previous: Matching
    entry: Int64s

    @classmethod
    def of(cls, pairs: ScoredPairs, capacity: npt.ArrayLike, previous: Matching) -> EarlierPlaces:
        """Check that the three fit, and find the places that are still there.

        Raises
        ------
        MarketError
            When the capacities do not fit the pairs or one is negative.
        OutcomeError
            When the earlier matching has other sizes than the pairs.
        """
        seats = counts_of_postings(capacity, pairs.n_postings, "capacity")
        if (previous.n_applicants, previous.n_postings) != (pairs.n_applicants, pairs.n_postings):
            has = f"{previous.n_applicants} applicants and {previous.n_postings} postings"
            raise OutcomeError(f"the earlier matching has {has}, expected {pairs.n_applicants} and {pairs.n_postings}")
        entry = pairs.entries_of(previous)
        held = np.flatnonzero(entry >= 0)
        entry[held[seats[previous.posting_of[held]] == 0]] = UNMATCHED
        return cls(pairs, seats, previous, entry)

    @property
    def is_there(self) -> Bools:
        """(n,) whether the earlier place is still there."""
        return np.asarray(self.entry >= 0)

    @property
    def gone(self) -> Int64s:
        """Applicants with pairs whose earlier place is closed or no pair any more, ascending."""
        is_present = np.diff(self.pairs.indptr) > 0
        return np.flatnonzero(self.previous.is_matched & is_present & ~self.is_there)

    @property
    def n_beyond_seats(self) -> int:
        """People who must move because more hold a place at a posting than it has seats now."""
        holders = np.bincount(self.previous.posting_of[self.is_there], minlength=self.seats.size)
        return int(np.maximum(holders - self.seats, 0).sum())

    def with_bonus(self, bonus: float) -> Reals:
        """(nnz,) the scores, with a bonus for every pair that is an earlier place."""
        scores = self.pairs.scores.copy()
        scores[self.entry[self.is_there]] += bonus
        return scores

    def option(self, matching: Matching, bound: float) -> ScoredOption:
        """Return what a matching costs."""
        moved = np.flatnonzero(self.is_there & (matching.posting_of != self.previous.posting_of))
        return ScoredOption(matching, moved, self.pairs.total(matching), bound)

    def keep_and_fill(self) -> Matching:
        """Everybody who can stays; the others are assigned to the seats left at the largest total.

        Of more people than seats those of the highest score stay, of equals the lowest index.
        """
        pairs, held = self.pairs, self.entry[self.is_there]
        held = held[np.lexsort((held, -pairs.scores[held], pairs.postings[held]))]
        at = pairs.postings[held]
        staying = held[np.arange(held.size) - np.searchsorted(at, at) < self.seats[at]]
        stays = np.zeros(pairs.n_applicants, np.bool_)
        stays[pairs.applicants[staying]] = True
        left = self.seats - np.bincount(pairs.postings[staying], minlength=pairs.n_postings)
        filled = optimal_assignment(pairs.only(~stays[pairs.applicants]), left).matching
        return Matching(np.where(stays, self.previous.posting_of, filled.posting_of), pairs.n_postings)
