"""Personal exceptions of 協力隊: former members, JET participants, people from overseas. They bypass the matrix."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TypeAlias

from features.rules.forms.form import Form, number, numbers
from features.rules.ruleset import Rule
from features.rules.state_table import ABSENT, Relations, StateTable, tabulate
from features.rules.view import View

__all__ = ["FORMER_MEMBER", "JET", "OVERSEAS"]

_Destination: TypeAlias = tuple[int | None, str]

# states of the person alone, before the destination is looked at; "met" leaves the destination to decide
_OWN_STATES = (ABSENT, "short", "late")
_DESTINATION_STATES = (
    *("met", "met_by_district", "closed_destination"),
    *("ask_district", "district_unclear", "destination_unknown"),
)


def _build(kind: str, rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    closed, partly = numbers(rule, "closed_categories"), numbers(rule, "partial_metro_categories")
    zones = view.postings.texts("zone")
    destinations: list[_Destination] = [
        (view.category(code), zone or "unknown") for code, zone in zip(view.destination_codes, zones, strict=True)
    ]

    def decide(claim: str, destination: _Destination, relation: str | None) -> str:
        category, zone = destination
        if claim in _OWN_STATES:
            return claim
        if category in closed:
            return "closed_destination"
        if relation is not None or claim == "registered":
            return relation or claim
        return "destination_unknown" if category is None else _by_zone(category in partly, zone)

    claims = _claims_of_overseas(view) if kind == "overseas" else _claims_of_served(kind, rule, view)
    areas = _areas(view) if kind == "former_member" else [()] * view.n_applicants
    return tabulate(claims, destinations, decide, states=states, relations=areas, codes=view.destination_codes)


def _by_zone(is_partly_disadvantaged: bool, zone: str) -> str:
    if not is_partly_disadvantaged:
        return "met"
    # kyo-exception-partial-metro: the text says 条件不利地域 and is silent on a district outside the zone
    return {"inside": "met_by_district", "unknown": "ask_district"}.get(zone, "district_unclear")


def _claims_of_overseas(view: View) -> list[str]:
    kinds = view.applicants.texts("exception_kind")
    return [
        ABSENT if kind != "overseas" else "met" if code is None else "registered"
        for kind, code in zip(kinds, view.origin_codes, strict=True)
    ]


def _claims_of_served(wanted: str, rule: Rule, view: View) -> list[str]:
    least, latest = number(rule, "min_months"), number(rule, "max_months_since_end")

    def claim(kind: str | None, months: int | None, ended: int | None) -> str:
        if kind != wanted:
            return ABSENT
        if (months or 0) < least:
            return "short"
        return "late" if (ended or 0) > latest else "met"

    kinds, months = view.applicants.texts("exception_kind"), view.applicants.integers("exception_months")
    ended = view.applicants.integers("exception_months_since_end")
    return [claim(*facts) for facts in zip(kinds, months, ended, strict=True)]


def _areas(view: View) -> list[Relations]:
    postings = sorted(set(view.destination_codes))
    return [_area(code, postings) for code in view.applicants.texts("exception_code")]


def _area(code: str | None, postings: list[str]) -> Relations:
    if code is None:
        return ()
    if code.endswith("000"):  # a member of a prefecture: which municipality was "the area" is not on record
        return tuple((posting, "same_prefecture") for posting in postings if posting[:2] == code[:2])
    return (code, "same_municipality"), (f"{code[:2]}000", "same_prefecture")


def _served_words(rule: Rule, view: View, i: int, _j: int) -> Mapping[str, object]:
    return {
        "months": view.applicants.integers("exception_months")[i],
        "months_since_end": view.applicants.integers("exception_months_since_end")[i],
        **{name: rule.parameters[name] for name in _BOUNDS if name in rule.parameters},
    }


_DESTINATIONS = ("closed_categories", "partial_metro_categories")
_BOUNDS = ("min_months", "max_months_since_end")

FORMER_MEMBER = Form(
    states=(*_DESTINATION_STATES, "short", "late", "same_municipality", "same_prefecture"),
    build=partial(_build, "former_member"),
    parameters=(*_BOUNDS, *_DESTINATIONS),
    words=_served_words,
    placeholders=("months", "months_since_end", *_BOUNDS),
    needs_regions=True,
)
JET = Form(
    states=(*_DESTINATION_STATES, "short", "late"),
    build=partial(_build, "jet"),
    parameters=(*_BOUNDS, *_DESTINATIONS),
    words=_served_words,
    placeholders=("months", "months_since_end", *_BOUNDS),
    needs_regions=True,
)
OVERSEAS = Form(
    states=(*_DESTINATION_STATES, "registered"),
    build=partial(_build, "overseas"),
    parameters=_DESTINATIONS,
    needs_regions=True,
)
