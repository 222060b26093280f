"""Must-haves of a posting: programme, licences, languages, and its least days and hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from features.rules.forms.form import Form, column, text, texts
from features.rules.ruleset import Rule
from features.rules.state_table import SILENT, StateTable, tabulate
from features.rules.view import View
from features.taxonomy.licences import licence_name, standing
from features.taxonomy.vocabulary import CEFR_ORDER, JAPANESE, language_words

__all__ = ["LANGUAGE", "LICENCE", "OWN_FUNDS", "POSTING_MINIMUM", "PROGRAM"]

_Level: TypeAlias = tuple[str, str]
_FACTS = ("days_per_month", "hours_per_month", "onsite_days_per_month")
_STRENGTH = {"held": 0, "ask": 1, "missing": 2}


def _build_program(_rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    wishes = [frozenset(programs or ()) for programs in view.applicants.lists("programs")]

    def decide(wish: frozenset[str], program: str | None, _here: str | None) -> str:
        return SILENT if program in wish else "not_wished"

    return tabulate(wishes, view.postings.texts("program"), decide, states=states)


def _program_words(_rule: Rule, view: View, i: int, j: int) -> Mapping[str, object]:
    wished = "・".join(JAPANESE[program] for program in view.applicants.lists("programs")[i] or ())
    return {"wished": wished or "なし", "offered": JAPANESE[view.postings.texts("program")[j] or "kyoryokutai"]}


PROGRAM = Form(
    states=("not_wished",),
    build=_build_program,
    words=_program_words,
    placeholders=("wished", "offered"),
)


def _build_licence(_rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    required = [tuple(items or ()) for items in view.postings.lists("required_licences")]
    wanted = sorted({item for items in required for item in items})
    held = view.applicants.lists("licences")
    memo: dict[tuple[str, ...] | None, tuple[int, ...]] = {}
    people = [_standings(memo, wanted, None if texts_ is None else tuple(texts_)) for texts_ in held]
    place = {item: k for k, item in enumerate(wanted)}

    def decide(person: tuple[int, ...], items: tuple[str, ...], _here: str | None) -> str:
        worst = max((person[place[item]] for item in items), default=0)
        return (SILENT, "ask", "missing")[worst]

    return tabulate(people, required, decide, states=states)


def _standings(
    memo: dict[tuple[str, ...] | None, tuple[int, ...]], wanted: Sequence[str], held: tuple[str, ...] | None
) -> tuple[int, ...]:
    if held not in memo:
        memo[held] = tuple(_STRENGTH[standing(item, held)] for item in wanted)
    return memo[held]


def _licence_words(_rule: Rule, view: View, i: int, j: int) -> Mapping[str, object]:
    held = view.applicants.lists("licences")[i]
    found = [(standing(item, held), item) for item in view.postings.lists("required_licences")[j] or ()]
    return {
        word: "・".join(licence_name(item) for state, item in found if state == word) for word in ("missing", "ask")
    }


LICENCE = Form(
    states=("missing", "ask"),
    build=_build_licence,
    words=_licence_words,
    placeholders=("missing", "ask"),
)


def _build_language(rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    unlisted = texts(rule, "often_unlisted")
    people = [_levels(items) for items in view.applicants.languages("languages")]
    required = [_levels(items) or () for items in view.postings.languages("required_languages")]

    def decide(person: tuple[_Level, ...] | None, wanted: tuple[_Level, ...], _here: str | None) -> str:
        worst = max((_STRENGTH[_reaches(level, person, unlisted)] for level in wanted), default=0)
        return (SILENT, "ask", "missing")[worst]

    return tabulate(people, required, decide, states=states)


def _levels(items: Sequence[Mapping[str, str]] | None) -> tuple[_Level, ...] | None:
    return None if items is None else tuple(sorted((item["code"], item["cefr"]) for item in items))


def _reaches(wanted: _Level, person: tuple[_Level, ...] | None, unlisted: frozenset[str]) -> str:
    if person is None:
        return "ask"
    levels = [level for code, level in person if code == wanted[0]]
    if not levels:
        return "ask" if wanted[0] in unlisted else "missing"
    order: Sequence[str] = CEFR_ORDER
    return "held" if max(map(order.index, levels)) >= order.index(wanted[1]) else "missing"


def _language_words(rule: Rule, view: View, i: int, j: int) -> Mapping[str, object]:
    person = _levels(view.applicants.languages("languages")[i])
    found = [
        (_reaches(level, person, texts(rule, "often_unlisted")), language_words(*level))
        for level in _levels(view.postings.languages("required_languages")[j]) or ()
    ]
    return {word: "・".join(words for state, words in found if state == word) for word in ("missing", "ask")}


LANGUAGE = Form(
    states=("missing", "ask"),
    build=_build_language,
    options=("often_unlisted",),
    words=_language_words,
    placeholders=("missing", "ask"),
)


def _build_posting_minimum(rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    def decide(value: float | None, least: float | None, _here: str | None) -> str:
        if not least:
            return SILENT
        if value is None:
            return "ask"
        return "below" if value < least else SILENT

    values, least = (
        view.applicants.numbers(column(rule, "fact", _FACTS)),
        view.postings.numbers(column(rule, "least", tuple(f"min_{fact}" for fact in _FACTS))),
    )
    return tabulate(values, least, decide, states=states)


def _minimum_words(rule: Rule, view: View, i: int, j: int) -> Mapping[str, object]:
    value, least = view.applicants.numbers(text(rule, "fact"))[i], view.postings.numbers(text(rule, "least"))[j]
    return {"value": value, "least": least}


POSTING_MINIMUM = Form(
    states=("below", "ask"),
    build=_build_posting_minimum,
    parameters=("fact", "least"),
    words=_minimum_words,
    placeholders=("value", "least"),
)


def _build_own_funds(_rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    keys = ["own_funds" if own else SILENT for own in view.postings.flags("own_funds")]
    return tabulate([None] * view.n_applicants, keys, lambda _person, key, _here: key, states=states)


OWN_FUNDS = Form(states=("own_funds",), build=_build_own_funds)
