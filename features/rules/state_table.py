"""A rule as a lookup: applicant state × posting state → state of the rule.

Both sides are first reduced to the few facts the rule reads (the *key*), and the rule is decided once for each pair of
distinct keys. Pairs that share a municipality are decided anew with the name of the relation and kept beside the table,
so a rule costs as many decisions as there are distinct situations, never as many as there are pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from features.tables.splice import Splice

__all__ = ["ABSENT", "SILENT", "Near", "Relations", "StateTable", "tabulate"]

SILENT = "silent"
"""The state of a rule that has nothing to say about a pair: it does not apply, or it is plainly met."""

ABSENT = "absent"
"""The state of an alternative that a pair does not claim, so that it can make nothing better or worse."""

Relations: TypeAlias = tuple[tuple[str, str], ...]
"""Municipality codes an applicant is related to, each with the name of the relation."""

_A = TypeVar("_A", bound=Hashable)
_P = TypeVar("_P", bound=Hashable)


@dataclass(frozen=True, eq=False)
class Near:
    """Pairs that a relation sets apart, sorted by applicant, then posting.

    Attributes
    ----------
    rows, columns : (k,) int64
        Applicant and posting of each pair; no pair occurs twice.
    states : (k,) int8
    """

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    states: NDArray[np.int8]

    @classmethod
    def none(cls) -> Near:
        """No pair."""
        return cls(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int8))

    def between(self, row: int, stop: int) -> slice:
        """Where the pairs of applicants ``row`` to ``stop`` stand."""
        first, last = np.searchsorted(self.rows, (row, stop))
        return slice(int(first), int(last))

    def state(self, i: int, j: int) -> int | None:
        """The state of one pair, ``None`` where no relation sets it apart."""
        if not self.rows.size:
            return None
        here = self.between(i, i + 1)
        at = here.start + int(np.searchsorted(self.columns[here], j))
        return int(self.states[at]) if at < here.stop and self.columns[at] == j else None

    def spliced(self, splice: Splice, n_earlier: int, new: Near) -> Near:
        """The pairs of a later market, whose new applicants' are those of ``new``."""
        if not self.rows.size and not new.rows.size:
            return self
        earlier, later = splice.later_rows(n_earlier)[self.rows], np.flatnonzero(splice.is_new)[new.rows]
        stays = earlier >= 0
        rows = np.concatenate([earlier[stays], later])
        columns = np.concatenate([self.columns[stays], new.columns])
        order = np.lexsort((columns, rows))
        return Near(rows[order], columns[order], np.concatenate([self.states[stays], new.states])[order])


@dataclass(frozen=True, eq=False)
class StateTable:
    """States of every pair: ``names[table[a[i], b[j]]]``, unless ``near`` holds the pair.

    Attributes
    ----------
    a : (n,) int32
    b : (m,) int32
    table : (A, B) int8
    near : Near
    names : tuple of str
        Names of the states; the first two are :data:`SILENT` and :data:`ABSENT`.
    row_of : mapping of an applicant's key to its row of ``table``
        Keys that no applicant has may be among them.
    """

    a: NDArray[np.int32]
    b: NDArray[np.int32]
    table: NDArray[np.int8]
    near: Near
    names: tuple[str, ...]
    row_of: Mapping[Hashable, int] = field(default_factory=dict[Hashable, int], repr=False)

    def state(self, i: int, j: int) -> int:
        """Index into ``names`` of the rule's state for one pair."""
        near = self.near.state(i, j)
        return int(self.table[self.a[i], self.b[j]]) if near is None else near

    def spliced(self, splice: Splice, new: StateTable) -> StateTable:
        """The table of a later market with the same postings, whose new applicants' is ``new``: nothing is decided."""
        added = [key for key in new.row_of if key not in self.row_of]
        row_of = self.row_of
        if added:
            row_of = {**row_of, **{key: len(row_of) + place for place, key in enumerate(added)}}
        rows = np.array([row_of[key] for key in new.row_of], dtype=np.int32)
        return StateTable(
            a=splice.of_array(self.a, rows[new.a]),
            b=self.b,
            table=np.vstack([self.table, new.table[[new.row_of[key] for key in added]]]) if added else self.table,
            near=self.near.spliced(splice, self.a.size, new.near),
            names=self.names,
            row_of=row_of,
        )


def tabulate(
    applicants: Sequence[_A],
    postings: Sequence[_P],
    decide: Callable[[_A, _P, str | None], str],
    *,
    states: Sequence[str],
    relations: Sequence[Relations] | None = None,
    codes: Sequence[str] = (),
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
        O(distinct keys² + n + m + related pairs).
    """
    names = (SILENT, ABSENT, *states)
    code_of = {name: code for code, name in enumerate(names)}
    a, left = _encode(applicants)
    b, right = _encode(postings)
    table = np.array([[code_of[decide(x, y, None)] for y in right] for x in left], dtype=np.int8)
    near: list[tuple[int, int, int]] = []
    memo: dict[tuple[int, int, str], int] = {}
    for i, j, relation in _related(relations or (), codes):
        key = int(a[i]), int(b[j]), relation
        if key not in memo:
            memo[key] = code_of[decide(left[key[0]], right[key[1]], relation)]
        near.append((i, j, memo[key]))
    pairs = np.array(near, dtype=np.int64).reshape(-1, 3)
    return StateTable(
        a=a,
        b=b,
        table=table.reshape(len(left), len(right)),
        near=Near(pairs[:, 0].copy(), pairs[:, 1].copy(), pairs[:, 2].astype(np.int8)),
        names=names,
        row_of={key: row for row, key in enumerate(left)},
    )


def _related(relations: Sequence[Relations], codes: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    columns_at: dict[str, list[int]] = {}
    for column, code in enumerate(codes):
        columns_at.setdefault(code, []).append(column)
    for row, related in enumerate(relations):
        if not any(code in columns_at for code, _ in related):
            continue
        # written backwards, so that of two relations to one place the first stays
        here = {column: relation for code, relation in reversed(related) for column in columns_at.get(code, ())}
        for column in sorted(here):
            yield row, column, here[column]


def _encode(keys: Sequence[_A]) -> tuple[NDArray[np.int32], list[_A]]:
    seen: dict[_A, int] = {}
    codes = np.array([seen.setdefault(key, len(seen)) for key in keys], dtype=np.int32)
    return codes, list(seen)
