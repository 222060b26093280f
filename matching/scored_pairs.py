"""Acceptable pairs and what each is worth: the input of assignment and of its certificate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matching.arrays import (
    Bools,
    Int32s,
    Int64s,
    Reals,
    first_index,
    read_only_integers,
    read_only_reals,
    totals_before,
)
from matching.errors import MarketError, OutcomeError
from matching.kernels import Kernel
from matching.market import Market
from matching.outcome import Matching
from matching.preferences import Preferences

__all__ = ["ScoredPairs"]


@dataclass(frozen=True, eq=False)
class ScoredPairs:
    """The pairs that may be formed, with a score each, in compressed sparse rows of applicants.

    Parameters
    ----------
    indptr : (n + 1,) int64
        Where each applicant's pairs start.
    postings : (nnz,) int32
        The posting of each pair, none twice for one applicant.
    scores : (nnz,) float64
        Finite; higher is better; staying unmatched is worth 0.
    n_postings : int
        Number of postings, m.

    Raises
    ------
    MarketError
        Naming the entry that is out of range, repeated or not finite.

    Examples
    --------
    >>> pairs = ScoredPairs.from_dense(np.array([[0.5, 0.25], [1.0, 0.0]]), acceptable=np.array([[1, 0], [1, 1]]) > 0)
    >>> pairs.postings, pairs.scores
    (array([0, 0, 1], dtype=int32), array([0.5, 1. , 0. ]))
    """

    indptr: Int64s
    postings: Int32s
    scores: Reals
    n_postings: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "indptr", read_only_integers(self.indptr, np.int64, "indptr"))
        object.__setattr__(self, "postings", read_only_integers(self.postings, np.int32, "postings"))
        if not self.is_table:
            ranks = np.arange(self.postings.size, dtype=np.int32)  # any increasing ranks: only the rows are of interest
            Preferences(self.indptr, self.postings, ranks, self.n_postings)
        object.__setattr__(self, "scores", read_only_reals(self.scores, "scores"))
        if self.scores.size != self.postings.size:
            raise MarketError(
                f"scores has {self.scores.size} entries, expected one for each of {self.postings.size} pairs"
            )
        # a bound that needs no second array; only huge scores are added up
        with np.errstate(over="ignore"):
            fits = np.isfinite(self.largest * 2 * self.scores.size) or np.isfinite(np.abs(self.scores).sum() * 2)
        if not fits:
            raise MarketError("scores add up beyond the largest double, expected smaller ones")

    @classmethod
    def from_dense(cls, scores: npt.NDArray[np.floating], *, acceptable: Bools | None = None) -> ScoredPairs:
        """Take the acceptable cells of a score matrix, (n, m); all of them when no mask is given.

        Raises
        ------
        MarketError
            When the mask has another shape or an acceptable score is not finite.
        """
        if scores.ndim != 2:
            raise MarketError(
                f"scores have shape {scores.shape}, expected one row an applicant and one column a posting"
            )
        n, m = scores.shape
        if acceptable is not None and acceptable.shape != scores.shape:
            raise MarketError(f"acceptable has shape {acceptable.shape}, expected that of the scores, {scores.shape}")
        unusable = ~np.isfinite(scores)
        bad = first_index((unusable if acceptable is None else unusable & acceptable).ravel())
        if bad is not None:
            row, column = divmod(bad, m)
            raise MarketError(f"scores[{row}, {column}] is {scores[row, column]}, expected a finite number")
        if acceptable is None:
            indptr: Int64s = np.arange(n + 1, dtype=np.int64) * m
            postings: Int32s = np.tile(np.arange(m, dtype=np.int32), n)
            values = np.array(scores, dtype=np.float64, order="C").reshape(-1)
        else:
            indptr = totals_before(np.count_nonzero(acceptable, axis=1))
            postings, values = _columns(acceptable), scores[acceptable].astype(np.float64)
        postings.flags.writeable = values.flags.writeable = False  # nobody else holds them: no second copy is made
        return cls(indptr, postings, values, m)

    @classmethod
    def from_market(cls, market: Market, scores: npt.ArrayLike) -> ScoredPairs:
        """Take the acceptable pairs of a market, with a score for every entry of the applicants' lists.

        Entries that the posting does not return, or has no seat for, are left out.
        """
        acceptable = (market.rank_at_posting >= 0) & (market.capacity[market.applicants.indices] > 0)
        kept_before = totals_before(acceptable)
        values = read_only_reals(scores, "scores")
        if values.size != acceptable.size:
            raise MarketError(
                f"scores has {values.size} entries, expected one for each of {acceptable.size} list entries"
            )
        lists = market.applicants
        return cls(kept_before[lists.indptr], lists.indices[acceptable], values[acceptable], market.n_postings)

    @property
    def n_applicants(self) -> int:
        """Applicants, with or without a pair."""
        return self.indptr.size - 1

    @cached_property
    def largest(self) -> float:
        """The largest absolute value of a score; 0 without pairs."""
        return max(float(self.scores.max(initial=0.0)), -float(self.scores.min(initial=0.0)))

    @cached_property
    def is_table(self) -> bool:
        """Whether there are pairs, and all applicants list all postings in ascending order: the scores are a table."""
        return _is_table(self.indptr, self.postings, self.n_postings)

    @cached_property
    def applicants(self) -> Int64s:
        """(nnz,) the applicant of each pair."""
        rows = np.repeat(np.arange(self.n_applicants), np.diff(self.indptr))
        rows.flags.writeable = False
        return rows

    def only(self, kept: Bools, scores: Reals | None = None) -> ScoredPairs:
        """Return the flagged pairs alone, (nnz,), with other scores (nnz,) where some are given.

        Examples
        --------
        >>> pairs = ScoredPairs(np.array([0, 2, 3]), np.array([0, 1, 1]), np.array([0.2, 0.5, 0.1]), n_postings=2)
        >>> left = pairs.only(np.array([False, True, True]))
        >>> left.indptr, left.postings, left.scores
        (array([0, 1, 2]), array([1, 1], dtype=int32), array([0.5, 0.1]))
        """
        values = self.scores if scores is None else scores
        return ScoredPairs(totals_before(kept)[self.indptr], self.postings[kept], values[kept], self.n_postings)

    def entries_of(self, matching: Matching) -> Int64s:
        """(n,) the pair that each applicant's placement is, -1 where unmatched or where the placement is no pair."""
        if matching.n_applicants != self.n_applicants:
            raise OutcomeError(f"the matching has {matching.n_applicants} applicants, expected {self.n_applicants}")
        return _entries_of(self.indptr, self.postings, matching.posting_of)

    def total(self, matching: Matching) -> float:
        """Sum of the scores of the pairs that the matching forms."""
        entries = self.entries_of(matching)
        return float(self.scores[entries[entries >= 0]].sum())


def _columns(kept: Bools) -> Int32s:
    """Column of every kept cell, row by row; ``np.nonzero`` would hold two int64 arrays of that length."""
    columns = np.arange(kept.shape[1], dtype=np.int32)
    return np.broadcast_to(columns, kept.shape)[kept]


@Kernel
def _entries_of(indptr: Int64s, postings: Int32s, posting_of: Int64s) -> Int64s:
    entries = np.full(posting_of.size, -1, np.int64)
    for applicant in range(posting_of.size):
        for entry in range(indptr[applicant], indptr[applicant + 1]):
            if postings[entry] == posting_of[applicant]:
                entries[applicant] = entry
                break
    return entries


@Kernel
def _is_table(indptr: Int64s, postings: Int32s, n_postings: int) -> bool:
    """Compare whole rows without a branch for each entry; stop at the first row that differs."""
    n = indptr.size - 1
    if min(n, n_postings) < 1 or postings.size != n * n_postings or indptr[n] != postings.size:
        return False
    for applicant in range(n):
        if indptr[applicant] != applicant * n_postings:
            return False
        row, n_others = postings[applicant * n_postings : (applicant + 1) * n_postings], 0
        for posting in range(n_postings):
            n_others += row[posting] != posting
        if n_others > 0:
            return False
    return True
