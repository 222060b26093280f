"""A rule as a lookup: applicant state × posting state → state of the rule.

Both sides are first reduced to the few facts the rule reads (the *key*); the rule is decided once for each pair of
distinct keys, and pairs that share a municipality are decided anew with the name of the relation. So a rule costs as
many decisions as there are distinct situations, never as many as there are people.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["ABSENT", "SILENT", "Relations", "StateTable", "tabulate"]

SILENT = "silent"
"""The state of a rule that has nothing to say about a pair: it does not apply, or it is plainly met."""

ABSENT = "absent"
"""The state of an alternative that a pair does not claim, so that it can make nothing better or worse."""

Relations: TypeAlias = tuple[tuple[str, str], ...]
"""Municipality codes an applicant is related to, each with the name of the relation."""

_A = TypeVar("_A", bound=Hashable)
_P = TypeVar("_P", bound=Hashable)


@dataclass(frozen=True, eq=False)
class StateTable:
    """States of every pair: ``states[table[a[i], b[j]]]``.

    Attributes
    ----------
    a : (n,) int32
    b : (m,) int32
    table : (A, B) int8
    states : tuple of str
        Names of the states; the first two are :data:`SILENT` and :data:`ABSENT`.
    """

    a: NDArray[np.int32]
    b: NDArray[np.int32]
    table: NDArray[np.int8]
    states: tuple[str, ...]

    def state(self, i: int, j: int) -> str:
        """The rule's state for one pair."""
        return self.states[self.table[self.a[i], self.b[j]]]


def tabulate(
    applicants: Sequence[_A],
    postings: Sequence[_P],
    decide: Callable[[_A, _P, str | None], str],
    *,
    states: Sequence[str],
    relations: Sequence[Relations] | None = None,
    codes: Sequence[str] | None = None,
) -> StateTable:
    """Decide a rule for every pair.

    Parameters
    ----------
    applicants, postings : sequence of hashable
        Key of each applicant and posting: all that the rule reads.
    decide : callable
        ``decide(applicant key, posting key, relation)`` gives a state; the relation is ``None`` where the posting's
        municipality is none of the applicant's.
    states : sequence of str
        States the rule can take, without the two that every rule has.
    relations : sequence of Relations, optional
        Municipalities each applicant is related to; where one is named twice the first relation counts.
    codes : sequence of str, optional
        Municipality of each posting; goes with ``relations``.

    Returns
    -------
    StateTable
    """
    names = (SILENT, ABSENT, *states)
    code_of = {name: code for code, name in enumerate(names)}
    a, left = _encode(applicants)
    b, right = _encode(postings)
    table = np.array([[code_of[decide(x, y, None)] for y in right] for x in left], dtype=np.int8)
    table = table.reshape(len(left), len(right))
    if relations is None or codes is None:
        return StateTable(a, b, table, names)
    known = set(codes)
    near = [tuple(pair for pair in related if pair[0] in known) for related in relations]
    a2, left2 = _encode(list(zip(a.tolist(), near, strict=True)))
    b2, right2 = _encode(list(zip(b.tolist(), codes, strict=True)))
    rows = np.array([row for row, _ in left2], dtype=np.int64)
    columns = np.array([column for column, _ in right2], dtype=np.int64)
    wide = table[np.ix_(rows, columns)]
    columns_at: dict[str, list[int]] = {}
    for column, (_, code) in enumerate(right2):
        columns_at.setdefault(code, []).append(column)
    for row, (key, related) in enumerate(left2):
        for code, relation in reversed(related):  # the first relation is written last, so it stays
            for column in columns_at[code]:
                wide[row, column] = code_of[decide(left[key], right[right2[column][0]], relation)]
    return StateTable(a2, b2, wide, names)


def _encode(keys: Sequence[_A]) -> tuple[NDArray[np.int32], list[_A]]:
    seen: dict[_A, int] = {}
    codes = np.array([seen.setdefault(key, len(seen)) for key in keys], dtype=np.int32)
    return codes, list(seen)
