"""The forms of a profile, one a step: what is typed there and nothing that may not be asked."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from api.pages.forms import FormModel
from features.plain_values import Day
from features.taxonomy.vocabulary import Activity, Cefr, HousingNeed, LinkKind, Program, Subtype, Zone

__all__ = [
    "AREAS",
    "LANGUAGE_CODES",
    "N_LANGUAGES",
    "N_LINKS",
    "Answer",
    "CareerForm",
    "CompanyForm",
    "HomeForm",
    "LivingForm",
    "RegionsForm",
    "StepForm",
    "WishForm",
    "WordsForm",
]

Answer: TypeAlias = Literal["yes", "no", "unsaid"]
Area: TypeAlias = Literal["北海道", "東北", "関東", "中部", "近畿", "中国", "四国", "九州・沖縄"]
LanguageCode: TypeAlias = Literal["en", "zh", "ko", "fr", "de", "es", "pt", "vi", "th", "id"]
AREAS: Final[tuple[Area, ...]] = ("北海道", "東北", "関東", "中部", "近畿", "中国", "四国", "九州・沖縄")
LANGUAGE_CODES: Final[tuple[LanguageCode, ...]] = ("en", "zh", "ko", "fr", "de", "es", "pt", "vi", "th", "id")
N_LANGUAGES: Final = 3
N_LINKS: Final = 3

_FIRST, _LAST = date(1900, 1, 1), date(2200, 12, 31)  # the years that a record takes
_Place: TypeAlias = Annotated[str, Field(max_length=50)]
_Code: TypeAlias = Annotated[str, Field(pattern=r"^\d{5}$")]
_Months: TypeAlias = Annotated[int, Field(ge=0, le=600)]
_Lines: TypeAlias = Annotated[str, Field(max_length=20_000)]
_Text: TypeAlias = Annotated[str, Field(max_length=20_000)]


class StepForm(FormModel):
    """What every step sends: the tag of the answers that its form was drawn from."""

    etag: Annotated[str, Field(max_length=64)] = ""


class HomeForm(StepForm):
    """For which programme, and what decides the region rule."""

    programs: tuple[Program, ...] = Field(min_length=1)
    origin: _Place | None = None
    origin_code: _Code | None = None
    origin_zone: Zone = "unknown"
    exception: Literal["none", "former_member", "jet", "overseas"] = "none"
    former: _Place | None = None
    former_code: _Code | None = None
    months: _Months | None = None
    months_since_end: _Months | None = None


class CareerForm(StepForm):
    """What a person has done and can do; one a line."""

    occupations: _Lines | None = None
    skills: _Lines | None = None
    licences: _Lines | None = None
    no_licences: Literal["yes"] | None = None
    language_1: LanguageCode | None = None
    cefr_1: Cefr | None = None
    language_2: LanguageCode | None = None
    cefr_2: Cefr | None = None
    language_3: LanguageCode | None = None
    cefr_3: Cefr | None = None


class WishForm(StepForm):
    """What a person wants to do, from when, and the links that are there already."""

    desired_activities: tuple[Activity, ...] = ()
    available_from: Annotated[Day, Field(ge=_FIRST, le=_LAST)] | None = None
    link_1: _Place | None = None
    link_1_code: _Code | None = None
    link_kind_1: LinkKind | None = None
    link_2: _Place | None = None
    link_2_code: _Code | None = None
    link_kind_2: LinkKind | None = None
    link_3: _Place | None = None
    link_3_code: _Code | None = None
    link_kind_3: LinkKind | None = None


class WordsForm(StepForm):
    """In a person's own words."""

    motivation_text: _Text | None = None
    plan_text: _Text | None = None


class CompanyForm(StepForm):
    """What the rules of 地域活性化起業人 ask of somebody who comes from a company."""

    subtypes: tuple[Subtype, ...] = ()
    employer: _Place | None = None
    employer_code: _Code | None = None
    tenure_months: _Months | None = None
    retired: Answer = "unsaid"
    days_per_month: Annotated[float, Field(ge=0, le=31)] | None = None
    hours_per_month: Annotated[float, Field(ge=0, le=744)] | None = None
    onsite_days_per_month: Annotated[float, Field(ge=0, le=31)] | None = None
    term_months: _Months | None = None


class RegionsForm(StepForm):
    """Private: where, for how much, and how housed."""

    regions_wanted: tuple[Area, ...] = ()
    regions_wanted_more: _Lines | None = None
    regions_refused: tuple[Area, ...] = ()
    regions_refused_more: _Lines | None = None
    min_monthly_pay_yen: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    housing_need: HousingNeed | None = None


class LivingForm(StepForm):
    """Private: what everyday life must have."""

    car_ok: Answer = "unsaid"
    snow_ok: Answer = "unsaid"
    island_ok: Answer = "unsaid"
    hospital_minutes: Annotated[int, Field(ge=0, le=600)] | None = None
    high_school: Answer = "unsaid"
    nursery: Answer = "unsaid"
    broadband: Answer = "unsaid"
