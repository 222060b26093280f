"""A call as the editor's form: what is stored becomes fields, and the fields become a call again.

A field that is left blank is *unknown*; where "none" is a fact of its own (no licence is asked for), a box says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final, Literal, TypeAlias, cast

from pydantic import BeforeValidator, Field, ValidationError

from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel
from api.pages.kept_answers import Kept
from features.intake.values import READERS, About, Read
from features.records import Host, Language, Posting
from features.taxonomy.licences import licences
from features.taxonomy.vocabulary import (
    CEFR_ORDER,
    LANGUAGE_JA,
    Activity,
    ContactFrequency,
    ContractType,
    Field_,
    HostType,
    Housing,
    PostingState,
    PostingSubtype,
    Program,
    SideJob,
    Trial,
    Vehicle,
    Zone,
    language_words,
)

__all__ = ["LISTS", "NONE_FIELDS", "PostingForm", "is_written", "posting_of", "typed_of"]

Answer: TypeAlias = Literal["yes", "no"]
NoneField: TypeAlias = Literal[
    "required_licences",
    "required_languages",
    "required_skills",
    "preferred_skills",
    "goals",
    "selection_steps",
    "subtypes",
    "activities",
    "fields",
]
NONE_FIELDS: Final = ("required_licences", "required_languages", "required_skills", "preferred_skills")
LISTS: Final = (*NONE_FIELDS, "goals", "selection_steps")  # one entry a line
_CHOSEN: Final = ("subtypes", "activities", "fields")
_ANSWERS: Final = ("bonus", "own_funds")
_HOST: Final = ("type", "contact_frequency", "briefed_residents", "peers")
_UNIT: Final = re.compile(r"(?:円|人|名|か月|ヶ月|時間|日)$")
_LANGUAGE: Final = re.compile(rf"([a-z]{{2,3}})[ \u3000]+({'|'.join(CEFR_ORDER)})")


def _plain_number(text: object) -> object:
    """Numbers as offices write them: ２００，０００円."""
    if not isinstance(text, str):
        return text
    return _UNIT.sub("", unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", ""))


_AsWritten: Final = BeforeValidator(_plain_number)
_Yen = Annotated[int, _AsWritten, Field(ge=0, le=10_000_000_000)]
_Days = Annotated[float, _AsWritten, Field(ge=0, le=31, allow_inf_nan=False)]
_Hours = Annotated[float, _AsWritten, Field(ge=0, le=744, allow_inf_nan=False)]
_Lines = Annotated[str, Field(max_length=20_000)]


class PostingForm(FormModel):
    """The fields of a call, by the names of the API; ``host_…`` for those of the host, ``none`` for what is none."""

    etag: Annotated[str, Field(max_length=40)] = ""
    own_number: Annotated[str, Field(max_length=60, pattern=r"^[^\x00-\x1f\x7f/]+$")] | None = None
    place: Annotated[str, Field(max_length=50)] | None = None
    program: Program
    subtypes: tuple[PostingSubtype, ...] = ()
    zone: Zone = "unknown"
    title: Annotated[str, Field(max_length=500)] | None = None
    mission_text: _Lines | None = None
    goals: _Lines | None = None
    activities: tuple[Activity, ...] = ()
    fields: tuple[Field_, ...] = ()
    headcount: Annotated[int, _AsWritten, Field(ge=1, le=10_000)]
    seats_left: Annotated[int, _AsWritten, Field(ge=0, le=10_000)] | None = None
    contract_type: ContractType | None = None
    monthly_pay_yen: _Yen | None = None
    bonus: Answer | None = None
    housing: Housing | None = None
    housing_subsidy_max_yen: _Yen | None = None
    vehicle: Vehicle | None = None
    hours_per_week: Annotated[float, _AsWritten, Field(ge=0, le=168, allow_inf_nan=False)] | None = None
    side_job: SideJob | None = None
    term_months: Annotated[int, _AsWritten, Field(ge=0, le=1200)] | None = None
    min_days_per_month: _Days | None = None
    min_hours_per_month: _Hours | None = None
    min_onsite_days_per_month: _Days | None = None
    agreed_burden_yen_year: _Yen | None = None
    start_date: date | None = None
    deadline: date | None = None
    required_licences: _Lines | None = None
    required_languages: _Lines | None = None
    required_skills: _Lines | None = None
    preferred_skills: _Lines | None = None
    selection_steps: _Lines | None = None
    trial: Trial | None = None
    host_type: HostType | None = None
    host_contact_frequency: ContactFrequency | None = None
    host_briefed_residents: Answer | None = None
    host_peers: Annotated[int, _AsWritten, Field(ge=0, le=1000)] | None = None
    as_of: date | None = None
    own_funds: Answer | None = None
    none: tuple[NoneField, ...] = ()
    keep: Kept = ()


_OF_FORM: Final = frozenset({"etag", "own_number", "place", "none", "keep", *LISTS, *_CHOSEN, *_ANSWERS})


_SET_BEFORE: Final = ("etag", "own_number", "place", "program", "headcount")


def is_written(sent: PostingForm) -> bool:
    """Whether a form says anything of a call beyond what every new form says.

    Examples
    --------
    >>> is_written(PostingForm(program="kyoryokutai", headcount=1, own_number="7"))
    False
    >>> is_written(PostingForm(program="kyoryokutai", headcount=1, title="森の仕事"))
    True
    """
    return bool(sent.model_dump(exclude_defaults=True, exclude=set(_SET_BEFORE)))


def posting_of(
    sent: PostingForm, *, posting_id: str, municipality_code: str, state: PostingState, stored: Posting | None = None
) -> Posting:
    """The call that a form describes.

    Parameters
    ----------
    sent : PostingForm
    posting_id, municipality_code : str
    state : PostingState
    stored : Posting, optional
        What is stored: a line that was not touched stays the entry it stands for.

    Raises
    ------
    FormError
        If the fields do not make a call together.
    """
    content: dict[str, Any] = {
        "posting_id": posting_id,
        "municipality_code": municipality_code,
        "state": state,
        **{name: value for name, value in sent.model_dump(exclude_none=True).items() if _is_plain(name)},
        **dict(_lists(sent, stored)),
        **{name: getattr(sent, name) == "yes" for name in _ANSWERS if getattr(sent, name) is not None},
    }
    host = dict(_host(sent))
    try:
        return Posting.model_validate(content | ({"host": host} if host else {}))
    except ValidationError as error:
        raise FormError([_fault(cast("Mapping[str, Any]", one)) for one in error.errors(include_url=False)]) from None


def typed_of(posting: Posting, *, etag: str) -> dict[str, list[str]]:
    """A stored call as the fields of its form.

    Examples
    --------
    >>> call = Posting(posting_id="p", program="kyoryokutai", municipality_code="01468", headcount=2,
    ...                required_licences=("car",), required_languages=(), own_funds=False)
    >>> typed = typed_of(call, etag='"1"')
    >>> typed["headcount"], typed["required_licences"], typed["none"]
    (['2'], ['普通自動車免許'], ['required_languages'])
    """
    told = posting.model_dump(mode="json", exclude_none=True, exclude={"host"})
    typed = {
        name: [_text(value)] for name, value in told.items() if name in PostingForm.model_fields and _is_plain(name)
    }
    for name in _ANSWERS:
        if name in told:
            typed[name] = ["yes" if told[name] else "no"]
    for name in _CHOSEN:
        typed[name] = list(getattr(posting, name) or ())
    for name in LISTS:
        typed[name] = ["\n".join(_line(name, one) for one in getattr(posting, name) or ())]
    for name, value in _host_values(posting.host):
        typed[f"host_{name}"] = [("yes" if value else "no") if isinstance(value, bool) else str(value)]
    typed["none"] = [name for name in (*LISTS, *_CHOSEN) if getattr(posting, name) == ()]
    typed["etag"] = [etag]
    return typed


def _is_plain(name: str) -> bool:
    return name not in _OF_FORM and not name.startswith("host_")


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _lists(sent: PostingForm, stored: Posting | None) -> Iterator[tuple[str, object]]:
    for name in _CHOSEN:
        chosen = getattr(sent, name)
        if chosen or name in sent.none:
            yield name, chosen
    for name in LISTS:
        lines = [line.strip() for line in (getattr(sent, name) or "").split("\n") if line.strip()]
        known = {_line(name, one): one for one in getattr(stored, name, None) or ()}
        if lines:
            yield name, tuple(known[line] if line in known else _entry(name, line) for line in lines)
        elif name in sent.none:
            yield name, ()


def _entry(name: str, line: str) -> object:
    return _language(line) if name == "required_languages" else line


def _line(name: str, entry: object) -> str:
    if isinstance(entry, Language):
        is_named = entry.code in LANGUAGE_JA
        return language_words(entry.code, entry.cefr) if is_named else f"{entry.code} {entry.cefr}"
    known_licence = licences().get(str(entry)) if name == "required_licences" else None
    return " ".join(str(entry).split("\n")) if known_licence is None else known_licence.name


def _language(line: str) -> object:
    told = _LANGUAGE.fullmatch(line)
    if told is not None:
        return {"code": told[1], "cefr": told[2]}
    read = READERS["languages"](line, About())
    known = cast("Sequence[object]", read.value or ()) if isinstance(read, Read) else ()
    if len(known) != 1:
        raise FormError([Fault("required_languages", ("fault.required_languages.unreadable",))])
    return known[0]


def _host(sent: PostingForm) -> Iterator[tuple[str, object]]:
    for name in _HOST:
        value = getattr(sent, f"host_{name}")
        if value is not None:
            yield name, value == "yes" if name == "briefed_residents" else value


def _host_values(host: Host | None) -> Iterator[tuple[str, object]]:
    for name in _HOST:
        value = None if host is None else getattr(host, name)
        if value is not None:
            yield name, value


def _fault(fault: Mapping[str, Any]) -> Fault:
    names = [str(part) for part in fault["loc"]]
    name = next((one for one in names if one in PostingForm.model_fields), "seats_left" if not names else "")
    return Fault(name, (f"fault.{name}.unfit", "fault.other"))
