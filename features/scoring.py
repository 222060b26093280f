"""Two-sided scores: terms × weights, with exact contributions and intervals for what nobody knows.

A side's score of applicant ``i`` and posting ``j`` is ``Σ_t w_t · c_t(i, j)`` with weights that are at least 0 and sum
to 1. The coordinator's weights belong to the posting (they scale columns), the applicant's to the applicant (they
scale rows); neither ever recomputes a term. A whole block of scores is one matrix product: a table with few codes
on one side is an inner product too (one-hot codes × table rows).

The product is exact. Both sides are rounded to multiples of 2⁻²⁶, so every partial sum is a multiple of 2⁻⁵² below 2
and fits a double: whatever the order of summation, the threads or the processor, the bits are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.errors import WeightError
from features.reading.own_words import in_own_words
from features.tables import ApplicantTable, PostingTable, SelectionColumns
from features.terms import ALL_TERMS
from features.terms.average_unknowns import with_average_unknowns
from features.terms.factor import Bound, Factor, Floats, InnerTerm, LookupTerm
from features.terms.term import PrivateTerm, SelectionTerm, Term

__all__ = [
    "Contributions",
    "Scores",
    "Side",
    "applicant_scores",
    "coordinator_factors",
    "coordinator_scores",
    "own_factors",
    "private_factors",
    "read_whole",
]

Side: TypeAlias = Literal["coordinator", "applicant"]
Weights2D: TypeAlias = NDArray[np.float64]

_GRID = 2.0**26
_ROWS = 256  # products of so many rows stay in the processor's cache
_SPARSE = 4  # picking single columns pays where at most one in so many is used
_ONE_HOT_LIMIT = 64  # a table with at most this many codes on one side joins the matrix product


@dataclass(frozen=True, eq=False)
class Contributions:
    """Weighted contributions of one row or column of pairs, ``(k, T)`` float64 each, in the order of the terms."""

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scores:
    """One side's scores of every pair, computed on demand.

    Attributes
    ----------
    side : "coordinator" or "applicant"
        Whose score this is.
    names : tuple of str
        Terms, in the order of every contribution.
    factors : tuple of Factor
        One a term.
    weights : (m, T) float64 for a coordinator's score, (n, T) for an applicant's
        Rows are at least 0 and sum to 1.
    """

    side: Side
    names: tuple[str, ...]
    factors: tuple[Factor, ...]
    weights: Weights2D

    def __post_init__(self) -> None:
        if self.weights.ndim != 2 or self.weights.shape[1] != len(self.names):
            raise WeightError(f"weights have shape {self.weights.shape}, expected (rows, {len(self.names)})")
        bad = np.flatnonzero(~np.isfinite(self.weights).all(axis=1) | (self.weights < 0).any(axis=1))
        if bad.size:
            raise WeightError(f"weights of row {bad[0]} are not all finite and >= 0")
        off = np.flatnonzero(np.abs(self.weights.sum(axis=1) - 1) > 1e-9)
        if off.size:
            raise WeightError(f"weights of row {off[0]} sum to {self.weights[off[0]].sum():.9f}, expected 1")

    def block(self, rows: slice, columns: slice, *, bound: Bound = "value") -> NDArray[np.float64]:
        """Scores of applicants ``rows`` and postings ``columns``, ``(r, c)``, at the speed of a matrix product.

        The same bits whatever the blocks, threads or processor; agrees with :meth:`column` and :meth:`row` to 1e-6.
        """
        out = self._left_side(bound, rows) @ self._right_side(bound)[columns].T
        for t, factor in enumerate(self.factors):
            if isinstance(factor, LookupTerm) and not _fits_product(factor):
                part = factor.table_of(bound)[factor.a[rows][:, None], factor.b[columns][None, :]]
                out += part * self._scale(t, rows, columns)
        block: NDArray[np.float64] = out
        return block

    def column(self, posting: int, rows: NDArray[np.int64] | None = None) -> Contributions:
        """Weighted contributions of ``rows`` (default all applicants) to one posting, ``(k, T)``."""
        rows = np.arange(self._n_applicants, dtype=np.int64) if rows is None else rows
        parts = [_pairs(factor, rows, np.full(1, posting, dtype=np.int64)) for factor in self.factors]
        weights = self.weights[[posting]] if self.side == "coordinator" else self.weights[rows]
        return _weighted(parts, weights)

    def row(self, applicant: int, columns: NDArray[np.int64] | None = None) -> Contributions:
        """Weighted contributions of one applicant to ``columns`` (default all postings), ``(k, T)``."""
        columns = np.arange(self._n_postings, dtype=np.int64) if columns is None else columns
        parts = [_pairs(factor, np.full(1, applicant, dtype=np.int64), columns) for factor in self.factors]
        weights = self.weights[columns] if self.side == "coordinator" else self.weights[[applicant]]
        return _weighted(parts, weights)

    def weights_of(self, applicant: int, posting: int) -> NDArray[np.float64]:
        """The weights ``(T,)`` that apply to one pair."""
        weights: NDArray[np.float64] = self.weights[posting if self.side == "coordinator" else applicant]
        return weights

    @property
    def product_width(self) -> int:
        """Inner dimension of the one matrix product a block of scores takes: its limit is a bare product this wide."""
        return int(self._right_side("value").shape[1])

    @property
    def _n_applicants(self) -> int:
        factor = self.factors[0]
        return len(factor.known_left) if isinstance(factor, InnerTerm) else len(factor.a)

    @property
    def _n_postings(self) -> int:
        factor = self.factors[0]
        return len(factor.known_right) if isinstance(factor, InnerTerm) else len(factor.b)

    def _scale(self, term: int, rows: slice, columns: slice) -> NDArray[np.float64]:
        by_column = self.side == "coordinator"
        scale: NDArray[np.float64] = (
            self.weights[columns, term][None, :] if by_column else self.weights[rows, term][:, None]
        )
        return scale

    @cached_property
    def right_sides(self) -> dict[Bound, NDArray[np.float64]]:
        """(m, w) the postings' side of the product, for each bound that was asked for."""
        return {}

    def _right_side(self, bound: Bound) -> NDArray[np.float64]:
        # the applicants' side is as large as the market, so it is made by blocks and not kept
        if bound not in self.right_sides:
            sides = [np.zeros((self._n_postings, 0))]
            for t, factor in self._in_product():
                side = factor.right_side(bound) if isinstance(factor, InnerTerm) else _one_hot_right(factor, bound)
                sides.append(_on_grid(side * self.weights[:, [t]] if self.side == "coordinator" else side))
            self.right_sides[bound] = np.hstack(sides)
        return self.right_sides[bound]

    def _left_side(self, bound: Bound, rows: slice) -> NDArray[np.float64]:
        sides = [np.zeros((len(range(self._n_applicants)[rows]), 0))]
        for t, factor in self._in_product():
            if isinstance(factor, InnerTerm):
                side = factor.left_side(bound, rows)
            else:
                side = _one_hot_left(factor, bound, rows)
            sides.append(_on_grid(side if self.side == "coordinator" else side * self.weights[rows, t][:, None]))
        return np.hstack(sides)

    def _in_product(self) -> Iterator[tuple[int, Factor]]:
        for t, factor in enumerate(self.factors):
            if isinstance(factor, InnerTerm) or _fits_product(factor):
                yield t, factor


def coordinator_factors(
    terms: Sequence[SelectionTerm], applicants: SelectionColumns, postings: PostingTable
) -> dict[str, Factor]:
    """Factors of a coordinator's score; the signature lets no private column in.

    Raises
    ------
    WeightError
        If a term may not enter a coordinator's score.
    """
    for term in terms:
        if isinstance(term, PrivateTerm) or "coordinator" not in term.audiences:
            raise WeightError(f"term {term.name} is not for coordinators")
    own = in_own_words(applicants, postings)
    return {term.name: term.build(own, postings) for term in terms}


def read_whole(factors: Mapping[str, Factor]) -> dict[str, Factor]:
    """The same factors with every vector read."""
    return {name: factor.read() if isinstance(factor, InnerTerm) else factor for name, factor in factors.items()}


def private_factors(terms: Sequence[Term], applicants: ApplicantTable, postings: PostingTable) -> dict[str, Factor]:
    """Factors of an applicant's own score that no coordinator's reads, as the terms give them."""
    return {term.name: _build(term, applicants, postings) for term in terms}


def own_factors(factors: Mapping[str, Factor], postings: PostingTable) -> dict[str, Factor]:
    """Factors of an applicant's own score, in the order of the terms.

    What nobody knows of a posting counts here what it counts on average over the postings of its programme of which it
    is known (:mod:`features.terms.average_unknowns`), so that no place gains or loses by silence.
    """
    programs = postings.frame["program"].to_list()
    return {
        term.name: with_average_unknowns(factors[term.name], programs)
        for term in ALL_TERMS
        if "applicant" in term.audiences and term.name in factors
    }


def coordinator_scores(factors: Mapping[str, Factor], weights: Mapping[str, float], n_postings: int) -> Scores:
    """The coordinator's score with the same weights at every posting.

    Parameters
    ----------
    factors : mapping of term name to Factor
    weights : mapping of term name to float
        Terms without a weight do not enter; the rest is scaled to sum 1.
    n_postings : int
        Number of postings, m.
    """
    names = tuple(name for name in factors if weights.get(name, 0.0) > 0)
    row = _normalised(names, weights)
    return Scores("coordinator", names, tuple(factors[name] for name in names), np.tile(row, (n_postings, 1)))


def applicant_scores(factors: Mapping[str, Factor], names: Sequence[str], weights: Weights2D) -> Scores:
    """The applicant's own score; ``weights`` is (n, T) in the order of ``names``."""
    return Scores("applicant", tuple(names), tuple(factors[name] for name in names), weights)


def _build(term: Term, applicants: ApplicantTable, postings: PostingTable) -> Factor:
    if isinstance(term, PrivateTerm):
        return term.build(applicants, postings)
    return term.build(in_own_words(applicants.selection, postings), postings)


def _normalised(names: Sequence[str], weights: Mapping[str, float]) -> NDArray[np.float64]:
    row = np.array([weights[name] for name in names], dtype=np.float64)
    if row.sum() <= 0:
        raise WeightError("all weights are 0, expected at least one above 0")
    normalised: NDArray[np.float64] = row / row.sum()
    return normalised


def _on_grid(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Values in [0, 1] as multiples of 2⁻²⁶: products of two add up exactly in a double."""
    scaled = values.astype(np.float64) * _GRID
    on_grid: NDArray[np.float64] = np.rint(scaled, out=scaled) / _GRID
    return on_grid


def _fits_product(factor: LookupTerm) -> bool:
    return bool(min(factor.table.shape) <= _ONE_HOT_LIMIT)


def _one_hot_left(factor: LookupTerm, bound: Bound, rows: slice) -> Floats:
    table = factor.table_of(bound)
    table = np.eye(table.shape[0], dtype=np.float32) if table.shape[0] <= table.shape[1] else table
    return table[factor.a[rows]]


def _one_hot_right(factor: LookupTerm, bound: Bound) -> Floats:
    table = factor.table_of(bound)
    if table.shape[0] <= table.shape[1]:
        return np.ascontiguousarray(table.T)[factor.b]
    return np.eye(table.shape[1], dtype=np.float32)[factor.b]


def _pairs(
    factor: Factor, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Value and bounds of the pairs of ``rows`` × ``columns`` where one of the two has length 1, each (k,) float64."""
    if isinstance(factor, LookupTerm):
        a, b = factor.a[rows], factor.b[columns]
        return tuple(factor.table_of(bound)[a, b].astype(np.float64) for bound in ("value", "low", "high"))  # type: ignore[return-value]
    dot = _dots(factor, rows, columns)
    valued = factor.known_left[rows] & factor.valued_right[columns]
    known = factor.known_left[rows] & factor.known_right[columns]
    return np.where(valued, dot, factor.neutral), np.where(known, dot, 0.0), np.where(known, dot, 1.0)


def _dots(factor: InnerTerm, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.float64]:
    """Inner products in float64: exact, so the same pair gives the same value whatever stands around it."""
    one_posting = columns.size == 1
    single = factor.right_of(columns)[0] if one_posting else factor.left_of(rows[:1])[0]
    others = rows if one_posting else columns
    used = np.flatnonzero(single)
    is_sparse = used.size * _SPARSE < single.size
    weights = (single[used] if is_sparse else single).astype(np.float64)
    dots = np.empty(others.size, dtype=np.float64)
    for start in range(0, others.size, _ROWS):
        part = others[start : start + _ROWS]
        chosen = used if is_sparse else None
        vectors = factor.left_of(part, chosen) if one_posting else factor.right_of(part, chosen)
        dots[start : start + _ROWS] = vectors.astype(np.float64) @ weights
    clipped: NDArray[np.float64] = np.clip(dots, 0.0, 1.0)
    return clipped


def _weighted(
    parts: Sequence[tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]], weights: Weights2D
) -> Contributions:
    value, low, high = (np.stack([part[k] for part in parts], axis=1) * weights for k in range(3))
    return Contributions(value, low, high)
