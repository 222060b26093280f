"""Placements with what is known of them so far: the only thing a stay model learns from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from features.staying.errors import StayingError
from features.terms import PRIVATE_TERMS, SELECTION_TERMS

__all__ = ["TERM_MONTHS", "Placements", "verify_columns", "verify_terms", "verify_values", "whole_numbers"]

TERM_MONTHS: Final = 36
"""Months after which a term is finished."""

_SELECTION: Final = frozenset(term.name for term in SELECTION_TERMS)
_PRIVATE: Final = frozenset(term.name for term in PRIVATE_TERMS)


@dataclass(frozen=True, eq=False)
class Placements:
    """n placements, each with its terms and how long it was seen.

    Parameters
    ----------
    terms : tuple of str
        Names of the columns, K of them; each a term that reads the selection profile only.
    features : (n, K) float64
        Values of the terms, 0 to 1.
    left_in : (n,) int64
        Month in which the person left, from 1; 0 = not by ``seen_months``.
    seen_months : (n,) int64
        Months until the last look, at least 1. What happened later counts for nothing (right-censoring).
    municipality, year : (n,) int64
        Groups of folds and of standard errors.
    settled : (n,) int64, optional
        After a finished term: 1 settled there, 2 nearby, 0 gone; -1 not known. Known of nobody when omitted.

    Raises
    ------
    StayingError
        Naming the column that is no term, or the placement that does not fit.

    Examples
    --------
    >>> past = Placements(("place_link",), np.array([[1.0], [0.0]]), np.array([0, 5]), np.array([12, 12]),
    ...                   np.array([0, 0]), np.array([2024, 2024]))
    >>> past.n, past.stayed(12).tolist()
    (2, [True, False])
    >>> Placements(("age",), np.array([[0.3]]), np.array([0]), np.array([12]), np.array([0]), np.array([0]))
    Traceback (most recent call last):
    features.staying.errors.StayingError: age is no term; a stay model reads terms of the selection profile only
    """

    terms: tuple[str, ...]
    features: npt.NDArray[np.float64]
    left_in: npt.NDArray[np.int64]
    seen_months: npt.NDArray[np.int64]
    municipality: npt.NDArray[np.int64]
    year: npt.NDArray[np.int64]
    settled: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    def __post_init__(self) -> None:
        verify_terms(self.terms)
        features = np.array(self.features, dtype=np.float64)
        verify_values(features, self.terms)
        arrays = {name: getattr(self, name) for name in ("left_in", "seen_months", "municipality", "year")}
        arrays["settled"] = self.settled if np.size(self.settled) else np.full(len(features), -1)
        for name, array in arrays.items():
            if np.shape(array) != (len(features),):
                raise StayingError(f"{name} has shape {np.shape(array)}, expected ({len(features)},)")
        arrays = {name: whole_numbers(array, name) for name, array in arrays.items()}
        _verify_months(arrays["left_in"], arrays["seen_months"])
        for name, array in {"features": features, **arrays}.items():
            kept = np.array(array, dtype=np.float64 if name == "features" else np.int64)
            kept.flags.writeable = False
            object.__setattr__(self, name, kept)

    @property
    def n(self) -> int:
        """Number of placements."""
        return len(self.features)

    def take(self, rows: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> Placements:
        """Some of the placements."""
        names = ("features", "left_in", "seen_months", "municipality", "year", "settled")
        return replace(self, **{name: getattr(self, name)[rows] for name in names})

    def with_terms(self, names: Sequence[str]) -> Placements:
        """The same placements with some of the terms."""
        columns = [self.terms.index(name) for name in names]
        return replace(self, terms=tuple(names), features=self.features[:, columns])

    def joined(self, other: Placements) -> Placements:
        """These and others, whose terms must be the same."""
        if other.terms != self.terms:
            raise StayingError(f"terms are {', '.join(other.terms)}, expected {', '.join(self.terms)} to be joined")
        names = ("left_in", "seen_months", "municipality", "year", "settled")
        whole = {name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in names}
        return Placements(self.terms, np.concatenate([self.features, other.features]), **whole)

    def known_at(self, months: npt.NDArray[np.int64] | int) -> Placements:
        """The same placements as they were known ``months`` after each start, where that is before the last look.

        Placements that had not begun (``months`` below 1) are left out.
        """
        seen = np.minimum(self.seen_months, months)
        earlier = replace(
            self, seen_months=np.maximum(seen, 1), left_in=np.where(self.left_in <= seen, self.left_in, 0)
        )
        settled = np.where(seen >= TERM_MONTHS, self.settled, -1)
        return replace(earlier, settled=settled).take(seen >= 1)

    def is_known(self, months: int = 12) -> npt.NDArray[np.bool_]:
        """(n,) whether the last look was at or after ``months``: then stayed and left are both known.

        Who was seen for less is left out even where known to have left: the leavers alone would lower the share.
        """
        known: npt.NDArray[np.bool_] = self.seen_months >= months
        return known

    def stayed(self, months: int = 12) -> npt.NDArray[np.bool_]:
        """(n,) whether the person was there after ``months``; meaningful where :meth:`is_known`."""
        stayed: npt.NDArray[np.bool_] = (self.left_in == 0) | (self.left_in > months)
        return stayed


def verify_terms(names: Sequence[str]) -> None:
    """Refuse every input that is not a term of the selection profile.

    Raises
    ------
    StayingError
        Naming the first that is none: age, sex, family and whatever else is not in the schema; and terms that read
        private wishes, which nobody but the applicant may see.
    """
    for name in names:
        if name in _PRIVATE:
            raise StayingError(f"{name} reads private wishes; a stay model reads terms of the selection profile only")
        if name not in _SELECTION:
            raise StayingError(f"{name} is no term; a stay model reads terms of the selection profile only")
    if not names or len(set(names)) < len(names):
        raise StayingError(f"terms are {', '.join(names) or 'missing'}, expected at least one and each once")


def verify_columns(table: object, terms: Sequence[str]) -> None:
    """Refuse a table whose columns have other names than the terms, in their order; arrays have no names.

    Raises
    ------
    StayingError
        Naming the first column that does not fit.
    """
    columns = getattr(table, "columns", None)
    if columns is None or list(columns) == list(terms):
        return
    names = [str(column) for column in columns]
    verify_terms(names)
    raise StayingError(f"columns are {', '.join(names)}, expected {', '.join(terms)}")


def whole_numbers(values: npt.ArrayLike, name: str) -> npt.NDArray[np.int64]:
    """Values as int64.

    Raises
    ------
    StayingError
        Naming the first that is no whole number, or that they are no numbers at all: a municipality is its code.
    """
    given = np.asarray(values)
    if given.dtype.kind not in "iubf":
        raise StayingError(f"{name} has dtype {given.dtype}, expected whole numbers")
    if given.dtype.kind == "f":
        is_whole = np.isfinite(given) & (given == np.floor(given))
        if not is_whole.all():
            raise StayingError(f"{name} is {given[~is_whole].flat[0]} once, expected whole numbers")
    return given.astype(np.int64)


def verify_values(features: npt.NDArray[np.float64], terms: Sequence[str]) -> None:
    """Refuse values that no term has.

    Raises
    ------
    StayingError
        Naming the row and the term; a term is between 0 and 1, so an age or an income would not pass for one.
    """
    if features.ndim != 2 or features.shape[1] != len(terms):
        raise StayingError(f"features have shape {features.shape}, expected (placements, {len(terms)})")
    outside = np.argwhere(~((features >= 0) & (features <= 1)))
    if outside.size:
        row, column = outside[0]
        raise StayingError(f"{terms[column]} of row {row} is {features[row, column]}, expected 0 to 1")


def _verify_months(left_in: npt.NDArray[np.int64], seen: npt.NDArray[np.int64]) -> None:
    bad = np.flatnonzero((seen < 1) | (left_in < 0) | (left_in > seen))
    if bad.size:
        row = bad[0]
        raise StayingError(
            f"placement {row} left in month {left_in[row]} and was seen for {seen[row]}, expected 0 <= left_in <= "
            "seen_months and seen_months >= 1"
        )
