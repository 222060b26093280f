"""What a heading says: a field, something that is not kept, or nothing known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from features.guard.headings import forbidden_heading
from features.intake.catalogue import (
    KINDS,
    Catalogue,
    FieldEntry,
    Kind,
    Names,
    Unkept,
    catalogue,
    heading_names,
    unkept,
)

__all__ = ["SURE", "HeadingMatch", "field_named", "heading_meant", "is_known", "unkept_named"]

SURE: Final = 0.7  # below it a column is reported, not read
_WHOLE, _PLAIN, _PART = 0.98, 0.93, 0.9
_LONGEST_LABEL: Final = 20
_SHORTEST_PART: Final = 3  # shorter words stand inside too many others


class HeadingMatch(NamedTuple):
    """A field and how surely the heading says it, 0 to 1."""

    entry: FieldEntry
    confidence: float


def field_named(kind: Kind, names: tuple[str, ...]) -> HeadingMatch | None:
    """The field that a heading names best; ``None`` where it names none.

    A whole heading counts most, then one without its brackets, then one that ends in a known heading: the last word of
    a Japanese phrase is what it is about, so 勤務先の住所 is no home.

    Parameters
    ----------
    kind : Kind
    names : tuple of str
        The writings of the heading, the surest first: a child alone, and joined to the heading above it.

    Examples
    --------
    >>> field_named("postings", ("月額報酬（円）",)).entry.name
    'monthly_pay_yen'
    >>> field_named("applicants", ("好きな食べ物",)) is None
    True
    """
    found = [match for name in names for match in _matches(_by_heading(kind), heading_names(name))]
    return max(found, key=lambda match: match.confidence, default=None)


def unkept_named(names: Iterable[str]) -> Unkept | None:
    """The reason why what a heading says is not kept; ``None`` where it is not among those."""
    known = unkept()
    folded = [name for text in names for name in heading_names(text)]
    return next((known[name] for name in folded if name in known), None)


def heading_meant(text: str) -> str | None:
    """What a whole cell means as a heading, whichever list it is of; ``None`` where it is none or only ends in one.

    Examples
    --------
    >>> heading_meant("氏　名"), heading_meant("性別"), heading_meant("農業の経験")
    ('identity_name', 'sex', None)
    """
    if not text or len(text) > _LONGEST_LABEL:
        return None
    names = heading_names(text)
    for kind in KINDS:
        known = _by_heading(kind)
        entry = known.get(names.whole) or known.get(names.plain)
        if entry is not None:
            return entry.name
    return "unkept" if names.whole in unkept() else forbidden_heading(text)


def is_known(text: str) -> bool:
    """Whether a cell is a heading of any kind of list: what a row of headings is told by.

    Cells of people pass here too, so nothing of them is kept for the next call.
    """
    names = heading_names(text)
    return any(_matches(_by_heading(kind), names) for kind in KINDS) or any(name in unkept() for name in names)


def _matches(known: Mapping[str, FieldEntry], names: Names) -> list[HeadingMatch]:
    if names.whole in known:
        return [HeadingMatch(known[names.whole], _WHOLE)]
    if names.plain in known:
        return [HeadingMatch(known[names.plain], _PLAIN)]
    return _ending(known, names.plain)


def _ending(known: Mapping[str, FieldEntry], name: str) -> list[HeadingMatch]:
    for begin in range(1, len(name) - _SHORTEST_PART + 1):
        entry = known.get(name[begin:])
        if entry is not None:
            share = (len(name) - begin) / len(name)
            return [HeadingMatch(entry, round(_PART * (0.5 + 0.5 * share), 3))]
    return []


@lru_cache(maxsize=8)
def _by_heading(kind: Kind) -> Mapping[str, FieldEntry]:
    return MappingProxyType(_headings(catalogue(kind)))


def _headings(fields: Catalogue) -> dict[str, FieldEntry]:
    found: dict[str, FieldEntry] = {}
    for entry in fields.field:
        for heading in entry.headings:
            found.setdefault(heading_names(heading).whole, entry)
    return found
