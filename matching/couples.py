"""Couples: two applicants with one strict list of pairs of places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.arrays import Int64s, first_index, read_only_integers, totals_before
from matching.errors import MarketError
from matching.market import Market
from matching.outcome import UNMATCHED

__all__ = ["Couples"]


@dataclass(frozen=True, eq=False)
class Couples:
    """Households of two that apply together; their members have empty lists of their own in the market.

    Parameters
    ----------
    members : (c, 2) int64
        Two applicants a couple, nobody in two couples.
    indptr : (c + 1,) int64
        Where each couple's joint list starts, best first.
    places : (k, 2) int64
        For each joint choice the posting of the first and of the second member, -1 where that member stays unplaced;
        not both -1, and no choice twice in a list. Both may name the same posting. What is not listed is not
        acceptable; that both stay unplaced is always possible and last.

    Raises
    ------
    MarketError
        Naming the couple and the choice that breaks one of the above.

    Examples
    --------
    >>> couples = Couples.from_lists([(0, 3)], [[(1, 1), (0, -1)]])
    >>> couples.choices_of(0).tolist()
    [[1, 1], [0, -1]]
    """

    members: Int64s
    indptr: Int64s
    places: Int64s

    def __post_init__(self) -> None:
        object.__setattr__(self, "members", _two_columns(self.members, "members"))
        object.__setattr__(self, "indptr", read_only_integers(self.indptr, np.int64, "indptr"))
        object.__setattr__(self, "places", _two_columns(self.places, "places"))
        ends_well = self.indptr.size == self.n_couples + 1 and self.indptr[0] == 0
        if not ends_well or self.indptr[-1] != len(self.places) or (np.diff(self.indptr) < 0).any():
            raise MarketError(f"indptr does not cut {len(self.places)} choices into {self.n_couples} lists")
        self._verify_members()
        self._verify_choices()

    @classmethod
    def from_lists(cls, members: Sequence[tuple[int, int]], lists: Sequence[Sequence[tuple[int, int]]]) -> Couples:
        """Read one list of pairs of postings a couple, best first; -1 leaves that member unplaced."""
        ends = totals_before([len(choices) for choices in lists])
        places = [choice for choices in lists for choice in choices]
        return cls(np.array(members, np.int64).reshape(-1, 2), ends, np.array(places, np.int64).reshape(-1, 2))

    @property
    def n_couples(self) -> int:
        """Couples."""
        return len(self.members)

    def rows(self) -> Int64s:
        """(k,) the couple of each joint choice."""
        return np.repeat(np.arange(self.n_couples), np.diff(self.indptr))

    def choices_of(self, couple: int) -> Int64s:
        """(choices, 2) the joint list of a couple, best first."""
        return self.places[self.indptr[couple] : self.indptr[couple + 1]]

    def verify_belong_to(self, market: Market) -> None:
        """Raise :class:`MarketError` unless members and places are the market's and no member has an own list."""
        n, m = market.n_applicants, market.n_postings
        stranger = first_index(np.asarray((self.members >= n).any(axis=1)))
        if stranger is not None:
            who = self.members[stranger].max()
            raise MarketError(f"couple {stranger} has member {who}, expected one of the {n} applicants")
        unknown = first_index(np.asarray((self.places >= m).any(axis=1)))
        if unknown is not None:
            row, place = self.rows()[unknown], self.places[unknown].max()
            raise MarketError(f"couple {row} lists posting {place}, expected one of the {m} postings")
        has_list = np.diff(market.applicants.indptr)[self.members] > 0
        own = first_index(np.asarray(has_list.any(axis=1)))
        if own is not None:
            who = self.members[own][has_list[own]][0]
            raise MarketError(f"applicant {who} of couple {own} has a list of its own, expected an empty one")

    def _verify_members(self) -> None:
        people, counts = np.unique(self.members, return_counts=True)
        if (people < 0).any():
            raise MarketError(f"a couple has member {people[0]}, expected an applicant >= 0")
        if (counts > 1).any():
            raise MarketError(f"applicant {people[counts > 1][0]} is twice a member of a couple, expected once")

    def _verify_choices(self) -> None:
        rows = self.rows()
        low = first_index(self.places.min(axis=1, initial=0) < UNMATCHED)
        if low is not None:
            raise MarketError(f"couple {rows[low]} lists {self.places[low].tolist()}, expected postings >= 0 or -1")
        nobody = first_index(self.places.max(axis=1, initial=UNMATCHED) == UNMATCHED)
        if nobody is not None:
            raise MarketError(f"couple {rows[nobody]} lists a choice that places nobody, expected at least one posting")
        keyed = np.column_stack([rows, self.places])
        order = np.lexsort(keyed.T[::-1])
        repeated = np.flatnonzero((np.diff(keyed[order], axis=0) == 0).all(axis=1))
        if repeated.size:
            couple, first, second = keyed[order[repeated[0]]].tolist()
            raise MarketError(f"couple {couple} lists [{first}, {second}] twice, expected every choice once")


def _two_columns(values: npt.ArrayLike, name: str) -> Int64s:
    array = np.asarray(values)
    if array.ndim != 2 or array.shape[1] != 2:
        raise MarketError(f"{name} has shape {array.shape}, expected two columns")
    flat = read_only_integers(np.ascontiguousarray(array).ravel(), np.int64, name)
    return flat.reshape(-1, 2)
