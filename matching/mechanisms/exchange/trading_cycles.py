"""Exchanges of places, recorded in the order in which they were made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Int64s, read_only_integers

__all__ = ["TradingCycles"]


@dataclass(frozen=True, eq=False)
class TradingCycles:
    """Cycles of applicants, first made first.

    Cycle ``k`` is the span ``indptr[k]:indptr[k + 1]``: each applicant takes the posting at the same position, to which
    the next applicant of the cycle (after the last the first) gives way.

    Attributes
    ----------
    indptr : (k + 1,) int64
        Where each cycle starts.
    applicants, postings : (moves,) int64
        Who moves, and where to.
    """

    indptr: Int64s
    applicants: Int64s
    postings: Int64s

    def __post_init__(self) -> None:
        for name in ("indptr", "applicants", "postings"):
            object.__setattr__(self, name, read_only_integers(getattr(self, name), np.int64, name))

    @property
    def n_cycles(self) -> int:
        """Cycles made."""
        return self.indptr.size - 1

    def cycle(self, index: int) -> tuple[Int64s, Int64s]:
        """Return the applicants of one cycle and the postings they take."""
        span = slice(self.indptr[index], self.indptr[index + 1])
        return self.applicants[span], self.postings[span]
