"""Facts of the postings' municipalities, a prefecture as a body having none."""

from __future__ import annotations

from collections.abc import Sequence

from features.municipalities import facts_of
from features.tables import PostingTable

__all__ = ["facts_of_postings", "number_at"]

Fact = float | int | str | None


def facts_of_postings(postings: PostingTable, columns: Sequence[str]) -> list[tuple[Fact, ...]]:
    """Columns of the reference table, one tuple a posting."""
    rows: list[tuple[Fact, ...]] = facts_of(postings.frame["municipality_code"].to_list(), columns).rows()
    return rows


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
