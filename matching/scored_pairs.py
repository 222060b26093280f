"""Acceptable pairs and what each is worth: the input of assignment and of its certificate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int32s, Int64s, Reals, first_index, read_only_reals
from matching.errors import MarketError
from matching.market import Market
from matching.outcome import UNMATCHED, Matching
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
        ranks = np.arange(np.size(self.postings), dtype=np.int32)  # any increasing ranks: only the rows are of interest
        rows = Preferences(self.indptr, self.postings, ranks, self.n_postings)
        object.__setattr__(self, "indptr", rows.indptr)
        object.__setattr__(self, "postings", rows.indices)
        object.__setattr__(self, "scores", read_only_reals(self.scores, "scores"))
        if self.scores.size != self.postings.size:
            raise MarketError(
                f"scores has {self.scores.size} entries, expected one for each of {self.postings.size} pairs"
            )
        with np.errstate(over="ignore"):
            largest_total = float(np.abs(self.scores).sum()) * 2
        if not np.isfinite(largest_total):
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
        kept = np.ones(scores.shape, np.bool_) if acceptable is None else acceptable
        if kept.shape != scores.shape:
            raise MarketError(f"acceptable has shape {kept.shape}, expected that of the scores, {scores.shape}")
        bad = first_index((kept & ~np.isfinite(scores)).ravel())
        if bad is not None:
            row, column = divmod(bad, scores.shape[1])
            raise MarketError(f"scores[{row}, {column}] is {scores[row, column]}, expected a finite number")
        indptr = np.concatenate([[0], np.cumsum(np.count_nonzero(kept, axis=1))]).astype(np.int64)
        return cls(indptr, _columns(kept), scores[kept].astype(np.float64), scores.shape[1])

    @classmethod
    def from_market(cls, market: Market, scores: npt.ArrayLike) -> ScoredPairs:
        """Take the acceptable pairs of a market, with a score for every entry of the applicants' lists.

        Entries that the posting does not return are left out.
        """
        acceptable = market.rank_at_posting >= 0
        kept_before = np.concatenate([[0], np.cumsum(acceptable)])
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
    def applicants(self) -> Int64s:
        """(nnz,) the applicant of each pair."""
        rows = np.repeat(np.arange(self.n_applicants), np.diff(self.indptr))
        rows.flags.writeable = False
        return rows

    def entries_of(self, matching: Matching) -> Int64s:
        """(n,) the pair that each applicant's placement is, -1 where unmatched or where the placement is no pair."""
        placed = np.flatnonzero(self.postings == matching.posting_of[self.applicants])
        entries = np.full(self.n_applicants, UNMATCHED, np.int64)
        entries[self.applicants[placed]] = placed
        return entries

    def total(self, matching: Matching) -> float:
        """Sum of the scores of the pairs that the matching forms."""
        entries = self.entries_of(matching)
        return float(self.scores[entries[entries >= 0]].sum())


def _columns(kept: Bools) -> Int32s:
    """Column of every kept cell, row by row; ``np.nonzero`` would hold two int64 arrays of that length."""
    columns = np.arange(kept.shape[1], dtype=np.int32)
    return np.broadcast_to(columns, kept.shape)[kept]
