"""Up to four candidates side by side: the same rows for each, and which rows differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.pages.selection.candidate_cards import Card
from api.pages.selection.record_words import Fact

__all__ = ["Row", "TermRow", "fact_rows", "term_rows"]


@dataclass(frozen=True)
class TermRow:
    """What one term gives each of them.

    Attributes
    ----------
    title : str
    parts : sequence of float
        Of the score; the scale of the bars is ``most``.
    most : float
        The weight of the term: what it can give at most.
    highest : frozenset of int
        Whom it gives most, where not everybody has the same.
    """

    title: str
    parts: Sequence[float]
    most: float
    highest: frozenset[int]


@dataclass(frozen=True)
class Row:
    """One fact of each of them, and whether they differ."""

    label: str
    cells: Sequence[Sequence[str]]
    differs: bool


def term_rows(cards: Sequence[Card], titles: Mapping[str, str], weights: Mapping[str, float]) -> list[TermRow]:
    """One row a term, those that can give most first."""
    lines = [card.line for card in cards if card.line is not None]
    names = sorted(titles, key=lambda name: -weights.get(name, 0.0))
    return [_term_row(titles[name], [line.contributions[name] for line in lines], weights[name]) for name in names]


def fact_rows(people: Sequence[Sequence[Fact]]) -> list[Row]:
    """One row a fact; rows that nobody fills are left out."""
    rows = [
        Row(label, cells, differs=len({tuple(sorted(cell)) for cell in cells}) > 1)
        for label, cells in ((facts[0].label, [fact.words for fact in facts]) for facts in zip(*people, strict=True))
    ]
    return [row for row in rows if any(row.cells)]


def _term_row(title: str, parts: Sequence[float], weight: float) -> TermRow:
    most = max(parts, default=0.0)
    highest = frozenset(k for k, part in enumerate(parts) if part == most and most > min(parts))
    return TermRow(title, parts, weight, highest)
