"""What the parts of a workbook tell of its sheets beside their cells, which its reader does not hand on.

Hidden rows and columns (a filter hides rows too) are read like all others, so a person is told. A formula that a
program wrote without working it out has no value, and its cell would pass for an empty one.
"""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from features.intake.sheet import NO_FACTS, SheetFacts

__all__ = ["facts_of_sheets", "places_of"]

_MOST_COLUMNS: Final = 500
_MOST_FORMULAS: Final = 1_000_000
_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\s([^<>]*)>")
_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\s([^<>]*)>")
_ATTRIBUTE: Final = re.compile(rb"""(?:\w+:)?(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
# bounded, so that a tag of megabytes takes no square of them
_HIDDEN_ROW: Final = re.compile(rb"""<(?:\w+:)?row\s[^<>]{0,2000}\bhidden=["'](?:1|true)["']""")
_HIDDEN_COLUMNS: Final = re.compile(rb"""<(?:\w+:)?col\s([^<>]{0,2000})>""")
# the value stands behind the formula, or nothing does
_NO_VALUE: Final = re.compile(
    rb"""<((?:\w+:)?)c\s([^<>]*[^<>/])>\s*<\1f(?:\s[^<>]*)?(?:/>|>[^<]*</\1f>)\s*(?:<\1v\s*/>|<\1v>\s*</\1v>)?\s*</\1c>"""
)
_PLACE: Final = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")


def facts_of_sheets(verified: bytes) -> Mapping[str, SheetFacts]:
    """Facts by the name of the sheet; nothing of a sheet whose part is not found.

    Parameters
    ----------
    verified : bytes
        What :func:`features.intake.archive.verified_archive` made anew.
    """
    with zipfile.ZipFile(io.BytesIO(verified)) as archive:
        names = set(archive.namelist())
        parts = {name: part for name, part in _parts(archive, names) if part in names}
        # a book may name one part many times
        facts = {part: _facts(archive.read(part)) for part in dict.fromkeys(parts.values())}
    return {name: facts[part] for name, part in parts.items() if facts[part] != NO_FACTS}


def places_of(spans: Iterable[range]) -> tuple[int, ...]:
    """The columns that spans name, in order, however often a file names one; none beyond the last that is read.

    Examples
    --------
    >>> places_of([range(4, 6), range(1, 2), range(5, 7), range(499, 9_999)])
    (1, 4, 5, 6, 499)
    """
    marks = bytearray(_MOST_COLUMNS)
    for span in spans:
        # a slice, because millions of tags may each name them all
        marks[span.start : span.stop] = b"\1" * len(range(_MOST_COLUMNS)[span.start : span.stop])
    return tuple(place for place, mark in enumerate(marks) if mark)


def _parts(archive: zipfile.ZipFile, names: set[str]) -> Iterator[tuple[str, str]]:
    """Each sheet's name with the name of its part."""
    book, relations = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if not {book, relations} <= names:
        return
    targets = {about.get("Id", ""): about.get("Target", "") for about in _elements(_RELATION, archive.read(relations))}
    for about in _elements(_SHEET, archive.read(book)):
        target = targets.get(about.get("id", ""))
        if target:
            part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
            yield about.get("name", ""), part


def _elements(pattern: re.Pattern[bytes], content: bytes) -> Iterator[dict[str, str]]:
    for element in pattern.finditer(content):
        yield {
            name.decode(): html.unescape((one or other).decode("utf-8", "replace"))
            for name, one, other in _ATTRIBUTE.findall(element[1])
        }


def _facts(content: bytes) -> SheetFacts:
    hidden = sum(1 for _ in _HIDDEN_ROW.finditer(content)) if b"hidden=" in content else 0
    columns = places_of(_span(about) for about in _elements(_HIDDEN_COLUMNS, content) if _is_hidden(about))
    return SheetFacts(hidden, columns, frozenset(islice(_without_value(content), _MOST_FORMULAS)))


def _is_hidden(about: Mapping[str, str]) -> bool:
    return about.get("hidden") in ("1", "true")


def _span(about: Mapping[str, str]) -> range:
    first, last = about.get("min", ""), about.get("max", "")
    if not (first.isdecimal() and last.isdecimal()) or len(first + last) > 12:
        return range(0)
    # what is hidden to the end of the sheet holds nothing
    return range(max(int(first) - 1, 0), int(last)) if int(last) < 16_384 else range(0)


def _without_value(content: bytes) -> Iterator[tuple[int, int]]:
    if b"<f" not in content and b":f" not in content:
        return
    for cell in _NO_VALUE.finditer(content):
        about = {name: one or other for name, one, other in _ATTRIBUTE.findall(cell[2])}
        place = _PLACE.fullmatch(about.get(b"r", b""))
        # a text without a character is a value too
        if place is not None and about.get(b"t") != b"str":
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - 64
            yield int(place[2]) - 1, column - 1
