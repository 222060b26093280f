"""From a step's form to answers of the record, and from the record to what the form shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from api.pages.applicant.profile_forms import (
    AREAS,
    LANGUAGE_CODES,
    N_LANGUAGES,
    N_LINKS,
    Answer,
    CareerForm,
    CompanyForm,
    HomeForm,
    LivingForm,
    RegionsForm,
    WishForm,
    WordsForm,
)
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel
from api.pages.place_search import meant_by
from features.errors import MunicipalityError
from features.municipalities import find
from features.records import Applicant, Language, PrivatePreferences, SelectionProfile
from features.reference.regions import prefectures_of

__all__ = [
    "Parts",
    "career_answers",
    "company_answers",
    "home_answers",
    "living_answers",
    "regions_answers",
    "typed_of",
    "wish_answers",
    "words_answers",
]

Parts: TypeAlias = Mapping[str, Mapping[str, object]]
_SELECTION: Final = "selection_profile"
_PRIVATE: Final = "private_preferences"
_LONGEST_LINE: Final = 500
_MOST_LINES: Final = 200
_NEEDS: Final = ("high_school", "nursery", "broadband")
_ACCEPTED: Final = ("car_ok", "snow_ok", "island_ok")
_OVERSEAS: Final = "overseas"
_WITH_MONTHS: Final = ("former_member", "jet")
_SAID: Final[Mapping[Answer, bool | None]] = {"yes": True, "no": False, "unsaid": None}


class _Places:
    """Names of municipalities as they are read, with every fault among them."""

    def __init__(self, form: FormModel) -> None:
        self._form = form
        self.faults: list[Fault] = []

    def code(self, name: str) -> str | None:
        """The code that a field means; ``None`` where it is blank or not clear."""
        text: str | None = getattr(self._form, name)
        if text is None:
            return None
        meant = meant_by(name, text, getattr(self._form, f"{name}_code"))
        if meant.fault is not None:
            self.faults.append(meant.fault)
        return None if meant.place is None else meant.place.code

    def missing(self, name: str) -> None:
        """Note a field that another answer needs."""
        self.faults.append(Fault(name, ("fault.needed",)))

    def verify(self) -> None:
        """Refuse the form where something is wrong."""
        if self.faults:
            raise FormError(self.faults)


def home_answers(form: HomeForm, _stored: Applicant | None) -> Parts:
    """The region rule's facts."""
    places, is_abroad = _Places(form), form.exception == _OVERSEAS
    code = None if is_abroad else places.code("origin")
    exception: dict[str, object] | None = None
    if form.exception in _WITH_MONTHS:
        for name in ("months", "months_since_end"):
            if getattr(form, name) is None:
                places.missing(name)
        exception = {"kind": form.exception, "months": form.months, "months_since_end": form.months_since_end}
    if form.exception == "former_member":
        exception = {**(exception or {}), "municipality_code": places.code("former")}
        if form.former is None:
            places.missing("former")
    if is_abroad:
        exception = {"kind": _OVERSEAS}
    places.verify()
    origin = None if code is None else {"municipality_code": code, "zone": form.origin_zone}
    return {"": {"programs": list(form.programs)}, _SELECTION: {"origin": origin, "exception": exception}}


def career_answers(form: CareerForm, stored: Applicant | None) -> Parts:
    """Work, skills, licences, languages; "none" is an answer, a blank is none."""
    found: dict[str, object] = {name: _lines(name, getattr(form, name)) for name in ("occupations", "skills")}
    licences = _lines("licences", form.licences)
    found["licences"] = [] if licences is None and form.no_licences else licences
    pairs = [(getattr(form, f"language_{n}"), getattr(form, f"cefr_{n}")) for n in range(1, N_LANGUAGES + 1)]
    faults = [
        Fault(f"cefr_{n}" if cefr is None else f"language_{n}", ("fault.choice",))
        for n, (code, cefr) in enumerate(pairs, start=1)
        if (code is None) != (cefr is None)
    ]
    if faults:
        raise FormError(faults)
    told = {code: {"code": code, "cefr": cefr} for code, cefr in pairs if code is not None}
    held = [] if stored is None else _languages(stored.selection_profile)[1]
    others = [one.model_dump(mode="json") for one in held if one.code not in told]
    found["languages"] = [*told.values(), *others] or None
    return {_SELECTION: found}


def wish_answers(form: WishForm, stored: Applicant | None) -> Parts:
    """Activities, the first day, links with places."""
    places = _Places(form)
    links: list[object] = []
    for n in range(1, N_LINKS + 1):
        code, kind = places.code(f"link_{n}"), getattr(form, f"link_kind_{n}")
        if (getattr(form, f"link_{n}") is None) != (kind is None):
            places.missing(f"link_{n}" if kind is not None else f"link_kind_{n}")
        links += [{"municipality_code": code, "kind": kind}]
    places.verify()
    told = [link for link in links if link != {"municipality_code": None, "kind": None}]
    held = () if stored is None else stored.selection_profile.links or ()
    told += [link.model_dump(mode="json") for link in held[N_LINKS:]]  # the form shows the first few; the others stay
    day = None if form.available_from is None else form.available_from.isoformat()
    activities = list(form.desired_activities) or None
    return {_SELECTION: {"desired_activities": activities, "available_from": day, "links": told or None}}


def words_answers(form: WordsForm, _stored: Applicant | None) -> Parts:
    """Motive and plan."""
    return {_SELECTION: {"motivation_text": form.motivation_text, "plan_text": form.plan_text}}


def company_answers(form: CompanyForm, stored: Applicant | None) -> Parts:
    """The company, the form and the times; what else is known of the employer stays."""
    places = _Places(form)
    employer = {
        "municipality_code": places.code("employer"),
        "tenure_months": form.tenure_months,
        "retired": _SAID[form.retired],
    }
    places.verify()
    held = None if stored is None else stored.selection_profile.employer
    before = {} if held is None else held.model_dump(mode="json", exclude_unset=True)
    told = {name: value for name, value in {**before, **employer}.items() if value is not None}
    times = ("days_per_month", "hours_per_month", "onsite_days_per_month", "term_months")
    found: dict[str, object] = {name: getattr(form, name) for name in times}
    return {_SELECTION: {**found, "subtypes": list(form.subtypes) or None, "employer": told or None}}


def regions_answers(form: RegionsForm, stored: Applicant | None) -> Parts:
    """Regions, pay and housing."""
    wanted = _regions("regions_wanted", form.regions_wanted, form.regions_wanted_more)
    refused = _regions("regions_refused", form.regions_refused, form.regions_refused_more)
    if refused is None and stored is not None and stored.private_preferences.regions_refused == ():
        refused = []  # "none" was said before, and a blank takes no answer back that stands so
    both = set(wanted or ()) & set(refused or ())
    if both:
        raise FormError([Fault("regions_refused", ("fault.wanted_and_refused",))])
    found: dict[str, object] = {"regions_wanted": wanted, "regions_refused": refused}
    found |= {"min_monthly_pay_yen": form.min_monthly_pay_yen, "housing_need": form.housing_need}
    return {_PRIVATE: found}


def living_answers(form: LivingForm, _stored: Applicant | None) -> Parts:
    """Everyday life."""
    found: dict[str, object] = {name: _SAID[getattr(form, name)] for name in _ACCEPTED}
    needs: dict[str, object] = {"hospital_minutes": form.hospital_minutes}
    needs |= {name: _SAID[getattr(form, name)] for name in _NEEDS}
    told = {name: value for name, value in needs.items() if value is not None}
    return {_PRIVATE: {**found, "needs": told or None}}


def _lines(name: str, text: str | None) -> list[str] | None:
    lines = list(dict.fromkeys(line.strip() for line in (text or "").splitlines() if line.strip()))
    if len(lines) > _MOST_LINES or any(len(line) > _LONGEST_LINE for line in lines):
        raise FormError([Fault(name, ("fault.lines",), {"lines": _MOST_LINES, "most": _LONGEST_LINE})])
    return lines or None


def _regions(name: str, areas: Sequence[str], more: str | None) -> list[str] | None:
    named = [part for line in _lines(f"{name}_more", more) or () for part in line.replace("、", " ").split()]
    if not all(map(_is_region, named)):
        raise FormError([Fault(f"{name}_more", ("fault.region_unknown",))])
    return list(dict.fromkeys([*areas, *named])) or None


def _is_region(name: str) -> bool:
    try:
        prefectures_of(name)
    except MunicipalityError:
        return False
    return True


def typed_of(applicant: Applicant | None) -> Mapping[str, Sequence[str]]:
    """What the forms of all steps show of a record."""
    return {} if applicant is None else {name: [*values] for name, values in _typed(applicant)}


_Typed: TypeAlias = Iterator[tuple[str, Collection[str]]]


def _typed(applicant: Applicant) -> _Typed:
    profile, wishes = applicant.selection_profile, applicant.private_preferences
    yield "programs", applicant.programs
    yield from _typed_home(profile)
    yield from _typed_career(profile)
    yield from _typed_wish(profile)
    simple = ("motivation_text", "plan_text", "term_months")
    for name in (*simple, "days_per_month", "hours_per_month", "onsite_days_per_month"):
        yield name, _one(getattr(profile, name))
    yield "subtypes", profile.subtypes or ()
    if profile.employer is not None:
        yield from _place("employer", profile.employer.municipality_code)
        yield "tenure_months", _one(profile.employer.tenure_months)
        yield "retired", [_word(profile.employer.retired)]
    yield from _typed_private(wishes)


def _typed_home(profile: SelectionProfile) -> _Typed:
    if profile.origin is not None:
        yield from _place("origin", profile.origin.municipality_code)
        yield "origin_zone", [profile.origin.zone]
    if profile.exception is not None:
        yield "exception", [profile.exception.kind]
        for name in ("months", "months_since_end"):
            yield name, _one(getattr(profile.exception, name, None))
        yield from _place("former", getattr(profile.exception, "municipality_code", None))


def _typed_career(profile: SelectionProfile) -> _Typed:
    for name in ("occupations", "skills", "licences"):
        yield name, ["\n".join(getattr(profile, name) or ())]
    yield "no_licences", ["yes"] if profile.licences == () else []
    for n, language in enumerate(_languages(profile)[0], start=1):
        yield f"language_{n}", [language.code]
        yield f"cefr_{n}", [language.cefr]


def _typed_wish(profile: SelectionProfile) -> _Typed:
    yield "desired_activities", profile.desired_activities or ()
    yield "available_from", _one(profile.available_from)
    for n, link in enumerate((profile.links or ())[:N_LINKS], start=1):
        yield from _place(f"link_{n}", link.municipality_code)
        yield f"link_kind_{n}", [link.kind]


def _typed_private(wishes: PrivatePreferences) -> _Typed:
    for name in ("regions_wanted", "regions_refused"):
        regions: tuple[str, ...] = getattr(wishes, name) or ()
        yield name, [region for region in regions if region in AREAS]
        yield f"{name}_more", ["、".join(region for region in regions if region not in AREAS)]
    for name in ("min_monthly_pay_yen", "housing_need"):
        yield name, _one(getattr(wishes, name))
    for name in _ACCEPTED:
        yield name, [_word(getattr(wishes, name))]
    yield "hospital_minutes", _one(None if wishes.needs is None else wishes.needs.hospital_minutes)
    for name in _NEEDS:
        yield name, [_word(getattr(wishes.needs, name, None))]


def _languages(profile: SelectionProfile) -> tuple[list[Language], list[Language]]:
    """Those that the form shows, and those that stay as they are."""
    told = profile.languages or ()
    shown = [one for one in told if one.code in LANGUAGE_CODES][:N_LANGUAGES]
    return shown, [one for one in told if one not in shown]


def _place(name: str, code: str | None) -> Iterator[tuple[str, Collection[str]]]:
    if code is not None:
        yield name, [find(code).full_name]
        yield f"{name}_code", [code]


def _one(value: object) -> list[str]:
    if isinstance(value, float):
        return [f"{value:g}"]
    return [] if value is None else [str(value)]


def _word(said: bool | None) -> Literal["yes", "no", "unsaid"]:
    return "unsaid" if said is None else "yes" if said else "no"
