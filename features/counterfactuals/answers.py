"""Open facts of a pair, each answered well and badly, and facts that a person could still bring.

Districts, licences, languages, amounts and types that nobody told; the day of the start; skills, activities and links
with the place. What is known and settled is not turned around.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from features.counterfactuals.change import Call, Change, change_table, worded
from features.counterfactuals.requirements import (
    TYPES,
    amounts,
    least_term,
    named,
    offered_types,
    with_languages,
    with_licences,
)
from features.day_words import date_ja
from features.municipalities import find
from features.records import Applicant, Link, Origin, SelectionProfile
from features.taxonomy.vocabulary import ACTIVITY_JA, JAPANESE
from features.terms.activity_shares import ACTIVITIES_OF_FIELD
from features.text import short_word_set

__all__ = ["answers"]


def answers(applicant: Applicant, call: Call, *, on: date, is_district_open: bool) -> Iterator[Change]:
    """Changes of one applicant who is not excluded.

    Parameters
    ----------
    applicant : Applicant
    call : Call
    on : date
        The day whose rule files speak.
    is_district_open : bool
        The pair waits for a district.
    """
    profile = applicant.selection_profile
    yield from _qualifications(applicant, call, on=on)
    yield from _amounts(profile, call)
    yield from _types(profile, call)
    if is_district_open:
        yield from _districts(profile, call)
    yield from _start(profile, call)
    yield from _skills(profile, call)
    yield from _activities(profile, call)
    yield from _links(profile, call)


def _qualifications(applicant: Applicant, call: Call, *, on: date) -> Iterator[Change]:
    profile = applicant.selection_profile
    if names := named("licence", applicant, call, on=on):
        yield worded("licence_held", {"licences": with_licences(profile, call)}, names=names)
        if profile.licences is None:
            yield worded("licence_none", {"licences": ()}, names=names)
    if names := named("language", applicant, call, on=on):
        yield worded("language_held", {"languages": with_languages(profile, call)}, names=names)
        if profile.languages is None:
            yield worded("language_none", {"languages": ()}, names=names)


def _amounts(profile: SelectionProfile, call: Call) -> Iterator[Change]:
    for amount in amounts(profile, call):
        if amount.value is None:
            short = max(amount.least - 1, 0.0)
            yield worded(f"{amount.code}_enough", {amount.field: amount.least}, least=f"{amount.least:g}")
            yield worded(f"{amount.code}_short", {amount.field: short}, value=f"{short:g}")
    term = least_term(call)
    if term is not None and profile.term_months is None:
        yield worded("term_short", {"term_months": term // 2}, months=term // 2)


def _types(profile: SelectionProfile, call: Call) -> Iterator[Change]:
    offered = offered_types(call)
    if not offered or profile.subtypes is not None:
        return
    for kind in offered:
        yield worded("subtype_this", {"subtypes": (kind,)}, subtype=JAPANESE[kind])
    if others := tuple(kind for kind in TYPES if kind not in offered):
        yield worded("subtype_other", {"subtypes": others})


def _districts(profile: SelectionProfile, call: Call) -> Iterator[Change]:
    origin, of_posting = profile.origin, call.posting.zone == "unknown"
    of_origin = origin is not None and origin.zone == "unknown"
    if origin is not None and of_origin:
        outside, inside = (
            {"origin": Origin(municipality_code=origin.municipality_code, zone=zone)} for zone in ("outside", "inside")
        )
        yield worded("zone_origin_outside", outside)
        yield worded("zone_origin_inside", inside)
        if of_posting:
            yield worded("zone_both", outside, zone="inside")
    if of_posting:
        yield worded("zone_inside", {}, zone="inside")
        yield worded("zone_outside", {}, zone="outside")


def _start(profile: SelectionProfile, call: Call) -> Iterator[Change]:
    start, able = call.posting.start_date, profile.available_from
    if start is None or (able is not None and (able.year, able.month) <= (start.year, start.month)):
        return
    yield worded("start", {"available_from": start}, day=date_ja(start))
    if able is None:
        month = start.year * 12 + start.month - 1 + change_table().late_months
        late = date(month // 12, month % 12 + 1, 1)
        yield worded("start_late", {"available_from": late}, day=date_ja(late))


def _skills(profile: SelectionProfile, call: Call) -> Iterator[Change]:
    required = tuple(dict.fromkeys(call.posting.required_skills or ()))
    if profile.skills is None:
        asked = tuple(dict.fromkeys((*required, *(call.posting.preferred_skills or ()))))
        if asked:
            yield worded("skills_all", {"skills": asked}, skills="・".join(asked))
        if profile.occupations is None:
            yield worded("skills_none", {"skills": ()})
        return
    items = (*profile.skills, *(profile.occupations or ()), *(profile.licences or ()))
    held = [short_word_set(item) for item in items]
    lacking = [
        skill for skill in required if (words := short_word_set(skill)) and not any(words <= item for item in held)
    ]
    for skill in lacking[: change_table().most_skills]:
        yield worded("skill", {"skills": (*profile.skills, skill)}, skill=skill)


def _activities(profile: SelectionProfile, call: Call) -> Iterator[Change]:
    if profile.desired_activities is not None:
        return
    codes: list[str] = [code for code in call.posting.activities or () if code != "other"]
    codes = codes or [ACTIVITIES_OF_FIELD[field][0] for field in call.posting.fields or () if field != "other"]
    if codes:
        yield worded("activity", {"desired_activities": (codes[0],)}, activity=ACTIVITY_JA[codes[0]])
        yield worded("activity_other", {"desired_activities": ("other",)})


def _links(profile: SelectionProfile, call: Call) -> Iterator[Change]:
    code, links = call.posting.municipality_code, profile.links
    kinds = {link.kind for link in links or () if link.municipality_code == code}
    place = find(code).full_name
    if call.posting.trial in {"otameshi", "intern"} and not call.is_tryout:
        stay = Link(municipality_code=code, kind="trial")
        yield worded("trial", {"links": (*(links or ()), stay)}, place=place)
    if not kinds:
        visit = Link(municipality_code=code, kind="visited")
        yield worded("visited" if links is None else "visit", {"links": (*(links or ()), visit)}, place=place)
    if links is None:
        yield worded("no_link", {"links": ()}, place=place)
