"""Rotations: exchanges that lead from the applicant-optimal to the posting-optimal stable matching, and their order.

In a stable matching let every full posting point to the next one that its worst holder could be welcome at. A cycle of
postings is a rotation: each worst holder moves one posting on, everybody in it does worse, every posting better. What
must be passed before a rotation can be is a partial order, and its closed sets are the stable matchings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Int64s, first_index, totals_before
from matching.errors import MechanismError
from matching.kernels import Kernel
from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.stable.rotation_walk import Sides, pass_all
from matching.outcome import UNMATCHED, Matching

__all__ = ["Rotations", "find_rotations"]


@dataclass(frozen=True, eq=False)
class Rotations:
    """All rotations of a strict market, in an order in which they can be passed one after the other.

    Rotation r moves the applicants of the pairs ``indptr[r]`` to ``indptr[r + 1]``; a pair is told by the entry of the
    applicants' lists that is left and by the one that is taken.

    Attributes
    ----------
    first : Matching
        The applicant-optimal stable matching: no rotation is passed yet.
    first_entry : (n,) int64
        The entry of the applicants' lists that each applicant holds there, -1 for none.
    indptr : (k + 1,) int64
        Where each rotation's pairs start; at least two pairs each.
    applicants : (pairs,) int64
        Who moves.
    left, taken : (pairs,) int64
        Entries of the applicants' lists: the place left and, further down the list, the place taken.
    taken_at : (pairs,) int64
        The posting of the entry taken.
    before_indptr, before : (k + 1,), (arcs,) int64
        The rotations that must be passed before each one, ascending; those that follow from others may be among them.
    """

    first: Matching
    first_entry: Int64s
    indptr: Int64s
    applicants: Int64s
    left: Int64s
    taken: Int64s
    taken_at: Int64s
    before_indptr: Int64s
    before: Int64s

    @property
    def n_rotations(self) -> int:
        """Rotations, k."""
        return self.indptr.size - 1

    @property
    def of_pair(self) -> Int64s:
        """(pairs,) the rotation each pair belongs to."""
        return np.repeat(np.arange(self.n_rotations), np.diff(self.indptr))

    def change_of(self, values: Int64s) -> Int64s:
        """Return (k,) by how much each rotation changes the sum of ``values``, one for every entry of the lists."""
        change = np.zeros(self.n_rotations, np.int64)
        np.add.at(change, self.of_pair, values[self.taken] - values[self.left])
        return change

    def total_at_first(self, values: Int64s) -> int:
        """Sum of ``values``, one for every entry of the lists, over the pairs of the applicant-optimal matching."""
        return int(values[self.first_entry[self.first_entry >= 0]].sum())

    def closure_of(self, wanted: Bools) -> Bools:
        """(k,) the wanted rotations and all that must be passed before them."""
        return _closure(self.before_indptr, self.before, wanted)

    def matching_after(self, passed: Bools) -> Matching:
        """Return the stable matching that is reached by passing a closed set of rotations.

        Raises
        ------
        MechanismError
            Naming a rotation whose forerunners are not all passed.
        """
        open_rotation = first_index(passed != self.closure_of(passed))
        if open_rotation is not None:
            raise MechanismError(f"rotation {open_rotation} is not passed, expected it before one that is")
        posting_of = self.first.posting_of.copy()
        # pairs stand in passing order, so an applicant's last write is the place held
        pairs = np.flatnonzero(passed[self.of_pair])
        posting_of[self.applicants[pairs]] = self.taken_at[pairs]
        return Matching(posting_of, self.first.n_postings)


def find_rotations(market: Market) -> Rotations:
    """Return every rotation of a strict many-to-one market and what must be passed before each.

    Raises
    ------
    MechanismError
        When a list holds a tie.

    Notes
    -----
    *Many-to-one.* Put a posting with q seats as q clones with its list, named one after the other in every applicant's
    list: stable matchings correspond one to one, clone i holding the i-th best holder. When somebody enters clone i,
    the holders from there on shift by one clone each and the holder of the last clone leaves, so the clones of a
    posting act as one node whose worst holder leaves. That is computed here, without clones.

    *Order.* Rotation s goes before r where s is the last one at a posting of r before it, or where a posting that an
    applicant of r passes over has held somebody worse until s. Other forerunners follow from these.

    *Who is never part of one.* By the rural hospitals theorem a posting with a free seat holds the same people in all
    stable matchings; a rotation can neither enter nor pass over it.

    O(nnz log L) time for lists of L entries, after deferred acceptance: every pointer only moves forward.

    References
    ----------
    .. [1] R. W. Irving and P. Leather (1986), The complexity of counting stable marriages, SIAM Journal on Computing
       15(3), 655-667, :doi:`10.1137/0215048`.
    .. [2] D. Gusfield (1987), Three fast algorithms for four problems in stable marriage, SIAM Journal on Computing
       16(1), 111-128, :doi:`10.1137/0216010`.
    .. [3] D. Gusfield and R. W. Irving (1989), The Stable Marriage Problem: Structure and Algorithms, MIT Press.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1, 2], [1, 2, 0], [2, 0, 1]], n_choices=3),
    ...     Preferences.from_lists([[1, 2, 0], [2, 0, 1], [0, 1, 2]], n_choices=3),
    ...     capacity=np.array([1, 1, 1]),
    ... )
    >>> found = find_rotations(market)
    >>> found.n_rotations, found.before.tolist()
    (2, [0])
    >>> found.matching_after(np.array([True, False])).posting_of
    array([1, 2, 0])
    """
    first = deferred_acceptance(market)
    lists, postings = market.applicants, market.postings
    held = np.flatnonzero(lists.indices == first.posting_of[lists.rows()])
    first_entry = np.full(market.n_applicants, UNMATCHED, np.int64)
    first_entry[lists.rows()[held]] = held
    sides = Sides(
        lists.indptr, lists.indices, market.rank_at_posting, postings.indptr, postings.indices, postings.ranks
    )
    indptr, applicants, left, taken, arcs = pass_all(sides, first_entry, market.capacity, first.n_held)
    starts, before = _sorted_arcs(arcs, indptr.size - 1)
    return Rotations(
        first, first_entry, indptr, applicants, left, taken, lists.indices[taken].astype(np.int64), starts, before
    )


def _sorted_arcs(arcs: Int64s, k: int) -> tuple[Int64s, Int64s]:
    """Arcs (later, earlier) as compressed rows, each once."""
    keys = np.unique(arcs[:, 0] * max(k, 1) + arcs[:, 1])
    later, earlier = keys // max(k, 1), keys % max(k, 1)
    return totals_before(np.bincount(later, minlength=k)), earlier


@Kernel
def _closure(before_indptr: Int64s, before: Int64s, wanted: Bools) -> Bools:
    closed = wanted.copy()
    for rotation in range(wanted.size - 1, -1, -1):  # forerunners have lower numbers
        if closed[rotation]:
            for arc in range(before_indptr[rotation], before_indptr[rotation + 1]):
                closed[before[arc]] = True
    return closed
