"""Which kind of list a table is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from features.guard.headings import forbidden_heading
from features.intake.catalogue import KINDS, Kind, catalogue
from features.intake.header import Table
from features.intake.headings import SURE, field_named
from features.taxonomy.vocabulary import Program

__all__ = ["KindFound", "kind_of", "program_of"]

_TITLE: Final = 0.6
_LEAST: Final = 0.75
_PROGRAMS: Final[tuple[tuple[re.Pattern[str], Program], ...]] = (
    (re.compile("起業人|企業人|課題シート|企業派遣|kigyojin"), "kigyojin"),
    (re.compile("協力隊|kyoryokutai"), "kyoryokutai"),
)


class KindFound(NamedTuple):
    """A kind and how surely the headings say it, 0.5 to 1; ``None`` where they say none."""

    kind: Kind | None
    confidence: float


def kind_of(table: Table) -> KindFound:
    """The kind of list whose fields the headings name most; the first of :data:`KINDS` of equals."""
    scores = {kind: _score(table, kind) for kind in KINDS}
    best = max(KINDS, key=lambda kind: scores[kind])
    if scores[best] < _LEAST:
        return KindFound(None, 0.0)
    second = max(score for kind, score in scores.items() if kind != best)
    return KindFound(best, round(scores[best] / (scores[best] + max(second, 0.0)), 2))


def program_of(table: Table) -> Program | None:
    """The programme that the sheet's name, titles or headings name; ``None`` where they name both or none."""
    text = " ".join((table.sheet.name, *table.titles, *(column.heading for column in table.columns)))
    found: list[Program] = [program for pattern, program in _PROGRAMS if pattern.search(text)]
    return found[0] if len(found) == 1 else None


def _score(table: Table, kind: Kind) -> float:
    names: dict[str, float] = {}
    for column in table.columns:
        match = (
            field_named(kind, column.names) if column.names and not forbidden_heading(column.names[0][:300]) else None
        )
        if match is not None and match.confidence >= SURE:
            names[match.entry.name] = max(names.get(match.entry.name, 0.0), match.entry.weight * match.confidence)
    return sum(names.values()) + _TITLE * _titled(catalogue(kind).titles, (table.sheet.name, *table.titles))


def _titled(words: Iterable[str], texts: Iterable[str]) -> bool:
    joined = " ".join(texts)
    return any(word in joined for word in words)
