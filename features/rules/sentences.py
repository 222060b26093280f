"""Sentences of rule files with the words of one pair filled in."""

from __future__ import annotations

from collections.abc import Mapping

from features.municipalities import find
from features.rules.forms import FORMS
from features.rules.ruleset import Outcome, Rule
from features.rules.view import View
from features.taxonomy.vocabulary import JAPANESE

__all__ = ["sentence_of"]

_UNKNOWN = "未記入"


def sentence_of(rule: Rule, outcome: Outcome, view: View, i: int, j: int) -> str:
    """The outcome's sentence about applicant ``i`` and posting ``j``."""
    if "{" not in outcome.sentence:
        return outcome.sentence
    words: dict[str, object] = {**_common_words(view, i, j), **FORMS[rule.form].words(rule, view, i, j)}
    return outcome.sentence.format_map({name: _printed(value) for name, value in words.items()})


def _common_words(view: View, i: int, j: int) -> Mapping[str, object]:
    origin, destination = view.origin_codes[i], view.destination_codes[j]
    table = view.ruleset.region_table
    return {
        "origin": _place(origin),
        "origin_class": _class(view, origin),
        "destination": _place(destination),
        "destination_class": _class(view, destination),
        "company": _place(view.applicants.texts("employer_code")[i]),
        "table_date": view.ruleset.as_of if table is None else table.as_of,
    }


def _place(code: str | None) -> str:
    return _UNKNOWN if code is None else find(code).full_name


def _class(view: View, code: str | None) -> str:
    regions = view.ruleset.regions
    category = None if regions is None or code is None else regions.category_of.get(code)
    return "区分不明" if category is None else view.ruleset.category_label[category]


def _printed(value: object) -> str:
    if value is None:
        return _UNKNOWN
    if isinstance(value, float):
        return f"{value:g}"
    return JAPANESE.get(value, value) if isinstance(value, str) else str(value)
