"""What the fields of a call are called, and the words of their closed values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, get_args

from api.pages.posting_form import NONE_FIELDS, PostingForm
from api.pages.words import Words
from features.taxonomy.vocabulary import (
    Activity,
    ContactFrequency,
    ContractType,
    Field_,
    HostType,
    Housing,
    Program,
    SideJob,
    Trial,
    Vehicle,
    Zone,
)

__all__ = ["Choices", "choices_in", "hints_in", "labels_in", "value_words"]

Choices: TypeAlias = Mapping[str, Sequence[tuple[str, str]]]

_CLOSED: Final[Mapping[str, Sequence[str]]] = {
    "program": get_args(Program),
    "contract_type": get_args(ContractType),
    "housing": get_args(Housing),
    "vehicle": get_args(Vehicle),
    "side_job": get_args(SideJob),
    "trial": get_args(Trial),
    "host_type": get_args(HostType),
    "host_contact_frequency": get_args(ContactFrequency),
    "zone": get_args(Zone),
    "bonus": ("yes", "no"),
    "own_funds": ("yes", "no"),
    "host_briefed_residents": ("yes", "no"),
}
_TICKED: Final[Mapping[str, Sequence[str]]] = {
    "subtypes": ("mission", "free_mission", "startup", "dispatch", "sidejob", "senior"),
    "activities": get_args(Activity),
    "fields": get_args(Field_),
    "none": NONE_FIELDS,
}
_ASIDE: Final = ("etag", "keep")  # what a form carries that is no field of the call
_ALWAYS_TOLD: Final = ("program", "zone")  # unknown is a value of its own, or there is none


def choices_in(words: Words) -> Choices:
    """Field → its values with their words; a field that may be unknown begins with that."""
    found = {
        name: [*([] if name in _ALWAYS_TOLD else [("", words("posting.unwritten"))]), *_pairs(words, name, values)]
        for name, values in _CLOSED.items()
    }
    return found | {name: _pairs(words, name, values) for name, values in _TICKED.items()}


def labels_in(words: Words) -> Mapping[str, str]:
    """Field → what it is called, in the order of the form."""
    return {name: words(f"posting.field.{name}") for name in PostingForm.model_fields if name not in _ASIDE}


def hints_in(words: Words) -> Mapping[str, str]:
    """Field → how it is filled in, where that needs saying."""
    keys = {name: f"posting.hint.{name}" for name in PostingForm.model_fields}
    return {name: words(key) for name, key in keys.items() if key in words.known}


def value_words(words: Words, name: str, value: str) -> str:
    """One value of a field in words; what is typed freely is its own words."""
    if name in _CLOSED or name in _TICKED:
        return words.first_of(f"posting.{name}.{value}", f"posting.answer.{value}", "posting.unwritten")
    return value


def _pairs(words: Words, name: str, values: Sequence[str]) -> list[tuple[str, str]]:
    if name == "none":
        return [(value, words("posting.none_asked")) for value in values]
    area = "answer" if values == ("yes", "no") else name
    return [(value, words(f"posting.{area}.{value}")) for value in values]
