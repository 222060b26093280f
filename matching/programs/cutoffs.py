"""Whether a posting has room for a class of ties, as variables: linear in the pairs, however many classes there are.

The relaxation is loose where seats are many. ``matching.programs.critical_classes`` is the tighter and the larger way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int64s, Reals
from matching.programs.constraint_tables import RowTable, RunningTotals, running_totals

__all__ = ["Cutoffs", "cutoffs"]


@dataclass(frozen=True, eq=False)
class Cutoffs:
    """Running totals down the postings' lists, and whether each class finds room.

    Attributes
    ----------
    held : RunningTotals
        Down the postings' lists; pairs come first among its members.
    seats : (classes,) int64
        Of the posting of each class, at most the holdings that name it.
    """

    held: RunningTotals
    seats: Int64s

    @property
    def n_columns(self) -> int:
        """Variables of totals and cutoffs."""
        return 2 * self.held.n_classes

    @property
    def upper(self) -> Reals:
        """(columns,) the most that each variable can be."""
        return np.concatenate([self.seats.astype(np.float64), np.ones(self.seats.size)])

    @property
    def is_integer(self) -> Bools:
        """(columns,) cutoffs are; totals are whole where members are."""
        return np.arange(self.n_columns) >= self.held.n_classes

    def add_rows(self, rows: RowTable) -> None:
        """Add the rows that define the totals."""
        self.held.add_rows(rows)

    def add_stability_rows(self, rows: RowTable, totals: RunningTotals, blocks: Int64s) -> None:
        """Add a row a pair: as good a place for the applicant, or seats full of people ranked no worse, or it blocks.

        For a posting with c seats: c times the applicant's places no worse, plus the other holders no worse, plus c if
        the pair blocks, is at least c.
        """
        n_pairs = totals.member.size
        seats = self.seats[self.held.class_of[:n_pairs]].astype(np.float64)
        each, one = np.arange(n_pairs), np.ones(n_pairs)
        held = self.held.columns[self.held.class_of[:n_pairs]]
        rows.add(
            np.concatenate([each, each, each, each]),
            np.concatenate([totals.columns[totals.class_of], held, totals.member, blocks]),
            # minus the pair itself: the others no worse, a tighter relaxation
            np.concatenate([seats, one, -one, seats]),
            seats,
            np.full(n_pairs, np.inf),
        )

    def add_cutoff_rows(self, rows: RowTable, totals: RunningTotals, blocks: Int64s) -> None:
        """A posting has room for a class or is full down to it; a pair with room and no place as good blocks."""
        fillable = self.seats.astype(np.float64)
        each, one = np.arange(self.seats.size), np.ones(self.seats.size)
        rows.add(
            np.concatenate([each, each]),
            np.concatenate([self.held.columns, self._has_room()]),
            np.concatenate([one, fillable]),
            fillable,
            np.full(each.size, np.inf),
        )
        n_pairs = totals.member.size
        pair, ones = np.arange(n_pairs), np.ones(n_pairs)
        rows.add(
            np.concatenate([pair, pair, pair]),
            np.concatenate(
                [blocks, totals.columns[totals.class_of], self._has_room()[self.held.class_of[:n_pairs]]],
            ),
            np.concatenate([ones, ones, -ones]),
            np.zeros(n_pairs),
            np.full(n_pairs, np.inf),
        )

    def has_room(self, values: Reals, n_pairs: int) -> Bools:
        """(pairs,) whether the posting has room for the pair, the first holdings."""
        return np.asarray(values[self._has_room()[self.held.class_of[:n_pairs]]] > 0.5)

    def fill(self, values: Reals) -> None:
        """Give totals and cutoffs the values that the members' values say."""
        filled = self.held.of(values)
        values[self.held.columns] = filled
        values[self._has_room()] = filled < self.seats

    def _has_room(self) -> Int64s:
        return self.held.columns + self.held.n_classes


def cutoffs(
    posting: Int64s, rank: npt.NDArray[np.integer], member: Int64s, *, seats: Int64s, first_column: int
) -> Cutoffs:
    """Return the cutoffs of every posting.

    Parameters
    ----------
    posting, rank, member : (h,) int64
        Of each holding: where, the posting's rank of the person, and the variable.
    seats : (m,) int64
        At most the holdings of the posting.
    first_column : int
        The first variable to use.

    Examples
    --------
    >>> cutoffs(np.zeros(3, int), np.array([0, 0, 1]), np.arange(3), seats=np.array([1]), first_column=3).n_columns
    4
    """
    held = running_totals(posting, rank, member, first_column)
    return Cutoffs(held, seats[held.group])
