"""Two officers wrote at the same call: what is stored now beside what was typed, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.pages.posting_fields import labels_in, value_words
from api.pages.words import Words

__all__ = ["Difference", "posting_differences"]


@dataclass(frozen=True)
class Difference:
    """One field: what it is called, what is stored now, and what was typed."""

    name: str
    label: str
    theirs: str
    own: str


def posting_differences(
    stored: Mapping[str, Sequence[str]], typed: Mapping[str, Sequence[str]], words: Words
) -> list[Difference]:
    """The fields in which the two differ, in the order of the form."""
    found: list[Difference] = []
    for name, label in labels_in(words).items():
        theirs, own = (_told(fields.get(name, ())) for fields in (stored, typed))
        if theirs != own and name not in ("place", "own_number"):
            found.append(Difference(name, label, _words(words, name, theirs), _words(words, name, own)))
    return found


def _told(values: Sequence[str]) -> list[str]:
    return [value.strip().replace("\r\n", "\n") for value in values if value.strip()]


def _words(words: Words, name: str, values: Sequence[str]) -> str:
    if not values:
        return words("posting.unwritten")
    if name == "none":
        return "、".join(words(f"posting.field.{value}") for value in values)
    return "、".join(value_words(words, name, value) for value in values)
