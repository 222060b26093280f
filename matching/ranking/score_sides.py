"""What a score reads of each side: vectors, small tables looked up by two codes, and rules that leave pairs out.

The score of a pair ``i, j`` is ``left[i] · right[j] + Σ_t w[i, t] · v[j, t] · table_t[a[i, t], b[j, t]]``
with ``left``, ``right``, ``w`` and ``v · table`` rounded to multiples of 2⁻²⁶ and nothing rounded after that
(:mod:`matching.ranking.exact_units`). A weight that scales a whole vector belongs into the vector. A pair is left out
where one of the rules says so, unless an exception of the block decides it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int32s, Int64s, Reals, first_index
from matching.errors import MarketError
from matching.ranking.exact_units import LARGEST_FACTOR, factors_in_units, norms_of_factors

__all__ = ["ApplicantBlock", "ApplicantSide", "PairExceptions", "PostingSide", "Postings", "RuleTable", "ScoreTable"]


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """A part of the score that is looked up: ``values[a, b]`` for the codes of applicant and posting.

    Attributes
    ----------
    values : (K_a, K_b) float
    codes : (m,) integer
        Column of ``values`` for each posting.
    weights : (m,) float, optional
        What each posting's values are multiplied by.

    Raises
    ------
    MarketError
        Naming the code, value or weight that cannot be.
    """

    values: Reals
    codes: npt.NDArray[np.integer]
    weights: Reals | None = None

    def __post_init__(self) -> None:
        _verify_codes(self.codes, self.values, "score table")
        if self.weights is not None and self.weights.shape != self.codes.shape:
            raise MarketError(f"weights of a score table have shape {self.weights.shape}, expected {self.codes.shape}")
        largest = np.abs(self.values).max(initial=0.0) * np.abs(self.column_weights).max(initial=0.0)
        if not largest <= LARGEST_FACTOR:
            raise MarketError(f"weighted values of a score table reach {largest}, expected at most {LARGEST_FACTOR:g}")

    @property
    def column_weights(self) -> Reals:
        """(m,) what each posting's values are multiplied by."""
        return np.ones(self.codes.size) if self.weights is None else self.weights


@dataclass(frozen=True, eq=False)
class RuleTable:
    """A rule: applicants whose state is ``a`` and postings whose state is ``b`` are no pair where ``excluded[a, b]``.

    Attributes
    ----------
    excluded : (K_a, K_b) bool
    states : (m,) integer
        State of each posting.

    Raises
    ------
    MarketError
        Naming the state that is outside the table.
    """

    excluded: Bools
    states: npt.NDArray[np.integer]

    def __post_init__(self) -> None:
        _verify_codes(self.states, self.excluded, "rule table")


@dataclass(frozen=True, eq=False)
class PostingSide:
    """What one score reads of all postings.

    Attributes
    ----------
    vectors : (m, d) float
    tables : tuple of ScoreTable
    rules : tuple of RuleTable

    Raises
    ------
    MarketError
        When a part is not as long as the postings are many.
    """

    vectors: npt.NDArray[np.floating]
    tables: tuple[ScoreTable, ...] = ()
    rules: tuple[RuleTable, ...] = ()

    def __post_init__(self) -> None:
        if self.vectors.ndim != 2:
            raise MarketError(f"vectors of postings have shape {self.vectors.shape}, expected (m, d)")
        sizes = [table.codes.size for table in self.tables] + [rule.states.size for rule in self.rules]
        for size in sizes:
            if size != len(self):
                raise MarketError(f"a table has codes of {size} postings, expected {len(self)}")

    def __len__(self) -> int:
        return int(self.vectors.shape[0])

    @cached_property
    def units(self) -> Int32s:
        """(m, d) the vectors in units of 2⁻²⁶."""
        return factors_in_units(self.vectors, "vectors of postings")

    @cached_property
    def norm(self) -> float:
        """The largest norm of a vector, a little above rather than below."""
        return float(norms_of_factors(self.units).max(initial=0.0))


@dataclass(frozen=True, eq=False)
class PairExceptions:
    """Pairs of a block that are decided one by one, whatever the rules say of them.

    Attributes
    ----------
    rows, postings : (k,) integer
        Row of the block and posting of each pair.
    excluded : (k,) bool
    """

    rows: Int64s
    postings: Int64s
    excluded: Bools

    def __post_init__(self) -> None:
        if not self.rows.shape == self.postings.shape == self.excluded.shape == (self.rows.size,):
            raise MarketError(
                f"exceptions have shapes {self.rows.shape}, {self.postings.shape} and {self.excluded.shape}, "
                "expected three of one length"
            )


@dataclass(frozen=True, eq=False)
class ApplicantSide:
    """What one score reads of the applicants of a block.

    Attributes
    ----------
    vectors : (r, d) float
    codes : (r, T) integer, optional
        Row in each score table.
    weights : (r, T) float, optional
        What each score table's values are multiplied by; 1 by default.
    states : (r, R) integer, optional
        Row in each rule table.
    excluded : (r, m) bool, optional
        Pairs that are left out beside those of the rules.
    exceptions : PairExceptions, optional
    """

    vectors: npt.NDArray[np.floating]
    codes: npt.NDArray[np.integer] | None = None
    weights: npt.NDArray[np.floating] | None = None
    states: npt.NDArray[np.integer] | None = None
    excluded: Bools | None = None
    exceptions: PairExceptions | None = None

    def __len__(self) -> int:
        return int(self.vectors.shape[0])

    @property
    def row_codes(self) -> npt.NDArray[np.integer]:
        """(r, T) codes, none where there is no table."""
        return np.zeros((len(self), 0), np.int64) if self.codes is None else self.codes

    @property
    def row_states(self) -> npt.NDArray[np.integer]:
        """(r, R) states, none where there is no rule."""
        return np.zeros((len(self), 0), np.int64) if self.states is None else self.states

    @property
    def row_weights(self) -> npt.NDArray[np.floating]:
        """(r, T) weights of the tables."""
        return np.ones(self.row_codes.shape) if self.weights is None else self.weights

    def verify_fits(self, postings: PostingSide) -> None:
        """Raise :class:`MarketError` naming the part or the row that does not go with the postings."""
        r, m, d = len(self), len(postings), postings.vectors.shape[1]
        shapes = {
            "vectors": (self.vectors.shape, (r, d)),
            "codes": (self.row_codes.shape, (r, len(postings.tables))),
            "weights": (self.row_weights.shape, (r, len(postings.tables))),
            "states": (self.row_states.shape, (r, len(postings.rules))),
            "excluded": (None if self.excluded is None else self.excluded.shape, (r, m)),
        }
        for name, (shape, expected) in shapes.items():
            if shape is not None and shape != expected:
                raise MarketError(f"{name} of a block of applicants have shape {shape}, expected {expected}")
        _verify_rows(self.row_codes, [table.values.shape[0] for table in postings.tables], "codes")
        _verify_rows(self.row_states, [rule.excluded.shape[0] for rule in postings.rules], "states")
        if self.exceptions is not None:
            _verify_rows(np.stack([self.exceptions.rows, self.exceptions.postings], axis=1), [r, m], "exceptions")


@dataclass(frozen=True, eq=False)
class Postings:
    """All postings, as the two scores read them.

    Attributes
    ----------
    by_applicant : PostingSide
        For the score that orders an applicant's postings.
    by_posting : PostingSide, optional
        For the score that orders a posting's applicants; the same one by default, computed once.
    """

    by_applicant: PostingSide
    by_posting: PostingSide | None = None

    def __post_init__(self) -> None:
        if self.by_posting is not None and len(self.by_posting) != len(self):
            raise MarketError(f"the scores read {len(self)} and {len(self.by_posting)} postings, expected as many")

    def __len__(self) -> int:
        return len(self.by_applicant)


@dataclass(frozen=True, eq=False)
class ApplicantBlock:
    """Consecutive applicants, as the two scores read them.

    Attributes
    ----------
    first : int
        Index of the first applicant of the block among all.
    by_applicant : ApplicantSide
    by_posting : ApplicantSide, optional
        Given where the postings have two sides.
    """

    first: int
    by_applicant: ApplicantSide
    by_posting: ApplicantSide | None = None

    def __len__(self) -> int:
        return len(self.by_applicant)

    def verify_fits(self, postings: Postings) -> None:
        """Raise :class:`MarketError` naming what does not go with the postings."""
        last = int(np.iinfo(np.int32).max)
        if not 0 <= self.first <= last - len(self):
            raise MarketError(
                f"block of {len(self)} applicants starts at {self.first}, expected 0 to {last - len(self)}"
            )
        if (self.by_posting is None) != (postings.by_posting is None):
            raise MarketError("block and postings are given for one score and for two, expected for as many")
        self.by_applicant.verify_fits(postings.by_applicant)
        if self.by_posting is not None and postings.by_posting is not None:
            if len(self.by_posting) != len(self):
                raise MarketError(f"the scores read {len(self)} and {len(self.by_posting)} applicants of a block")
            self.by_posting.verify_fits(postings.by_posting)


def _verify_codes(codes: npt.NDArray[np.integer], table: npt.NDArray[np.generic], name: str) -> None:
    if table.ndim != 2 or codes.ndim != 1 or codes.dtype.kind not in "iu":
        raise MarketError(f"{name} has shape {table.shape} and codes of {codes.shape}, expected (K_a, K_b) and (m,)")
    _verify_rows(codes[:, None], [table.shape[1]], f"codes of a {name}")


def _verify_rows(codes: npt.NDArray[np.integer], sizes: Sequence[int], name: str) -> None:
    """Raise where a column of codes leaves its table."""
    for column, size in enumerate(sizes):
        bad = first_index((codes[:, column] < 0) | (codes[:, column] >= size))
        if bad is not None:
            raise MarketError(f"{name}[{bad}, {column}] is {codes[bad, column]}, expected 0 to {size - 1}")
