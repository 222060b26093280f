"""Facts of the postings' municipalities, a prefecture as a body having none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeAlias

from features.municipalities import facts_of
from features.tables import PostingTable, kept_with_calls

__all__ = ["facts_of_postings", "number_at"]

Fact = float | int | str | None
Facts: TypeAlias = "list[tuple[Fact, ...]]"


def facts_of_postings(postings: PostingTable, columns: Sequence[str]) -> Facts:
    """Columns of the reference table, one tuple a posting; looked up once for all who are scored against the calls."""
    return _reader(tuple(columns))(postings)


@cache
def _reader(columns: tuple[str, ...]) -> Callable[[PostingTable], Facts]:
    @kept_with_calls
    def read(postings: PostingTable) -> Facts:
        rows: Facts = facts_of(postings.frame["municipality_code"].to_list(), columns).rows()
        return rows

    return read


def number_at(fact: Fact) -> float | None:
    """A fact that is a number, ``None`` where it is unknown.

    Raises
    ------
    TypeError
        If the column holds text.
    """
    if isinstance(fact, str):
        raise TypeError("the fact is a text, expected a number or none")
    return None if fact is None else float(fact)
