"""How long, how often, how much: terms, minima of a type, presence, and an agreed burden against its ceiling."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from features.rules.forms.form import Form, column, number, text
from features.rules.ruleset import Rule
from features.rules.state_table import SILENT, StateTable, tabulate
from features.rules.view import View

__all__ = ["BURDEN", "MINIMUM", "PRESENCE_SHARE", "TERM_BOUNDS"]

_FACTS = ("employer_tenure_months", "days_per_month", "hours_per_month", "onsite_days_per_month")


def _build_term(rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    least, most = number(rule, "min_months"), number(rule, "max_months", float("inf"))
    about = number(rule, "about_months", least)
    wished, planned = view.applicants.integers("term_months"), view.postings.integers("term_months")
    calls = [(term, trial != "none") for term, trial in zip(planned, view.trials, strict=True)]

    def decide(wish: int | None, call: tuple[int | None, bool], _here: str | None) -> str:
        term = wish if call[0] is None else call[0]
        if call[1]:
            return SILENT
        if term is None:
            return "unknown"
        if term < least:
            return "nearly" if term >= about else "short"
        return "long" if term > most else SILENT

    return tabulate(wished, calls, decide, states=states)


def _term_words(rule: Rule, view: View, i: int, j: int) -> Mapping[str, object]:
    planned = view.postings.integers("term_months")[j]
    term = view.applicants.integers("term_months")[i] if planned is None else planned
    return {"term_months": term, **_parameters(rule, ("min_months", "max_months"))}


def _parameters(rule: Rule, names: tuple[str, ...]) -> dict[str, object]:
    return {name: rule.parameters[name] for name in names if name in rule.parameters}


TERM_BOUNDS = Form(
    states=("short", "nearly", "long", "unknown"),
    build=_build_term,
    parameters=("min_months",),
    options=("max_months", "about_months"),
    words=_term_words,
    placeholders=("term_months", "min_months", "max_months"),
)


def _build_minimum(rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    least, fact = number(rule, "minimum"), column(rule, "fact", _FACTS)

    def decide(value: float | None, _call: None, _here: str | None) -> str:
        if value is None:
            return "unknown"
        return "below" if value < least else SILENT

    return tabulate(view.applicants.numbers(fact), [None] * view.n_postings, decide, states=states)


def _minimum_words(rule: Rule, view: View, i: int, _j: int) -> Mapping[str, object]:
    return {"value": view.applicants.numbers(text(rule, "fact"))[i], "minimum": rule.parameters["minimum"]}


MINIMUM = Form(
    states=("below", "unknown"),
    build=_build_minimum,
    parameters=("fact", "minimum"),
    words=_minimum_words,
    placeholders=("value", "minimum"),
)


def _build_presence(rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    share = number(rule, "share")
    fewest, most = number(rule, "fewest_working_days"), number(rule, "most_working_days")
    days, onsite = view.applicants.numbers("days_per_month"), view.applicants.numbers("onsite_days_per_month")

    def decide(worked: tuple[float | None, float | None], _call: None, _here: str | None) -> str:
        total, there = worked[0], worked[0] if worked[1] is None else worked[1]
        if there is None:
            return "unknown"
        if worked[1] is not None and total is not None and total >= fewest:
            return SILENT if there >= share * total else "below"  # both given: the month's working days are known
        if there >= share * most:
            return SILENT
        return "below" if there < share * fewest else "depends_on_month"

    return tabulate(list(zip(days, onsite, strict=True)), [None] * view.n_postings, decide, states=states)


def _presence_words(_rule: Rule, view: View, i: int, _j: int) -> Mapping[str, object]:
    onsite = view.applicants.numbers("onsite_days_per_month")[i]
    return {"value": view.applicants.numbers("days_per_month")[i] if onsite is None else onsite}


PRESENCE_SHARE = Form(
    states=("below", "depends_on_month", "unknown"),
    build=_build_presence,
    parameters=("share", "fewest_working_days", "most_working_days"),
    words=_presence_words,
    placeholders=("value",),
)


def _build_burden(rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    ceiling = view.amount(text(rule, "amount"), rule.subtypes)
    burdens = view.postings.integers("agreed_burden_yen_year")
    decide = partial(_burden_state, ceiling)
    return tabulate([None] * view.n_applicants, burdens, decide, states=states)


def _burden_state(ceiling: int | None, _applicant: None, burden: int | None, _here: str | None) -> str:
    if burden is None:
        return SILENT
    if ceiling is None:
        return "unconfirmed"
    return "above" if burden > ceiling else SILENT


def _burden_words(rule: Rule, view: View, _i: int, j: int) -> Mapping[str, object]:
    ceiling, burden = (
        view.amount(text(rule, "amount"), rule.subtypes),
        view.postings.integers("agreed_burden_yen_year")[j],
    )
    return {"burden": f"{burden or 0:,}", "ceiling": "未確認" if ceiling is None else f"{ceiling:,}"}


BURDEN = Form(
    states=("above", "unconfirmed"),
    build=_build_burden,
    parameters=("amount",),
    words=_burden_words,
    placeholders=("burden", "ceiling"),
)
