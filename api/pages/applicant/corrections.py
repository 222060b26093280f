"""Steps of a profile that an office may put right: the applicant's own forms, with why, and before beside after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Annotated, Final

from pydantic import Field

from api.audit.vocabulary import CorrectionReason
from api.canonical import canonical_json
from api.pages.applicant.own_record import OwnRecord
from api.pages.applicant.profile_answers import typed_of
from api.pages.applicant.profile_forms import CareerForm, CompanyForm, HomeForm, WishForm, WordsForm
from api.pages.applicant.profile_steps import Step, StepName, asked_of
from api.pages.forms import FormModel
from api.pages.templating import day_words
from api.pages.words import Words
from features.records import Applicant
from features.taxonomy.vocabulary import ACTIVITY_JA, JAPANESE

__all__ = ["CORRECTIONS", "Change", "CorrectionForm", "changes_between", "correctable_steps", "sent_digest"]


class CorrectionForm(FormModel):
    """Why, which answers were there, and which changes were looked at."""

    etag: Annotated[str, Field(max_length=64)] = ""
    why: CorrectionReason
    seen: Annotated[str, Field(max_length=64)] = ""


class _Home(HomeForm, CorrectionForm):
    """Programme and home."""


class _Career(CareerForm, CorrectionForm):
    """Work, skills, licences and languages."""


class _Wish(WishForm, CorrectionForm):
    """Activities, the first day and links."""


class _Words(WordsForm, CorrectionForm):
    """Motive and plan."""


class _Company(CompanyForm, CorrectionForm):
    """The company and the times."""


# wishes for the person alone are shown to no office, so it puts none of them right here
CORRECTIONS: Final[Mapping[StepName, type[CorrectionForm]]] = {
    "home": _Home,
    "career": _Career,
    "wish": _Wish,
    "words": _Words,
    "company": _Company,
}


@dataclass(frozen=True)
class Change:
    """One field: what it is called, and the lines that are stored and that will be; none where nothing is said."""

    label: str
    before: Sequence[str]
    after: Sequence[str]


def correctable_steps(applicant: Applicant) -> list[StepName]:
    """The steps that this person is asked and an office may see."""
    return [step.name for step in asked_of(OwnRecord(applicant.applicant_id, applicant)) if step.name in CORRECTIONS]


def sent_digest(sent: CorrectionForm) -> str:
    """Names what was typed: whoever confirms has seen the changes of exactly that."""
    return sha256(canonical_json(sent.model_dump(mode="json", exclude={"seen"})).encode()).hexdigest()


def changes_between(step: Step, before: Applicant, after: Applicant, words: Words) -> list[Change]:
    """The fields of a step that change, in the order of its form."""
    old, new = typed_of(before), typed_of(after)
    names = [name for name in step.form.model_fields if f"profile.{name}" in words.known and not name.endswith("_code")]
    return [
        Change(words(f"profile.{name}"), *(_words(name, typed.get(name, ()), words) for typed in (old, new)))
        for name in names
        if old.get(name, ()) != new.get(name, ())
    ]


def _words(name: str, values: Sequence[str], words: Words) -> list[str]:
    return [line for value in values for line in _value_words(name, value, words).splitlines() if line.strip()]


def _value_words(name: str, value: str, words: Words) -> str:
    """A choice as its form calls it; what was written as it stands."""
    if name == "no_licences":
        return words("correction.ticked")
    if name == "desired_activities":
        return ACTIVITY_JA[value]
    if name.startswith("link_kind"):
        return JAPANESE[value]
    if name == "available_from":
        return day_words(date.fromisoformat(value), words.language)
    field = name.rstrip("_123456789")
    keys = {
        "programs": f"profile.{value}",
        "origin_zone": f"region_check.zone_{value}",
        "exception": f"region_check.exception_{value}",
        "subtypes": f"profile.subtype_{value}",
        "retired": "" if value == "unsaid" else f"profile.retired_{value}",
        "language": f"profile.language_{value}",
        "cefr": f"profile.cefr_{value}",
    }
    key = keys.get(field)
    return value if key is None else words(key) if key else ""
