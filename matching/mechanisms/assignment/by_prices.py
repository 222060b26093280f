"""The largest total score of a market whose pairs no machine can hold: seat prices decide which pairs are looked at.

The assignment is solved on the pairs of short lists. Its seat prices are then held against all pairs, a block of
applicants at a time: whatever an applicant would gain by a pair that is not among them is added, and the assignment is
solved again. When nobody gains by any pair that is left out, the prices prove that no other assignment is worth more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.arrays import Int32s, Int64s, Reals, counts_of_postings
from matching.errors import MarketError, MechanismError
from matching.mechanisms.assignment.linear_assignment import Assignment, optimal_assignment
from matching.ranking.exact_units import FACTOR_UNIT, LARGEST_FACTOR, told
from matching.ranking.orders import NOT_LISTED
from matching.ranking.score_sides import ApplicantBlock, Postings, PostingSide
from matching.ranking.side_changes import some_applicants
from matching.ranking.top_k import PreparedPostings, prepare_postings, top_k_of_block
from matching.ranking.top_lists import TopLists, empty_lists, lengthened
from matching.scored_pairs import ScoredPairs

__all__ = ["PricedAssignment", "assignment_by_prices"]

_DEEPER: Final = 8


@dataclass(frozen=True, eq=False)
class PricedAssignment:
    """An assignment and what its prices prove of all pairs.

    Attributes
    ----------
    assignment : Assignment
        Its prices are those of the pairs that were solved.
    bound : float
        No assignment of the market is worth more: what everybody gains at these prices by the best of all pairs, and
        the prices of the seats.
    passes : int
        How often all pairs were held against prices.
    n_pairs : int
        Pairs that were solved in the end.
    """

    assignment: Assignment
    bound: float
    passes: int
    n_pairs: int

    @property
    def gap(self) -> float:
        """How far the bound lies above the value: at most 2**-26 a seat, by which prices are rounded down."""
        return self.bound - self.assignment.value


@dataclass(frozen=True, eq=False)
class _Found:
    """Pairs by applicant and posting, and what each applicant gains at most."""

    rows: Int64s
    postings: Int32s
    units: Int64s
    gains: Reals


def assignment_by_prices(
    blocks: Callable[[], Iterable[ApplicantBlock]],
    postings: Postings,
    capacity: npt.ArrayLike,
    *,
    per_applicant: int = 20,
    per_posting: int = 40,
    added: int = 8,
    progress: Callable[[int, int], None] | None = None,
) -> PricedAssignment:
    """Return an assignment of the largest total score, with a bound that proves it.

    Parameters
    ----------
    blocks : callable
        Gives all n applicants anew, in blocks and in order, each time it is called.
    postings : Postings
        m postings with one score, at most 31.
    capacity : (m,) integer
        Seats, each >= 0.
    per_applicant, per_posting : int, default 20 and 40
        Lengths of the lists whose pairs are solved first.
    added : int, default 8
        Pairs that a pass adds for an applicant at most.
    progress : callable, optional
        Called after every block with the number of the pass, from 0, and the index behind its last applicant.

    Returns
    -------
    PricedAssignment
        Total score first; of the pairs that were solved, one that places the most people. Nobody is placed at a
        negative score.

    Raises
    ------
    MarketError
        When a block is missing or out of order, when shapes do not fit, or a score is too large.
    MechanismError
        When postings have two scores, or a length is not positive.

    Notes
    -----
    *Complexity.* A pass costs what the best of every row cost, O(n m (d + T)); between them an assignment of the pairs
    so far. Memory for these pairs and one block. The value does not depend on lengths or blocks; which of several
    assignments of that value is returned may.

    *Proof.* For prices v >= 0 whatever, no assignment is worth more than sum over applicants of max(0, max over all
    pairs of score - v) plus sum(capacity * v) [1]_. Prices are rounded down to multiples of 2**-26 to be held against
    all pairs, so that the comparison is exact.

    References
    ----------
    .. [1] G. B. Dantzig and P. Wolfe (1960), Decomposition principle for linear programs, Operations Research 8,
       101-111, :doi:`10.1287/opre.8.1.101`.

    Examples
    --------
    >>> from matching.ranking.score_sides import ApplicantSide
    >>> postings = Postings(PostingSide(np.eye(3)))
    >>> scores = ApplicantSide(np.array([[5.0, 8.0, 2.0], [7.0, 9.0, 6.0], [2.0, 3.0, 0.0]]))
    >>> best = assignment_by_prices(
    ...     lambda: [ApplicantBlock(0, scores)], postings, [1, 1, 1], per_applicant=1, per_posting=1
    ... )
    >>> best.assignment.matching.posting_of, best.assignment.value, best.bound
    (array([1, 2, 0]), 16.0, 16.0)
    """
    if postings.by_posting is not None:
        raise MechanismError("postings have two scores, expected one whose total is to be the largest")
    for name, length in (("per_applicant", per_applicant), ("per_posting", per_posting), ("added", added)):
        if length < 1:
            raise MechanismError(f"{name} is {length}, expected at least 1")
    seats = counts_of_postings(capacity, len(postings), "capacity")
    told_of = _Telling(progress)
    pairs, n = _first_pairs(blocks, postings, (per_applicant, per_posting), told_of), told_of.end
    passes = 0
    while True:
        best = optimal_assignment(_scored(pairs, n, len(postings)), seats)
        passes += 1
        held = np.where(seats == 0, LARGEST_FACTOR, np.floor(best.posting_prices / FACTOR_UNIT) * FACTOR_UNIT)
        found = _gaining(blocks, postings, (held, best.applicant_prices), pairs, added, told_of.at(passes))
        if not found.rows.size:
            bound = float(found.gains.sum() + (seats * held).sum())
            return PricedAssignment(best, max(bound, best.value), passes, pairs.rows.size)
        pairs = _joined(pairs, found)


class _Telling:
    """Follows the blocks of a pass, each of which must begin where the last one ended."""

    def __init__(self, progress: Callable[[int, int], None] | None, number: int = 0) -> None:
        self._progress, self._number, self.end = progress, number, 0

    def at(self, number: int) -> _Telling:
        return _Telling(self._progress, number)

    def of(self, blocks: Iterable[ApplicantBlock]) -> Iterable[ApplicantBlock]:
        for block in blocks:
            if block.first != self.end:
                raise MarketError(f"block of applicants starts at {block.first}, expected {self.end}")
            yield block
            self.end += len(block)
            if self._progress is not None:
                self._progress(self._number, self.end)


def _first_pairs(
    blocks: Callable[[], Iterable[ApplicantBlock]], postings: Postings, lengths: tuple[int, int], telling: _Telling
) -> _Found:
    """The pairs of both sides' lists."""
    prepared, known = prepare_postings(postings), empty_lists(len(postings), 0)
    parts: list[tuple[Int64s, Int32s, Int64s]] = []
    for block in telling.of(blocks()):
        length = min(lengths[1], block.first + len(block))  # no longer than there are applicants so far
        known = lengthened(known, length)
        lists = top_k_of_block(block, prepared, per_applicant=lengths[0], per_posting=length, known=known)
        known = lists.postings
        parts.append(_listed(lists.applicants, block.first))
    listed = known.items != NOT_LISTED
    of_postings = np.nonzero(listed)[0].astype(np.int32)
    parts.append((known.items[listed].astype(np.int64), of_postings, known.units[listed]))
    return _ordered(parts)


def _listed(lists: TopLists, first: int) -> tuple[Int64s, Int32s, Int64s]:
    listed = lists.items != NOT_LISTED
    return np.nonzero(listed)[0] + first, lists.items[listed], lists.units[listed]


def _ordered(parts: list[tuple[Int64s, Int32s, Int64s]]) -> _Found:
    """Pairs in the order of applicants and postings, each once."""
    if not parts:
        return _Found(np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0))
    rows, postings, units = (np.concatenate(several) for several in zip(*parts, strict=True))
    order = np.lexsort((postings, rows))
    rows, postings, units = rows[order], postings[order], units[order]
    is_new = np.ones(rows.size, np.bool_)
    is_new[1:] = (rows[1:] != rows[:-1]) | (postings[1:] != postings[:-1])
    return _Found(rows[is_new], postings[is_new], units[is_new], np.zeros(0))


def _joined(pairs: _Found, found: _Found) -> _Found:
    return _ordered([(pairs.rows, pairs.postings, pairs.units), (found.rows, found.postings, found.units)])


def _scored(pairs: _Found, n: int, m: int) -> ScoredPairs:
    starts = np.searchsorted(pairs.rows, np.arange(n + 1)).astype(np.int64)
    return ScoredPairs(starts, pairs.postings, told(pairs.units), m)


def _gaining(  # noqa: PLR0917
    blocks: Callable[[], Iterable[ApplicantBlock]],
    postings: Postings,
    prices: tuple[Reals, Reals],
    pairs: _Found,
    added: int,
    telling: _Telling,
) -> _Found:
    """Pairs that are not among ``pairs`` and gain more than their applicant does, and what everybody gains at most."""
    held, own = prices
    prepared = prepare_postings(_priced(postings, held))
    known = pairs.rows * len(postings) + pairs.postings
    parts, gains = list[tuple[Int64s, Int32s, Int64s]](), [np.zeros(0)]
    for block in telling.of(blocks()):
        found, best = _gaining_of_block(block, prepared, own[block.first : block.first + len(block)], known, added)
        parts.append((found[0], found[1], found[2] + np.rint(held[found[1]] / FACTOR_UNIT).astype(np.int64) * 2**26))
        gains.append(best)
    ordered = _ordered(parts)
    return replace(ordered, gains=np.concatenate(gains))


def _priced(postings: Postings, held: Reals) -> Postings:
    side = postings.by_applicant
    vectors = np.column_stack([side.vectors.astype(np.float64), -held])
    return Postings(PostingSide(vectors, side.tables, side.rules))


def _gaining_of_block(
    block: ApplicantBlock, prepared: PreparedPostings, own: Reals, known: Int64s, length: int
) -> tuple[tuple[Int64s, Int32s, Int64s], Reals]:
    side = block.by_applicant
    vectors = np.column_stack([side.vectors.astype(np.float64), np.ones(len(side))])
    paying = ApplicantBlock(0, replace(side, vectors=vectors))
    rows, best, parts = np.arange(len(block)), np.zeros(len(block)), list[tuple[Int64s, Int32s, Int64s]]()
    m = len(prepared.postings)
    while rows.size and m:
        lists = top_k_of_block(some_applicants(paying, rows), prepared, per_applicant=length, per_posting=0).applicants
        nets = lists.scores
        best[rows] = np.maximum(nets[:, 0], 0.0)
        at, items, units = _listed(lists, 0)
        gaining = told(units) > own[rows[at]]
        codes = (rows[at] + block.first) * m + items
        is_new = gaining & ~_among(codes, known)
        parts.append((rows[at[is_new]] + block.first, items[is_new], units[is_new]))
        # who has nothing new may have it behind the end of a list whose last pair still gains
        has_new = np.zeros(rows.size, np.bool_)
        has_new[at[is_new]] = True
        is_open = ~has_new & (lists.items[:, -1] != NOT_LISTED) & (nets[:, -1] > own[rows]) & (length < m)
        rows, length = rows[is_open], min(length * _DEEPER, m)
    of_block = _ordered(parts)
    return (of_block.rows, of_block.postings, of_block.units), best


def _among(codes: Int64s, known: Int64s) -> npt.NDArray[np.bool_]:
    if not known.size:
        return np.zeros(codes.size, np.bool_)
    at = np.minimum(np.searchsorted(known, codes), known.size - 1)
    return np.asarray(known[at] == codes)
