"""The steps of a profile in their order: which form, which answers, and who will see them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final, Literal, TypeAlias

from api.pages.applicant.own_record import OwnRecord
from api.pages.applicant.profile_answers import (
    Parts,
    career_answers,
    company_answers,
    home_answers,
    living_answers,
    regions_answers,
    typed_of,
    wish_answers,
    words_answers,
)
from api.pages.applicant.profile_forms import (
    CareerForm,
    CompanyForm,
    HomeForm,
    LivingForm,
    RegionsForm,
    StepForm,
    WishForm,
    WordsForm,
)
from api.pages.templating import day_words
from api.pages.typed_values import ValueKind, as_asked, kind_of
from api.pages.words import Words
from features.records import Applicant

__all__ = [
    "STEPS",
    "Progress",
    "Step",
    "StepName",
    "asked_of",
    "changed_elsewhere",
    "progress_of",
    "step_of_term",
    "tag_of_step",
]

StepName: TypeAlias = Literal["home", "career", "wish", "words", "company", "regions", "living"]


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes
    ----------
    name : StepName
    form : type of StepForm
    answers : callable
        The form and what is stored → answers by the part of the record they belong to.
    counted : sequence of str
        Fields that count as answered where the form shows something in them.
    is_private : bool
        Whether nobody but the applicant sees it.
    terms : sequence of str
        Terms of the own score that its answers move.
    """

    name: StepName
    form: type[StepForm]
    answers: Callable[[Any, Applicant | None], Parts]
    counted: Sequence[str]
    is_private: bool = False
    terms: Sequence[str] = ()


@dataclass(frozen=True)
class Progress:
    """How many fields of a step are answered."""

    step: Step
    n_answered: int


STEPS: Final[Mapping[StepName, Step]] = {
    step.name: step
    for step in (
        Step("home", HomeForm, home_answers, ("programs", "origin"), terms=("distance_from_origin",)),
        Step(
            "career",
            CareerForm,
            career_answers,
            ("occupations", "skills", "licences", "language_1"),
            terms=("work_done", "skill_coverage"),
        ),
        Step(
            "wish",
            WishForm,
            wish_answers,
            ("desired_activities", "available_from", "link_1"),
            terms=("activity_wish", "availability", "place_link"),
        ),
        Step(
            "words",
            WordsForm,
            words_answers,
            ("motivation_text", "plan_text"),
            terms=("work_wanted", "mission_meaning", "mission_text"),
        ),
        Step(
            "company",
            CompanyForm,
            company_answers,
            ("subtypes", "employer", "tenure_months", "days_per_month", "hours_per_month", "onsite_days_per_month"),
        ),
        Step(
            "regions",
            RegionsForm,
            regions_answers,
            ("regions_wanted", "regions_refused", "min_monthly_pay_yen", "housing_need"),
            is_private=True,
            terms=("region_wish", "pay", "housing"),
        ),
        Step(
            "living",
            LivingForm,
            living_answers,
            ("car_ok", "snow_ok", "island_ok", "hospital_minutes", "high_school", "nursery", "broadband"),
            is_private=True,
            terms=("car", "snow", "island", "hospital", "high_school", "nursery", "broadband"),
        ),
    )
}
_OF_COMPANY: Final = "kigyojin"
_UNSAID: Final = ("", "unsaid")
_BY_DEFAULT: Final = (*_UNSAID, "none", "unknown")  # what a form sends where nothing is stored


def asked_of(own: OwnRecord) -> list[Step]:
    """The steps for this person: what only companies' people are asked is left out for others."""
    programs = () if own.applicant is None else own.applicant.programs
    return [step for step in STEPS.values() if step.name != "company" or _OF_COMPANY in programs]


def progress_of(own: OwnRecord) -> list[Progress]:
    """Every step with the number of its answers."""
    typed = typed_of(own.applicant)

    def is_answered(name: str) -> bool:
        also = (f"{name}_more", "no_licences" if name == "licences" else name)
        return any(value not in _UNSAID for one in (name, *also) for value in typed.get(one, ()))

    return [Progress(step, sum(map(is_answered, step.counted))) for step in asked_of(own)]


def step_of_term(term: str | None) -> StepName | None:
    """The step in which a term's open question is answered.

    Examples
    --------
    >>> step_of_term("car"), step_of_term("side_job")
    ('living', None)
    """
    return next((step.name for step in STEPS.values() if term in step.terms), None)


def tag_of_step(step: Step, applicant: Applicant | None) -> str:
    """Names the stored answers of one step: another step that was saved meanwhile is no conflict, this one is.

    Only the applicant's own pages have it: whoever may not see an answer could try guesses against a digest.
    """
    typed = typed_of(applicant)
    told = {name: [value for value in typed.get(name, ()) if value not in _UNSAID] for name in step.form.model_fields}
    shown = {name: values for name, values in told.items() if values}
    return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def changed_elsewhere(
    step: Step, applicant: Applicant | None, typed: Mapping[str, Sequence[str]], words: Words
) -> list[tuple[str, str]]:
    """Fields whose stored answer is not what was typed: the name, and the answer where it is a text, number or day."""
    stored, found = typed_of(applicant), list[tuple[str, str]]()
    for name in step.form.model_fields:
        kind = kind_of(step.form, name)
        theirs, own = (
            [as_asked(value.strip(), kind) for value in fields.get(name, ()) if value.strip() not in _BY_DEFAULT]
            for fields in (stored, typed)
        )
        if theirs != own and f"profile.{name}" in words.known:
            found.append((words(f"profile.{name}"), _told("".join(theirs), kind, words)))
    return found


def _told(stored: str, kind: ValueKind, words: Words) -> str:
    if kind == "day" and stored:
        return day_words(date.fromisoformat(stored), words.language)
    return "" if kind == "other" else stored
