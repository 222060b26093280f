"""One term as a list sees it: the side the list belongs to, and the side of its lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.next_question.settings import Asked
from features.scoring import Side
from features.terms.factor import Factor, Floats, InnerTerm, LookupTerm

__all__ = ["Place", "Seen", "seen_from"]

_Vectors: TypeAlias = Callable[[NDArray[np.int64], NDArray[np.int64] | None], Floats]

_ROWS = 512  # lines that are multiplied at a time: a copy in float64 of so many stays small


@dataclass(frozen=True, eq=False)
class Place:
    """One side of a term.

    Attributes
    ----------
    known : (N,) bool
        Whose fact is known.
    valued : (N,) bool
        Whose vector makes a value: those known, and those that an average stands in for.
    heard : (N,) bool
        Whose answers count for what others may answer: those known, calls of the programmes at hand only.
    codes : (N,) int64 or None
        Their rows of the table; ``None`` where the term is an inner product.
    vectors : callable or None
        ``vectors(rows, used)``: the vectors of some of them, ``(r, d)`` float32, or only the columns ``used``; ``None``
        where the term is a table.
    said : (C,) int64
        Rows of the table that say something.
    is_applicants : bool
        Whether people answer.
    is_as_said : bool
        Whether the table holds what somebody said, and not every possible answer.
    """

    known: NDArray[np.bool_]
    valued: NDArray[np.bool_]
    heard: NDArray[np.bool_]
    codes: NDArray[np.int64] | None
    vectors: _Vectors | None
    said: NDArray[np.int64]
    is_applicants: bool
    is_as_said: bool


@dataclass(frozen=True, eq=False)
class Seen:
    """One term between ``own`` (whose list it is) and ``line`` (what is on the list).

    Attributes
    ----------
    own, line : Place
    table : (codes of own, codes of line) float32 or None
    neutral : float
        Value of an unknown pair of an inner product.
    """

    own: Place
    line: Place
    table: Floats | None
    neutral: float

    @property
    def swapped(self) -> Seen:
        """The term seen from the other side."""
        return Seen(self.line, self.own, None if self.table is None else self.table.T, self.neutral)

    def at_codes(self, codes: NDArray[np.int64], lines: NDArray[np.int64]) -> NDArray[np.float64]:
        """Values of a table at codes of ``own``, ``(R, K)``."""
        if self.table is None or self.line.codes is None:
            return np.full((codes.size, lines.size), self.neutral)
        return self.table[np.ix_(codes, self.line.codes[lines])].astype(np.float64)

    def at_members(self, members: NDArray[np.int64], lines: NDArray[np.int64]) -> NDArray[np.float64]:
        """Values as they would be with the facts of these members of ``own``, ``(R, K)``."""
        if self.own.codes is not None:
            return self.at_codes(self.own.codes[members], lines)
        value = np.full((members.size, lines.size), self.neutral)
        rows, columns = self.own.valued[members], self.line.valued[lines]
        value[np.ix_(rows, columns)] = self._dots(members[rows], lines[columns])
        return value

    def _dots(self, members: NDArray[np.int64], lines: NDArray[np.int64]) -> NDArray[np.float64]:
        """Inner products; exact in float64, so the same bits as the score's own."""
        if self.own.vectors is None or self.line.vectors is None:
            return np.full((members.size, lines.size), self.neutral)
        few = self.own.vectors(members, None)
        used = np.flatnonzero(few.any(axis=0))
        left = few[:, used].astype(np.float64)
        dots = np.empty((members.size, lines.size))
        for start in range(0, lines.size, _ROWS):
            part = self.line.vectors(lines[start : start + _ROWS], used)
            dots[:, start : start + _ROWS] = left @ part.astype(np.float64).T
        clipped: NDArray[np.float64] = np.clip(dots, 0.0, 1.0)
        return clipped


def seen_from(side: Side, factor: Factor, asked: Asked, *, alike: NDArray[np.bool_]) -> Seen:
    """A term as the list of one side sees it.

    Parameters
    ----------
    side : "applicant" or "coordinator"
        Whose score it is: an applicant's list has postings on its lines, a coordinator's has applicants.
    factor : Factor
    asked : Asked
        Which codes say nothing.
    alike : (m,) bool
        Postings whose answers may be those of the postings at hand.
    """
    if isinstance(factor, InnerTerm):
        left, right = factor.known_left, factor.known_right
        people = Place(left, left, left, None, factor.left_of, _NONE, is_applicants=True, is_as_said=True)
        calls = Place(
            right,
            factor.valued_right,
            right & alike,
            *(None, factor.right_of, _NONE),
            is_applicants=False,
            is_as_said=True,
        )
        seen = Seen(people, calls, None, factor.neutral)
    else:
        everybody = np.ones(factor.a.size, dtype=np.bool_)
        people = _coded(factor.a, _said_by_people(factor, asked), everybody, is_applicants=True, asked=asked)
        calls = _coded(factor.b, _said_by_calls(factor, asked), alike, is_applicants=False, asked=asked)
        seen = Seen(people, calls, factor.table, 0.0)
    return seen if side == "applicant" else seen.swapped


_Mask: TypeAlias = NDArray[np.bool_]
_NONE: Final[NDArray[np.int64]] = np.zeros(0, dtype=np.int64)


def _coded(codes: NDArray[np.int64], said: _Mask, alike: _Mask, *, is_applicants: bool, asked: Asked) -> Place:
    known = said[codes]
    return Place(
        known,
        known,
        known & alike,
        *(codes, None, np.flatnonzero(said)),
        is_applicants=is_applicants,
        is_as_said=asked.as_said,
    )


def _said_by_people(factor: LookupTerm, asked: Asked) -> _Mask:
    """Which rows of a table say something."""
    if asked.applicant == "open":
        return _without_width(factor, 0)
    said = np.ones(factor.table.shape[0], dtype=np.bool_)
    said[-1] = asked.applicant != "last"
    return said


def _said_by_calls(factor: LookupTerm, asked: Asked) -> _Mask:
    """Which columns say something; columns after the unknown one are averages that stand in for it."""
    if asked.posting == "open":
        return _without_width(factor, 1)
    said = np.ones(factor.table.shape[1], dtype=np.bool_)
    if factor.unknown_b is not None:
        said[factor.unknown_b :] = False
    if asked.posting_unset is not None:
        said[asked.posting_unset] = False
    return said


def _without_width(factor: LookupTerm, axis: int) -> _Mask:
    return np.asarray(np.all(factor.high <= factor.low, axis=1 - axis), dtype=np.bool_)
