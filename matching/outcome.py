"""The outcome of a mechanism: who holds which seat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Int64s, first_index, read_only_integers
from matching.errors import OutcomeError

__all__ = ["UNMATCHED", "Matching"]

UNMATCHED = -1
"""The posting of an applicant who holds no seat."""


@dataclass(frozen=True, eq=False)
class Matching:
    """A posting, or :data:`UNMATCHED`, for every applicant.

    It says nothing about capacities or acceptability: those are judged by ``matching.properties``.

    Parameters
    ----------
    posting_of : (n,) int64
        A posting in ``range(n_postings)`` or -1.
    n_postings : int
        Number of postings, m.

    Raises
    ------
    OutcomeError
        Naming the applicant placed at a posting that does not exist.

    Examples
    --------
    >>> matching = Matching(np.array([1, -1, 1]), n_postings=2)
    >>> matching.n_matched, matching.applicants_of(1).tolist(), matching.n_held.tolist()
    (2, [0, 2], [0, 2])
    """

    posting_of: Int64s
    n_postings: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "posting_of", read_only_integers(self.posting_of, np.int64, "posting_of"))
        bad = first_index((self.posting_of < UNMATCHED) | (self.posting_of >= self.n_postings))
        if bad is not None:
            known = f"expected one of {self.n_postings} postings or {UNMATCHED}"
            raise OutcomeError(f"applicant {bad} is placed at {self.posting_of[bad]}, {known}")

    @property
    def n_applicants(self) -> int:
        """Applicants, placed or not."""
        return self.posting_of.size

    @property
    def is_matched(self) -> Bools:
        """(n,) whether each applicant holds a seat."""
        return np.asarray(self.posting_of != UNMATCHED)

    @property
    def n_matched(self) -> int:
        """Applicants who hold a seat."""
        return int(np.count_nonzero(self.is_matched))

    @property
    def n_held(self) -> Int64s:
        """(m,) applicants each posting holds."""
        return np.bincount(self.posting_of[self.is_matched], minlength=self.n_postings).astype(np.int64)

    def applicants_of(self, posting: int) -> Int64s:
        """Return the applicants a posting holds, in ascending order."""
        return np.flatnonzero(self.posting_of == posting)
