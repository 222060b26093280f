"""One side's ordered lists, ties allowed, in compressed sparse rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from matching.arrays import Bools, Int32s, Int64s, Reals, first_index, read_only_integers, totals_before
from matching.errors import MarketError
from matching.kernels import Kernel

__all__ = ["Choices", "Preferences"]

Choices: TypeAlias = Sequence["int | Sequence[int]"]
"""One list, best first; a nested list is a tie."""

_BLOCK_CELLS = 4_000_000
"""Cells of a score matrix that are ordered at a time: bounds the memory, never the result."""


@dataclass(frozen=True, eq=False)
class Preferences:
    """The lists of every member of one side, best first.

    Row ``i`` lists the choices ``indices[indptr[i]:indptr[i + 1]]`` with their ranks. A choice that is not listed is
    not acceptable. Arrays are copied unless they are read-only already, checked once and read-only ever after.

    Parameters
    ----------
    indptr : (n + 1,) int64
        Where each row starts; row ``i`` ends where row ``i + 1`` starts.
    indices : (nnz,) int32
        Choices in ``range(n_choices)``, none twice in a row; members of a tie in ascending order.
    ranks : (nnz,) int32
        0 is best, equal ranks in a row are a tie, ranks do not decrease along a row. Gaps are allowed.
    n_choices : int
        Size of the other side.

    Raises
    ------
    MarketError
        Naming the row and the entry that breaks one of the above.

    Examples
    --------
    >>> lists = Preferences.from_lists([[1, [0, 2]], []], n_choices=3)
    >>> lists.ranks
    array([0, 1, 1], dtype=int32)
    >>> lists.is_strict
    False
    """

    indptr: Int64s
    indices: Int32s
    ranks: Int32s
    n_choices: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "indptr", read_only_integers(self.indptr, np.int64, "indptr"))
        object.__setattr__(self, "indices", read_only_integers(self.indices, np.int32, "indices"))
        object.__setattr__(self, "ranks", read_only_integers(self.ranks, np.int32, "ranks"))
        _verify_rows(self.indptr, self.indices.size, self.ranks.size)
        entry, fault = _first_fault(self.indptr, self.indices, self.ranks, self.n_choices)
        if fault:
            row = int(np.searchsorted(self.indptr, entry, side="right")) - 1
            choice, rank, position = self.indices[entry], self.ranks[entry], entry - self.indptr[row]
            expected = _EXPECTED[fault].format(n_choices=self.n_choices)
            raise MarketError(f"row {row} has choice {choice} with rank {rank} at position {position}, {expected}")

    @classmethod
    def from_lists(cls, lists: Sequence[Choices], n_choices: int) -> Preferences:
        """Read lists of choices, best first, where a nested list is a tie.

        Examples
        --------
        >>> Preferences.from_lists([[2, [1, 0]]], n_choices=3).indices
        array([2, 0, 1], dtype=int32)
        """
        indices: list[int] = []
        ranks: list[int] = []
        ends = [0]
        for row in lists:
            for rank, entry in enumerate(row):
                tied = sorted(entry) if isinstance(entry, Sequence) else [entry]
                indices += tied
                ranks += [rank] * len(tied)
            ends.append(len(indices))
        listed = read_only_integers(indices, np.int32, "indices")
        return cls(np.array(ends), listed, np.array(ranks, dtype=np.int32), n_choices)

    @classmethod
    def from_scores(cls, scores: Reals, *, acceptable: Bools | None = None, top: int | None = None) -> Preferences:
        """Order the acceptable columns of a score matrix, higher first; equal scores are a tie.

        Parameters
        ----------
        scores : (n, m) float
            Read a block of rows at a time, in their own precision.
        acceptable : (n, m) bool, optional
            Cells that may be listed; all when omitted.
        top : int, optional
            Keep the ``top`` best of each row. A tie is never cut, so a row may be longer where its last place is tied.

        Raises
        ------
        MarketError
            A score is not finite, the mask has another shape, or ``top`` is negative.

        Examples
        --------
        >>> Preferences.from_scores(np.array([[0.1, 0.9, 0.9, 0.4]]), top=1).to_lists()
        [[[1, 2]]]
        """
        if scores.ndim != 2:
            raise MarketError(
                f"scores have shape {scores.shape}, expected one row an applicant and one column a posting"
            )
        if acceptable is not None and acceptable.shape != scores.shape:
            raise MarketError(f"acceptable has shape {acceptable.shape}, expected that of the scores, {scores.shape}")
        if top is not None and top < 0:
            raise MarketError(f"top is {top}, expected >= 0")
        n, m = scores.shape
        step = max(1, _BLOCK_CELLS // max(m, 1))
        blocks = [
            _ordered_block(scores[at : at + step], None if acceptable is None else acceptable[at : at + step], top, at)
            for at in range(0, n, step)
        ] or [(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.int32))]
        lengths, indices, ranks = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
        return cls(totals_before(lengths), indices, ranks, m)

    @property
    def n_rows(self) -> int:
        """Members of this side."""
        return self.indptr.size - 1

    @cached_property
    def is_strict(self) -> bool:
        """No row holds a tie."""
        return not bool(self.tied_with_next.any())

    @property
    def tied_with_next(self) -> Bools:
        """(nnz,) whether an entry shares its rank with the next entry of its row."""
        tied = np.zeros(self.ranks.size, dtype=np.bool_)
        tied[:-1] = self.ranks[1:] == self.ranks[:-1]
        ends = self.indptr[1:]
        tied[ends[ends > 0] - 1] = False
        return tied

    def rows(self) -> Int64s:
        """(nnz,) the row of each entry."""
        return np.repeat(np.arange(self.n_rows), np.diff(self.indptr))

    def positions(self) -> Int32s:
        """(nnz,) the position of each entry in its row."""
        return (np.arange(self.indices.size) - np.repeat(self.indptr[:-1], np.diff(self.indptr))).astype(np.int32)

    def only(self, kept: Bools) -> Preferences:
        """Return the lists of the flagged entries alone, (nnz,); ranks keep their gaps."""
        kept_before = totals_before(kept)
        return Preferences(kept_before[self.indptr], self.indices[kept], self.ranks[kept], self.n_choices)

    def in_strict_order(self, indices: Int32s) -> Preferences:
        """Return strict lists of these choices, (nnz,) row after row, best first; rows are as long as they were."""
        return Preferences(self.indptr, indices, self.positions(), self.n_choices)

    def to_lists(self) -> list[list[int | list[int]]]:
        """Return lists of choices, best first, ties nested: what :meth:`from_lists` reads."""
        return [self._row_list(row) for row in range(self.n_rows)]

    def _row_list(self, row: int) -> list[int | list[int]]:
        span = slice(self.indptr[row], self.indptr[row + 1])
        classes: dict[int, list[int]] = {}
        for choice, rank in zip(self.indices[span].tolist(), self.ranks[span].tolist(), strict=True):
            classes.setdefault(rank, []).append(choice)
        return [tied if len(tied) > 1 else tied[0] for tied in classes.values()]


_OUT_OF_RANGE, _REPEATED, _DECREASING, _TIE_ORDER = 1, 2, 3, 4
_EXPECTED = {
    _OUT_OF_RANGE: "expected a choice in 0..{n_choices} (exclusive)",
    _REPEATED: "which the row lists already",
    _DECREASING: "expected a rank >= 0, no better than the one before",
    _TIE_ORDER: "expected the members of a tie in ascending order",
}


def _verify_rows(indptr: Int64s, n_indices: int, n_ranks: int) -> None:
    if n_ranks != n_indices:
        raise MarketError(f"ranks has {n_ranks} entries, expected one for each of the {n_indices} indices")
    if indptr.size == 0 or indptr[0] != 0 or indptr[-1] != n_indices:
        raise MarketError(f"indptr is {indptr[[0, -1]] if indptr.size else indptr}, expected 0 first, {n_indices} last")
    shrinking = first_index(np.diff(indptr) < 0)
    if shrinking is not None:
        raise MarketError(f"row {shrinking} ends at {indptr[shrinking + 1]}, before its start {indptr[shrinking]}")


@Kernel
def _first_fault(indptr: Int64s, indices: Int32s, ranks: Int32s, n_choices: int) -> tuple[int, int]:
    listed_by = np.full(max(n_choices, 0), -1, np.int64)
    for row in range(indptr.size - 1):
        start = indptr[row]
        for entry in range(start, indptr[row + 1]):
            choice = indices[entry]
            if choice < 0 or choice >= n_choices:
                return entry, _OUT_OF_RANGE
            if listed_by[choice] == row:
                return entry, _REPEATED
            listed_by[choice] = row
            before = ranks[entry - 1] if entry > start else 0
            if ranks[entry] < before:
                return entry, _DECREASING
            if entry > start and ranks[entry] == before and choice < indices[entry - 1]:
                return entry, _TIE_ORDER
    return -1, 0


def _ordered_block(
    scores: Reals, acceptable: Bools | None, top: int | None, first_row: int
) -> tuple[Int64s, Int32s, Int32s]:
    """Row lengths, indices and ranks of a block of rows."""
    scores = scores.astype(np.result_type(scores, np.float32), copy=False)
    bad = first_index(~np.isfinite(scores).ravel())
    if bad is not None:
        row, column = divmod(bad, scores.shape[1])
        raise MarketError(f"scores[{first_row + row}, {column}] is {scores[row, column]}, expected a finite number")
    kept = np.ones(scores.shape, np.bool_) if acceptable is None else acceptable.astype(np.bool_)
    if top is not None and top < scores.shape[1]:
        kept = kept & _among_best(np.where(kept, scores, -np.inf), top)
    rows, columns = np.nonzero(kept)
    lengths = np.bincount(rows, minlength=scores.shape[0])
    starts = np.cumsum(lengths) - lengths
    order = _order_in_rows(scores[rows, columns], rows, starts, lengths)
    values = scores[rows, columns][order]
    is_new_class = np.ones(rows.size, dtype=np.int64)
    is_new_class[1:] = values[1:] != values[:-1]
    is_new_class[starts[lengths > 0]] = 1
    classes = np.cumsum(is_new_class)
    ranks = classes - np.repeat(classes[starts[lengths > 0]], lengths[lengths > 0])
    return lengths.astype(np.int64), columns[order].astype(np.int32), ranks.astype(np.int32)


def _order_in_rows(values: Reals, rows: Int64s, starts: Int64s, lengths: Int64s) -> Int64s:
    """Entries, row after row, higher values first; stable, so that members of a tie stay in ascending order."""
    padded = np.full((lengths.size, lengths.max(initial=0)), np.inf, values.dtype)
    padded[rows, np.arange(rows.size) - starts[rows]] = -values
    order = np.argsort(padded, axis=1, kind="stable") + starts[:, np.newaxis]
    return order[np.arange(padded.shape[1]) < lengths[:, np.newaxis]]


def _among_best(scores: Reals, top: int) -> Bools:
    if top == 0:
        return np.zeros(scores.shape, np.bool_)
    last_kept = -np.partition(-scores, top - 1, axis=1)[:, top - 1 : top]
    return np.asarray(scores >= last_kept)
