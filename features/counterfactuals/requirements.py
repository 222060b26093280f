"""Requirements that a record states as not met, each with the change that would meet it.

Only what a person may truthfully have or agree to is offered: a licence, a language level, days and hours, a type, a
longer term, or an exception of the region requirement. Where a 住民票 is, which programme is wished and who the
employer is stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import ceil
from typing import Final, NamedTuple

from features.counterfactuals.change import Call, Change, worded
from features.records import Applicant, FormerMember, Jet, Language, SelectionProfile
from features.rules.forms import FORMS
from features.rules.forms.form import number, text
from features.rules.ruleset import Rule
from features.rules.view import View
from features.tables import applicant_table, posting_table
from features.taxonomy.licences import standing
from features.taxonomy.vocabulary import JAPANESE, Subtype

__all__ = [
    "TYPES",
    "Amount",
    "amounts",
    "least_term",
    "named",
    "offered_types",
    "unmet",
    "with_languages",
    "with_licences",
]

TYPES: Final[tuple[Subtype, ...]] = ("dispatch", "sidejob", "senior")


class Amount(NamedTuple):
    """An amount the record gives (``None`` = not said) and the least that posting and rules ask for."""

    code: str
    field: str
    value: float | None
    least: float


def unmet(applicant: Applicant, call: Call, *, on: date) -> Iterator[Change]:
    """Changes of one excluded applicant; several may have to come together.

    Parameters
    ----------
    applicant : Applicant
    call : Call
    on : date
        The day whose rule files speak.
    """
    if call.posting.program not in applicant.programs:
        return
    profile = applicant.selection_profile
    if profile.licences is not None and (names := named("licence", applicant, call, on=on)):
        yield worded("licence", {"licences": with_licences(profile, call)}, names=names)
    if profile.languages is not None and (names := named("language", applicant, call, on=on)):
        yield worded("language", {"languages": with_languages(profile, call)}, names=names)
    for amount in amounts(profile, call):
        if amount.value is not None and amount.value < amount.least:
            yield worded(amount.code, {amount.field: amount.least}, least=f"{amount.least:g}")
    yield from _types(profile, call)
    term = least_term(call)
    if term is not None and profile.term_months is not None and profile.term_months < term:
        yield worded("term", {"term_months": term}, least=term)
    yield from _exceptions(profile, call)


def named(form: str, applicant: Applicant, call: Call, *, on: date) -> str:
    """What is missing or open of the licences or languages, in the words of the rule; empty where nothing is."""
    rule = next((rule for rule in call.must_have.rule if rule.form == form), None)
    if rule is None or not (call.posting.required_licences if form == "licence" else call.posting.required_languages):
        return ""
    people, calls = applicant_table([applicant]), posting_table([call.posting])
    words = FORMS[form].words(rule, View.of(people, calls, call.must_have, on=on, appointed=False), 0, 0)
    return "・".join(str(words[state]) for state in ("missing", "ask") if words[state])


def with_licences(profile: SelectionProfile, call: Call) -> tuple[str, ...]:
    """The licences held and those the posting needs beside them."""
    held = profile.licences or ()
    needed = dict.fromkeys(call.posting.required_licences or ())
    return (*held, *(item for item in needed if standing(item, held) != "held"))


def with_languages(profile: SelectionProfile, call: Call) -> tuple[Language, ...]:
    """The languages spoken and the levels the posting needs; the higher level of a language counts."""
    return (*(profile.languages or ()), *(call.posting.required_languages or ()))


def amounts(profile: SelectionProfile, call: Call) -> tuple[Amount, ...]:
    """Days, hours and days on site for which anything is asked."""
    posting = call.posting
    asked = (
        ("days", "days_per_month", profile.days_per_month, posting.min_days_per_month),
        ("hours", "hours_per_month", profile.hours_per_month, posting.min_hours_per_month),
        ("onsite_days", "onsite_days_per_month", profile.onsite_days_per_month, posting.min_onsite_days_per_month),
    )
    found = (
        Amount(code, field, value, max(least or 0.0, *_minima(field, profile, call)))
        for code, field, value, least in asked
    )
    return tuple(amount for amount in found if amount.least > 0)


def _minima(field: str, profile: SelectionProfile, call: Call) -> list[float]:
    """What the programme asks of one amount, for the types that person and posting have or could have in common."""
    offered = set(offered_types(call))
    shared = offered & set(profile.subtypes or TYPES) or offered
    rules = [rule for rule in call.programme.rule if not rule.subtypes or shared.intersection(rule.subtypes)]
    fixed = [number(rule, "minimum") for rule in rules if rule.form == "minimum" and text(rule, "fact") == field]
    share = [_presence(rule, profile) for rule in rules if rule.form == "presence_share"]
    return [0.0, *fixed, *(share if field == "onsite_days_per_month" else [])]


def _presence(rule: Rule, profile: SelectionProfile) -> float:
    """Days on site that are enough whatever the month; where the month's working days are given, of those."""
    days, fewest = profile.days_per_month, number(rule, "fewest_working_days")
    working = days if days is not None and days >= fewest else number(rule, "most_working_days")
    return float(ceil(number(rule, "share") * working))


def offered_types(call: Call) -> tuple[Subtype, ...]:
    """The 起業人 types a posting offers; one that names none offers every type."""
    if call.posting.program != "kigyojin":
        return ()
    return tuple(kind for kind in TYPES if kind in (call.posting.subtypes or ())) or TYPES


def least_term(call: Call) -> int | None:
    """Months of activity the programme asks for, where the posting leaves the term to the person."""
    if call.posting.term_months is not None or call.is_tryout:
        return None
    asked = [number(rule, "min_months") for rule in call.programme.rule if rule.form == "term_bounds"]
    return round(max(asked)) if asked else None


def _types(profile: SelectionProfile, call: Call) -> Iterator[Change]:
    wished = profile.subtypes
    if wished is None or set(wished) & set(offered_types(call)):
        return
    for kind in offered_types(call):
        yield worded("subtype", {"subtypes": (*wished, kind)}, subtype=JAPANESE[kind])


def _exceptions(profile: SelectionProfile, call: Call) -> Iterator[Change]:
    """Service nobody has told of, just long and recent enough; never a place the person would have to come from."""
    if profile.exception is not None or profile.origin is None:
        return
    for rule in call.programme.rule:
        if rule.form in {"former_member", "jet"}:
            months, ended = round(number(rule, "min_months")), round(number(rule, "max_months_since_end"))
            served = _served(rule.form, months, ended, profile.origin.municipality_code, call)
            if served is not None:
                yield worded(rule.form, {"exception": served}, least=months, latest=ended)


def _served(form: str, months: int, ended: int, lives_in: str, call: Call) -> FormerMember | Jet | None:
    """The service as a record; none where it would not be plain that it was in another municipality."""
    if form == "jet":
        return Jet(kind="jet", months=months, months_since_end=ended)
    codes = {lives_in, call.posting.municipality_code}
    if len(codes) < 2 or any(code.endswith("000") for code in codes):
        return None
    return FormerMember(kind="former_member", months=months, months_since_end=ended, municipality_code=lives_in)
