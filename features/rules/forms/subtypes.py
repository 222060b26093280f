"""Types of 起業人: which of them person and posting have in common, and which exist in the fiscal year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.rules.forms.form import Form
from features.rules.ruleset import Rule
from features.rules.state_table import SILENT, StateTable, tabulate
from features.rules.view import View
from features.taxonomy.vocabulary import JAPANESE

__all__ = ["KIGYOJIN_TYPES", "SUBTYPE", "TYPE_OF_YEAR", "subtype_masks"]

KIGYOJIN_TYPES: Final = ("dispatch", "sidejob", "senior")
_ALL: Final = 7


def subtype_masks(view: View) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Types each side allows as bits in the order of :data:`KIGYOJIN_TYPES`; a side that does not say allows all."""
    people = [_mask(types, unknown=_ALL) for types in view.applicants.lists("subtypes")]
    calls = [_posting_mask(types) for types in view.postings.lists("subtypes")]
    return np.array(people, dtype=np.int8), np.array(calls, dtype=np.int8)


def _mask(types: Sequence[str] | None, *, unknown: int) -> int:
    if types is None:
        return unknown
    return sum(1 << bit for bit, name in enumerate(KIGYOJIN_TYPES) if name in types)


def _posting_mask(types: Sequence[str] | None) -> int:
    # types of 協力隊, or none at all, say nothing about the types of 起業人
    return _mask(types, unknown=_ALL) or _ALL


def _build_subtype(_rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    programs = view.postings.texts("program")
    people = [None if types is None else _mask(types, unknown=_ALL) for types in view.applicants.lists("subtypes")]
    calls = [
        _posting_mask(types) if program == "kigyojin" else None
        for types, program in zip(view.postings.lists("subtypes"), programs, strict=True)
    ]

    def decide(person: int | None, call: int | None, _here: str | None) -> str:
        if call is None:
            return SILENT
        if person is None:
            return SILENT if call == _ALL else "ask"
        return SILENT if person & call else "none_shared"

    return tabulate(people, calls, decide, states=states)


def _names(types: Sequence[str] | None) -> str:
    return "・".join(JAPANESE[name] for name in KIGYOJIN_TYPES if name in (types or ())) or "なし"


def _subtype_words(_rule: Rule, view: View, i: int, j: int) -> Mapping[str, object]:
    return {
        "offered": _names(view.postings.lists("subtypes")[j] or KIGYOJIN_TYPES),
        "wished": _names(view.applicants.lists("subtypes")[i]),
    }


SUBTYPE = Form(
    states=("none_shared", "ask"),
    build=_build_subtype,
    words=_subtype_words,
    placeholders=("offered", "wished"),
)


def _build_year(_rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    exist = _mask(view.ruleset.subtypes, unknown=_ALL)
    people, calls = subtype_masks(view)

    def decide(person: int, call: int, _here: str | None) -> str:
        shared = person & call
        return SILENT if shared == 0 or shared & exist else "not_yet"

    return tabulate(people.tolist(), calls.tolist(), decide, states=states)


def _year_words(_rule: Rule, view: View, i: int, j: int) -> Mapping[str, object]:
    person, call = view.applicants.lists("subtypes")[i], view.postings.lists("subtypes")[j]
    shared = _mask(person, unknown=_ALL) & _posting_mask(call)
    return {"offered": _names([name for bit, name in enumerate(KIGYOJIN_TYPES) if shared >> bit & 1])}


TYPE_OF_YEAR = Form(states=("not_yet",), build=_build_year, words=_year_words, placeholders=("offered",))
