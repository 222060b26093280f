"""The two forms a term may take: an inner product or a table.

There is no third form, so a block of scores for any market is one matrix product plus gathers, re-weighting never
recomputes a term, and the contributions of a pair add up to its score. An unknown fact widens an interval instead of
inventing a value: the contribution is the term's ``neutral`` value, its bounds are the least and the most the term
could give.
"""

from __future__ import annotations

import copy
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Literal, TypeAlias, cast
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from features.errors import FeatureError
from features.reading.on_demand import RowsOnDemand
from features.tables.splice import Splice

__all__ = ["Bound", "Factor", "Floats", "InnerTerm", "LookupTerm", "lookup_term"]

_GRID = np.float32(2.0**22)
_MOST_ADDED: Final = 256  # rows beside the shared ones; more are laid out anew together

Floats: TypeAlias = NDArray[np.float32]
Bound: TypeAlias = Literal["low", "value", "high"]


@dataclass(frozen=True, eq=False)
class InnerTerm:
    """A contribution ``left[i] · right[j]`` in [0, 1], known where both sides are known.

    Attributes
    ----------
    of_applicants : (n, d) float32, or rows that are read on demand
        Applicants' vectors; rows of unknown applicants are ignored. Where ``at`` is given, rows that are shared with an
        earlier market: read them by :meth:`left_of`.
    of_postings : (m, d) float32, or rows that are read on demand
        Postings' vectors. Both sides are kept as multiples of 2⁻²²: a product of two adds up exactly in a double, in
        whatever order, so a pair has one value wherever its row stands.
    known_left, known_right : (n,) and (m,) bool
        A pair is known where both are true; elsewhere the contribution is ``neutral``, bounds 0 and 1.
    neutral : float
        The value that stands for an unknown pair.
    stood_in : (m,) bool, optional
        Unknown postings whose row of ``of_postings`` stands in for what is not known: with a known applicant the
        product is the value, while the bounds stay 0 and 1.
    at : (n,) int64, optional
        Each applicant's row of ``of_applicants`` with ``added`` below it.
    added : (k, d) float32, optional
        Rows of applicants who changed since ``of_applicants`` was laid out.
    """

    of_applicants: Floats | RowsOnDemand
    of_postings: Floats | RowsOnDemand
    known_left: NDArray[np.bool_]
    known_right: NDArray[np.bool_]
    neutral: float = 0.5
    stood_in: NDArray[np.bool_] | None = None
    at: NDArray[np.int64] | None = None
    added: Floats | None = None

    def __post_init__(self) -> None:
        n, m = self.of_applicants.shape, self.of_postings.shape
        if len(n) != 2 or len(m) != 2 or n[1] != m[1]:
            raise FeatureError(f"inner term has sides of shape {n} and {m}, expected (n, d) and (m, d)")
        if self.at is not None or self.added is not None:
            raise FeatureError("inner term is made with rows that another shares, expected them from InnerTerm.spliced")
        if self.known_left.shape != (n[0],) or self.known_right.shape != (m[0],):
            raise FeatureError(f"inner term has known masks for {self.known_left.shape} and {self.known_right.shape}")
        if self.stood_in is not None and self.stood_in.shape != self.known_right.shape:
            raise FeatureError(f"inner term has a mask stood_in for {self.stood_in.shape}, expected {(m[0],)}")
        if not isinstance(self.of_applicants, RowsOnDemand):
            object.__setattr__(self, "of_applicants", _on_grid(self.of_applicants))
        if not isinstance(self.of_postings, RowsOnDemand):
            object.__setattr__(self, "of_postings", _on_grid_once(self.of_postings))

    @property
    def left(self) -> Floats:
        """Every row of ``of_applicants``."""
        rows = self.of_applicants
        return _on_grid(rows.whole()) if isinstance(rows, RowsOnDemand) else rows

    @property
    def right(self) -> Floats:
        """Every row of ``of_postings``."""
        rows = self.of_postings
        return _on_grid_once(rows.whole()) if isinstance(rows, RowsOnDemand) else rows

    def read(self) -> InnerTerm:
        """The same term with every vector read."""
        return self._with(of_applicants=self.left, of_postings=self.right)

    def left_of(self, rows: NDArray[np.int64] | slice, used: NDArray[np.int64] | None = None) -> Floats:
        """Vectors of applicants ``rows``, ``(r, d)``, or the columns ``used`` of them."""
        if self.at is None or self.added is None:
            return _taken(self.of_applicants, rows, used)
        at, n_shared = self.at[rows], len(self.of_applicants)
        vectors = _taken(self.of_applicants, np.minimum(at, n_shared - 1), used)
        is_added = at >= n_shared
        if is_added.any():
            vectors = vectors if vectors.flags.owndata else vectors.copy()
            vectors[is_added] = _taken(self.added, at[is_added] - n_shared, used)
        return vectors

    def right_of(self, columns: NDArray[np.int64], used: NDArray[np.int64] | None = None) -> Floats:
        """Vectors of postings ``columns``, ``(c, d)``, or the columns ``used`` of them."""
        return _taken(self.of_postings, columns, used)

    def spliced(self, splice: Splice, new: InnerTerm) -> InnerTerm:
        """The term of a later market, whose new applicants' rows, and all that is of postings, are those of ``new``."""
        at = np.arange(len(self.of_applicants), dtype=np.int64) if self.at is None else self.at
        added = new.left if self.added is None else np.vstack([self.added, new.left])
        n_before = len(self.of_applicants) + len(added) - len(new.of_applicants)
        later = self._with(
            of_postings=new.right,
            known_left=splice.of_array(self.known_left, new.known_left),
            known_right=new.known_right,
            stood_in=new.stood_in,
            at=splice.of_array(at, n_before + np.arange(len(new.of_applicants), dtype=np.int64)),
            added=added,
        )
        return later.laid_out() if len(added) > _MOST_ADDED or not len(self.of_applicants) else later

    def laid_out(self) -> InnerTerm:
        """The same term sharing no row with an earlier market; what was said by who is gone is nowhere in it."""
        return self if self.at is None else self._with(of_applicants=self.left_of(slice(None)), at=None, added=None)

    def with_right(self, right: Floats, stood_in: NDArray[np.bool_] | None) -> InnerTerm:
        """The term with other vectors of postings."""
        return self._with(of_postings=_on_grid(right), stood_in=stood_in)

    def with_postings_of(self, other: InnerTerm) -> InnerTerm:
        """The term with the vectors of postings of another one, and what stands in there for what is not known."""
        if other.of_postings is self.of_postings:
            return self
        return self._with(of_postings=other.of_postings, stood_in=other.stood_in)

    def _with(self, **changed: object) -> InnerTerm:
        # the vectors of ten thousand people lie on the grid already: making the term anew would copy them to find out
        later = copy.copy(self)
        for name, value in changed.items():
            object.__setattr__(later, name, value)
        return later

    @property
    def valued_right(self) -> NDArray[np.bool_]:
        """(m,) postings whose vector makes the value: known ones, and unknown ones that are stood in for."""
        return self.known_right if self.stood_in is None else self.known_right | self.stood_in

    def sides(self, bound: Bound) -> tuple[Floats, Floats]:
        """Vectors whose plain inner product is the contribution (or its bound), unknown pairs included."""
        return self.left_side(bound), self.right_side(bound)

    def left_side(self, bound: Bound, rows: slice = slice(None)) -> Floats:
        """The applicants' vectors of :meth:`sides`."""
        filler = {"low": 0.0, "value": self.neutral, "high": 1.0}[bound]
        a = self.known_left[rows][:, None]
        left = np.hstack([np.where(a, self.left_of(rows), 0), np.where(a, 0, filler), np.where(a, filler, 0)])
        return left.astype(np.float32)

    def right_side(self, bound: Bound) -> Floats:
        """The postings' vectors of :meth:`sides`."""
        p = (self.valued_right if bound == "value" else self.known_right)[:, None]
        right = np.hstack([np.where(p, self.right, 0), np.ones_like(p, dtype=np.float32), np.where(p, 0, 1)])
        return right.astype(np.float32)


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
    keys : sequence of hashable, optional
        What each row of the tables stands for, where they hold what the applicants at hand happen to say; one more row
        at the end stands for who said nothing.
    is_sorted : bool
        Whether such rows stand in the order of their keys, or else as the applicants say them first.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    table: Floats
    low: Floats
    high: Floats
    unknown_b: int | None = None
    keys: Sequence[Hashable] | None = field(default=None, repr=False)
    is_sorted: bool = True

    def __post_init__(self) -> None:
        if not self.table.shape == self.low.shape == self.high.shape:
            raise FeatureError(f"lookup term has tables of {self.table.shape}, {self.low.shape}, {self.high.shape}")
        if not (np.all(self.low <= self.table) and np.all(self.table <= self.high)):
            raise FeatureError("lookup term has a table entry outside its bounds, expected low <= table <= high")
        for side, codes, size in (("a", self.a, self.table.shape[0]), ("b", self.b, self.table.shape[1])):
            if codes.size and not (int(codes.min()) >= 0 and int(codes.max()) < size):
                raise FeatureError(f"lookup term has a code of side {side} outside 0..{size - 1}")

    def spliced(self, splice: Splice, new: LookupTerm) -> LookupTerm:
        """The term of a later market with the same postings, whose new applicants' codes are those of ``new``."""
        if self.keys is None or new.keys is None:
            return replace(self, a=splice.of_array(self.a, new.a))
        return _with_keys_of(self, splice, new)

    @cached_property
    def row_of(self) -> Mapping[Hashable, int]:
        """Row of each key."""
        return {key: row for row, key in enumerate(self.keys or ())}

    def table_of(self, bound: Bound) -> Floats:
        """The table for the contribution or one of its bounds."""
        return {"low": self.low, "value": self.table, "high": self.high}[bound]


def _taken(vectors: Floats | RowsOnDemand, rows: NDArray[np.int64] | slice, used: NDArray[np.int64] | None) -> Floats:
    if isinstance(vectors, RowsOnDemand):
        asked = _on_grid(vectors.of(rows))
        return asked if used is None else asked[:, used]
    if used is None:
        return vectors[rows]
    return vectors[rows][:, used] if isinstance(rows, slice) else vectors[np.ix_(rows, used)]


def _on_grid_once(vectors: Floats) -> Floats:
    """:func:`_on_grid` of vectors that many terms are made with; those that cannot change are rounded once."""
    if vectors.flags.writeable:
        return _on_grid(vectors)
    kept = _rounded.get(id(vectors))
    if kept is None or kept[0]() is not vectors:
        for number in [number for number, (of, _) in list(_rounded.items()) if of() is None]:
            _rounded.pop(number, None)
        kept = _rounded[id(vectors)] = ref(vectors), _on_grid(vectors)
    return kept[1]


_rounded: Final[dict[int, tuple[ref[Floats], Floats]]] = {}


def _on_grid(vectors: Floats) -> Floats:
    rounded: Floats = np.asarray(np.rint(vectors * _GRID) / _GRID, dtype=np.float32)
    return rounded


Factor: TypeAlias = InnerTerm | LookupTerm


def _in_order(codes: NDArray[np.int64], keys: Sequence[Hashable]) -> NDArray[np.int64]:
    """Codes in the order of their keys."""
    every: list[int] = codes.tolist()
    return np.array(sorted(every, key=lambda code: cast("Any", keys[code])), dtype=np.int64)


def _with_keys_of(term: LookupTerm, splice: Splice, new: LookupTerm) -> LookupTerm:
    """Tables over the keys that are said in the later market, in the order a table made anew would have."""
    keys, others = list(term.keys or ()), list(new.keys or ())
    added = [key for key in others if key not in term.row_of]
    place = {key: len(keys) + number for number, key in enumerate(added)}
    n_keys, n_rows = len(keys) + len(added), term.table.shape[0] - len(keys)
    codes = np.array([term.row_of.get(key, place.get(key, -1)) for key in others] + [n_keys] * n_rows, dtype=np.int64)
    a = splice.of_array(np.where(term.a < len(keys), term.a, n_keys), codes[new.a])
    used, first = np.unique(a, return_index=True)
    every, is_said = [*keys, *added], used < n_keys
    said = used[is_said]
    order = _in_order(said, every) if term.is_sorted else said[np.argsort(first[is_said])]
    if order.size == len(keys) and np.array_equal(order, np.arange(len(keys))):
        return replace(term, a=a)
    rows = np.concatenate([order, np.full(n_rows, n_keys)])
    code_of = np.full(n_keys + 1, len(order), dtype=np.int64)
    code_of[order] = np.arange(order.size)
    from_new = [new.row_of[key] for key in added]

    def table(of: Bound) -> Floats:
        known, unknown = term.table_of(of)[: len(keys)], term.table_of(of)[len(keys) :]
        laid_out: Floats = np.vstack([known, new.table_of(of)[from_new], unknown])[rows]
        return laid_out

    return replace(
        term,
        a=code_of[a],
        table=table("value"),
        low=table("low"),
        high=table("high"),
        keys=[every[code] for code in order.tolist()],
    )


def lookup_term(
    a: NDArray[np.integer],
    b: NDArray[np.integer],
    table: NDArray[np.floating],
    *,
    low: NDArray[np.floating] | None = None,
    high: NDArray[np.floating] | None = None,
    unknown_b: int | None = None,
    keys: Sequence[Hashable] | None = None,
    is_sorted: bool = True,
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
        keys=keys,
        is_sorted=is_sorted,
    )
