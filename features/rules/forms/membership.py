"""協力隊 over time: the move of the 住民票, the months that are covered, and the try-outs without a move."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from features.rules.forms.form import Form, number
from features.rules.ruleset import Rule
from features.rules.state_table import SILENT, Relations, StateTable, tabulate
from features.rules.view import View

__all__ = ["COVERAGE_LIMIT", "RECORD_MOVE", "TRIAL", "used_months"]

_Mover: TypeAlias = tuple[bool, bool, date | None]
_Call: TypeAlias = tuple[bool, date | None]


def _build_move(_rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    moved = view.applicants.days("record_moved_on")
    movers: list[_Mover] = [
        (code is not None, serving, day)
        for code, serving, day in zip(view.origin_codes, view.serving_here, moved, strict=True)
    ]
    starts = view.postings.days("start_date")
    calls: list[_Call] = [(trial != "none", start) for trial, start in zip(view.trials, starts, strict=True)]

    def decide(mover: _Mover, call: _Call, here: str | None) -> str:
        is_registered, is_serving, day = mover
        is_trial, start = call
        if is_trial:
            return SILENT
        if here:
            return _registered_here(is_serving, day, start)
        if view.appointed and is_registered and (day is None or day > view.on):
            return "not_moved"
        return "moved_early" if day is not None and start is not None and day < start else SILENT

    here: list[Relations] = [((code, "here"),) if code else () for code in view.origin_codes]
    return tabulate(movers, calls, decide, states=states, relations=here, codes=view.destination_codes)


def _registered_here(is_serving: bool, day: date | None, start: date | None) -> str:
    if is_serving:
        return "serving"
    if day is None:
        return "registered_before"
    if start is None:
        return "moved_when"
    return "moved_before_appointment" if day < start else "moved_when"


def _move_words(_rule: Rule, view: View, i: int, j: int) -> Mapping[str, object]:
    return {
        "moved_on": view.applicants.days("record_moved_on")[i],
        "start_date": view.postings.days("start_date")[j],
    }


RECORD_MOVE = Form(
    states=("registered_before", "moved_before_appointment", "moved_early", "moved_when", "serving", "not_moved"),
    build=_build_move,
    words=_move_words,
    placeholders=("moved_on", "start_date"),
)


def used_months(view: View, i: int, j: int) -> int:
    """Months one applicant has already served at a posting's municipality, as far as the record tells; 0 if none."""
    return max((months for code, months, _ in _service(view, i) if code in (view.destination_codes[j], "")), default=0)


def _service(view: View, i: int) -> list[tuple[str, int, str]]:
    """Where, how many months, and in which capacity one applicant served; ``""`` = at the posting asked about."""
    past, served = view.applicants.integers("exception_months")[i], view.applicants.integers("months_served")[i]
    area, origin = view.applicants.texts("exception_code")[i], view.origin_codes[i]
    found = [(area, past, "again")] if area is not None and past else []
    if served and view.appointed:
        found.append(("", served, "running"))
    elif served and view.serving_here[i] and origin is not None:
        found.append((origin, served, "running"))
    return found


def _build_limit(rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    most = number(rule, "max_months")
    keys: list[str] = []
    relations: list[Relations] = []
    for i in range(view.n_applicants):
        service = [(code, "used_up" if months >= most else kind) for code, months, kind in _service(view, i)]
        keys.append(next((state for code, state in service if not code), SILENT))
        relations.append(tuple(sorted((pair for pair in service if pair[0]), key=lambda pair: pair[1] != "used_up")))

    def decide(running: str, is_trial: bool, relation: str | None) -> str:
        if is_trial:
            return SILENT
        return "used_up" if "used_up" in (running, relation) else relation or running

    trials = [trial != "none" for trial in view.trials]
    return tabulate(keys, trials, decide, states=states, relations=relations, codes=view.destination_codes)


def _limit_words(rule: Rule, view: View, i: int, j: int) -> Mapping[str, object]:
    used, most = used_months(view, i, j), round(number(rule, "max_months"))
    return {"used_months": used, "max_months": most, "left_months": max(most - used, 0)}


COVERAGE_LIMIT = Form(
    states=("used_up", "again", "running"),
    build=_build_limit,
    parameters=("max_months",),
    words=_limit_words,
    placeholders=("used_months", "max_months", "left_months"),
)


def _build_trial(rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    longest = number(rule, "intern_max_months")
    terms = view.postings.integers("term_months")

    def decide(_: None, call: tuple[str, int | None], _here: str | None) -> str:
        trial, term = call
        if trial == "none":
            return SILENT
        return "intern_too_long" if trial == "intern" and term is not None and term > longest else trial

    return tabulate([None] * view.n_applicants, list(zip(view.trials, terms, strict=True)), decide, states=states)


TRIAL = Form(
    states=("otameshi", "intern", "intern_too_long"),
    build=_build_trial,
    parameters=("intern_max_months",),
    words=lambda rule, _view, _i, _j: {"intern_max_months": rule.parameters["intern_max_months"]},
    placeholders=("intern_max_months",),
)
