"""The two forms a term may take: an inner product or a table.

There is no third form, so a block of scores for any market is one matrix product plus gathers, re-weighting never
recomputes a term, and the contributions of a pair add up to its score. An unknown fact widens an interval instead of
inventing a value: the contribution is the term's ``neutral`` value, its bounds are the least and the most the term
could give.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.errors import FeatureError

__all__ = ["Bound", "Factor", "Floats", "InnerTerm", "LookupTerm", "lookup_term"]

_GRID = np.float32(2.0**22)

Floats: TypeAlias = NDArray[np.float32]
Bound: TypeAlias = Literal["low", "value", "high"]


@dataclass(frozen=True, eq=False)
class InnerTerm:
    """A contribution ``left[i] · right[j]`` in [0, 1], known where both sides are known.

    Attributes
    ----------
    left : (n, d) float32
        Applicants' vectors; rows of unknown applicants are ignored.
    right : (m, d) float32
        Postings' vectors. Both sides are kept as multiples of 2⁻²²: a product of two adds up exactly in a double, in
        whatever order, so a pair has one value wherever its row stands.
    known_left, known_right : (n,) and (m,) bool
        A pair is known where both are true; elsewhere the contribution is ``neutral``, bounds 0 and 1.
    neutral : float
        The value that stands for an unknown pair.
    stood_in : (m,) bool, optional
        Unknown postings whose row of ``right`` stands in for what is not known: with a known applicant the product is
        the value, while the bounds stay 0 and 1.
    """

    left: Floats
    right: Floats
    known_left: NDArray[np.bool_]
    known_right: NDArray[np.bool_]
    neutral: float = 0.5
    stood_in: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        n, m = self.left.shape, self.right.shape
        if len(n) != 2 or len(m) != 2 or n[1] != m[1]:
            raise FeatureError(f"inner term has sides of shape {n} and {m}, expected (n, d) and (m, d)")
        if self.known_left.shape != (n[0],) or self.known_right.shape != (m[0],):
            raise FeatureError(f"inner term has known masks for {self.known_left.shape} and {self.known_right.shape}")
        if self.stood_in is not None and self.stood_in.shape != self.known_right.shape:
            raise FeatureError(f"inner term has a mask stood_in for {self.stood_in.shape}, expected {(m[0],)}")
        object.__setattr__(self, "left", _on_grid(self.left))
        object.__setattr__(self, "right", _on_grid(self.right))

    @property
    def valued_right(self) -> NDArray[np.bool_]:
        """(m,) postings whose row of ``right`` makes the value: known ones, and unknown ones that are stood in for."""
        return self.known_right if self.stood_in is None else self.known_right | self.stood_in

    def sides(self, bound: Bound) -> tuple[Floats, Floats]:
        """Vectors whose plain inner product is the contribution (or its bound), unknown pairs included."""
        filler = {"low": 0.0, "value": self.neutral, "high": 1.0}[bound]
        a = self.known_left[:, None]
        p = (self.valued_right if bound == "value" else self.known_right)[:, None]
        ones = np.ones_like(p, dtype=np.float32)
        left = np.hstack([np.where(a, self.left, 0), np.where(a, 0, filler), np.where(a, filler, 0)])
        right = np.hstack([np.where(p, self.right, 0), ones, np.where(p, 0, 1)])
        return left.astype(np.float32), right.astype(np.float32)


@dataclass(frozen=True, eq=False)
class LookupTerm:
    """A contribution ``table[a[i], b[j]]`` in [0, 1] with bounds from two tables of the same shape.

    Attributes
    ----------
    a, b : (n,) and (m,) integer codes
    table, low, high : (K_a, K_b) float32
        ``low <= table <= high``; they differ only where a code stands for something unknown.
    unknown_b : int, optional
        The code of ``b`` that says nobody knows the posting's fact.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    table: Floats
    low: Floats
    high: Floats
    unknown_b: int | None = None

    def __post_init__(self) -> None:
        if not self.table.shape == self.low.shape == self.high.shape:
            raise FeatureError(f"lookup term has tables of {self.table.shape}, {self.low.shape}, {self.high.shape}")
        if not (np.all(self.low <= self.table) and np.all(self.table <= self.high)):
            raise FeatureError("lookup term has a table entry outside its bounds, expected low <= table <= high")
        for side, codes, size in (("a", self.a, self.table.shape[0]), ("b", self.b, self.table.shape[1])):
            if codes.size and not (int(codes.min()) >= 0 and int(codes.max()) < size):
                raise FeatureError(f"lookup term has a code of side {side} outside 0..{size - 1}")

    def table_of(self, bound: Bound) -> Floats:
        """The table for the contribution or one of its bounds."""
        return {"low": self.low, "value": self.table, "high": self.high}[bound]


def _on_grid(vectors: Floats) -> Floats:
    rounded: Floats = np.asarray(np.rint(vectors * _GRID) / _GRID, dtype=np.float32)
    return rounded


Factor: TypeAlias = InnerTerm | LookupTerm


def lookup_term(
    a: NDArray[np.integer],
    b: NDArray[np.integer],
    table: NDArray[np.floating],
    *,
    low: NDArray[np.floating] | None = None,
    high: NDArray[np.floating] | None = None,
    unknown_b: int | None = None,
) -> LookupTerm:
    """A :class:`LookupTerm` in its exact dtypes; without bounds every entry is known.

    Examples
    --------
    >>> import numpy as np
    >>> term = lookup_term(np.array([0, 1]), np.array([0]), np.array([[1.0], [0.25]]))
    >>> term.table_of("low")[term.a[1], term.b[0]].item()
    0.25
    """
    table32 = np.asarray(table, dtype=np.float32)
    return LookupTerm(
        a=np.asarray(a, dtype=np.int64),
        b=np.asarray(b, dtype=np.int64),
        table=table32,
        low=table32 if low is None else np.asarray(low, dtype=np.float32),
        high=table32 if high is None else np.asarray(high, dtype=np.float32),
        unknown_b=unknown_b,
    )
