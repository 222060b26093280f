"""Applicants, postings, applications, households and companies, exactly as files and the API carry them.

A missing optional key is *unknown* (``None``); an empty list is *none*. What must not be collected (age, sex, family,
birthplace, nationality, religion, creed, union, health, photo) has no field here, so an unknown key is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated, Final, Literal, TypeAlias, cast, get_args

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)

from features.municipalities import resolve_code
from features.plain_values import STORED, verify_plain_values
from features.reference.regions import verify_region
from features.taxonomy.vocabulary import (
    CEFR_OF_JLPT,
    Activity,
    ApplicationStatus,
    Cefr,
    ContactFrequency,
    ContractType,
    Field_,
    HostType,
    Housing,
    HousingNeed,
    LinkKind,
    PostingState,
    PostingSubtype,
    Program,
    SideJob,
    Subtype,
    Trial,
    Vehicle,
    Zone,
)

__all__ = [
    "EXEMPTION_FACTS",
    "ID_OF",
    "Applicant",
    "Application",
    "Company",
    "Conflict",
    "Consent",
    "Employer",
    "Exemption",
    "FormerMember",
    "Host",
    "Household",
    "Jet",
    "Language",
    "Link",
    "Needs",
    "Origin",
    "Overseas",
    "Posting",
    "PrivatePreferences",
    "Record",
    "Records",
    "SelectionProfile",
    "model_of",
]

# "." and ".." alone are steps of a path to whoever normalises an address: such a record could not be opened
_NO_DOTS = r"[^\x00-\x1f\x7f.][^\x00-\x1f\x7f]*|\.[^\x00-\x1f\x7f.][^\x00-\x1f\x7f]*|\.\.[^\x00-\x1f\x7f]+"
Identifier: TypeAlias = Annotated[str, Field(min_length=1, max_length=200, pattern=rf"^(?:{_NO_DOTS})$")]
Text: TypeAlias = Annotated[str, Field(max_length=20_000)]
Phrase: TypeAlias = Annotated[str, Field(min_length=1, max_length=500)]
Phrases: TypeAlias = Annotated[tuple[Phrase, ...], Field(max_length=200)]
Months: TypeAlias = Annotated[int, Field(ge=0, le=1200)]
Days: TypeAlias = Annotated[float, Field(ge=0, le=31, allow_inf_nan=False)]
Hours: TypeAlias = Annotated[float, Field(ge=0, le=744, allow_inf_nan=False)]
Yen: TypeAlias = Annotated[int, Field(ge=0, le=10_000_000_000)]
MunicipalityCode: TypeAlias = Annotated[str, AfterValidator(resolve_code)]
Region: TypeAlias = Annotated[str, AfterValidator(verify_region)]


def _cefr_of(level: object) -> object:
    return CEFR_OF_JLPT.get(level, level) if isinstance(level, str) else level


class Record(BaseModel):
    """A frozen record that refuses unknown keys, and values of another kind than its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _takes_values_as_written(cls, content: object, info: ValidationInfo) -> object:
        given = content
        if isinstance(content, dict):
            is_stored = info.context is STORED
            verify_plain_values(cls, cast("dict[str, object]", content), of_any_year=is_stored)
        return given


class Language(Record):
    """A language with its CEFR level; JLPT N1 to N5 are read as the CEFR level they reach at least."""

    code: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    cefr: Annotated[Cefr, BeforeValidator(_cefr_of)]


class Origin(Record):
    """Where the applicant's 住民票 is, and whether that district lies in a 条件不利区域."""

    municipality_code: MunicipalityCode
    zone: Zone = "unknown"


class FormerMember(Record):
    """A former 協力隊 member: months served in one area, months since the end, and that area."""

    kind: Literal["former_member"]
    months: Months
    months_since_end: Months
    municipality_code: MunicipalityCode


class Overseas(Record):
    """Living abroad, in no Japanese 住民基本台帳."""

    kind: Literal["overseas"]


class Jet(Record):
    """A JET participant: months served and months since the end."""

    kind: Literal["jet"]
    months: Months
    months_since_end: Months


Exemption: TypeAlias = Annotated[FormerMember | Overseas | Jet, Field(discriminator="kind")]
EXEMPTION_FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    kind: tuple(name for name in model.model_fields if name != "kind")
    for kind, model in (("former_member", FormerMember), ("overseas", Overseas), ("jet", Jet))
}
"""What each kind of exemption takes to be told, in the order in which it is written."""


class Employer(Record):
    """The company a 起業人 comes from; ``works_in`` are the municipalities where the person already works."""

    municipality_code: MunicipalityCode | None = None
    hq_in_metro: bool | None = None
    tenure_months: Months | None = None
    retired: bool | None = None
    works_in: tuple[MunicipalityCode, ...] | None = None
    consent: bool | None = None


class Link(Record):
    """An existing link with a place, told as an activity, never as a birthplace or a family tie."""

    municipality_code: MunicipalityCode
    kind: LinkKind


class SelectionProfile(Record):
    """What a coordinator may see and rank on, and the facts the rules need."""

    origin: Origin | None = None
    exception: Exemption | None = None
    employer: Employer | None = None
    subtypes: tuple[Subtype, ...] | None = None
    days_per_month: Days | None = None
    hours_per_month: Hours | None = None
    onsite_days_per_month: Days | None = None
    term_months: Months | None = None
    occupations: Phrases | None = None
    skills: Phrases | None = None
    licences: Phrases | None = None
    languages: tuple[Language, ...] | None = None
    desired_activities: tuple[Activity, ...] | None = None
    available_from: date | None = None
    motivation_text: Text | None = None
    plan_text: Text | None = None
    links: tuple[Link, ...] | None = None


class Needs(Record):
    """Living conditions the applicant asks for; a missing key means the applicant did not say."""

    hospital_minutes: Annotated[int, Field(ge=0, le=600)] | None = None
    high_school: bool | None = None
    nursery: bool | None = None
    broadband: bool | None = None


class PrivatePreferences(Record):
    """What serves this applicant's own recommendations only; no coordinator's score can read it."""

    regions_wanted: tuple[Region, ...] | None = None
    regions_refused: tuple[Region, ...] | None = None
    min_monthly_pay_yen: Yen | None = None
    housing_need: HousingNeed | None = None
    snow_ok: bool | None = None
    island_ok: bool | None = None
    car_ok: bool | None = None
    needs: Needs | None = None
    place_weight: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None


class Consent(Record):
    """What the applicant agreed to, and until when; ``automated_order`` false = no order by scores is wanted."""

    purposes: tuple[Phrase, ...] | None = None
    share_with: tuple[Phrase, ...] | None = None
    scout_ok: bool | None = None
    automated_order: bool | None = None
    expiry: date | None = None


class Applicant(Record):
    """A person who looks for a place: two separated profiles and a consent."""

    applicant_id: Identifier
    programs: tuple[Program, ...]
    selection_profile: SelectionProfile = SelectionProfile()
    private_preferences: PrivatePreferences = PrivatePreferences()
    consent: Consent | None = None
    record_moved_on: date | None = None
    months_served: Months | None = None


class Host(Record):
    """Who receives the member: readiness of the place, a property of the posting."""

    type: HostType | None = None
    contact_frequency: ContactFrequency | None = None
    briefed_residents: bool | None = None
    peers: Annotated[int, Field(ge=0, le=1000)] | None = None


class Posting(Record):
    """One call for members: mission, seats, conditions and host."""

    posting_id: Identifier
    program: Program
    municipality_code: MunicipalityCode
    headcount: Annotated[int, Field(ge=1, le=10_000)]
    subtypes: tuple[PostingSubtype, ...] | None = None
    zone: Zone = "unknown"
    title: Annotated[str, Field(max_length=500)] | None = None
    mission_text: Text | None = None
    goals: Phrases | None = None
    activities: tuple[Activity, ...] | None = None
    fields: tuple[Field_, ...] | None = None
    contract_type: ContractType | None = None
    monthly_pay_yen: Yen | None = None
    bonus: bool | None = None
    housing: Housing | None = None
    housing_subsidy_max_yen: Yen | None = None
    vehicle: Vehicle | None = None
    hours_per_week: Annotated[float, Field(ge=0, le=168, allow_inf_nan=False)] | None = None
    side_job: SideJob | None = None
    term_months: Months | None = None
    min_days_per_month: Days | None = None
    min_hours_per_month: Hours | None = None
    min_onsite_days_per_month: Days | None = None
    start_date: date | None = None
    deadline: date | None = None
    required_licences: Phrases | None = None
    required_languages: tuple[Language, ...] | None = None
    required_skills: Phrases | None = None
    preferred_skills: Phrases | None = None
    selection_steps: Phrases | None = None
    trial: Trial | None = None
    host: Host | None = None
    as_of: date | None = None
    own_funds: bool = False
    state: PostingState = "open"
    version: Annotated[int, Field(ge=1)] = 1
    seats_left: Annotated[int, Field(ge=0, le=10_000)] | None = None
    agreed_burden_yen_year: Yen | None = None

    @model_validator(mode="after")
    def _seats_fit(self) -> Posting:
        if self.seats_left is not None and self.seats_left > self.headcount:
            raise ValueError(f"seats_left is {self.seats_left}, expected at most headcount {self.headcount}")
        return self

    @property
    def seats(self) -> int:
        """Seats still to fill."""
        return self.headcount if self.seats_left is None else self.seats_left

    def is_open_on(self, day: date) -> bool:
        """Whether people may apply on a day: open, and not past the deadline; a seat may be left or not."""
        return self.state == "open" and (self.deadline is None or self.deadline >= day)


class Application(Record):
    """Who applied where; ``wish_rank`` 1 is the first choice."""

    application_id: Identifier
    applicant_id: Identifier
    posting_id: Identifier
    received_at: AwareDatetime | date | None = None
    wish_rank: Annotated[int, Field(ge=1, le=10_000)] | None = None
    status: ApplicationStatus = "received"


class Household(Record):
    """People who apply together, with one strict joint list; ``None`` = that member is not placed."""

    household_id: Identifier
    members: tuple[Identifier, ...]
    joint_preferences: tuple[tuple[Identifier | None, ...], ...]

    @model_validator(mode="after")
    def _rows_fit(self) -> Household:
        for row, wish in enumerate(self.joint_preferences):
            if len(wish) != len(self.members):
                raise ValueError(f"joint_preferences[{row}] has {len(wish)} entries, expected {len(self.members)}")
        return self


class Conflict(Record):
    """A company's declared interest: whether it sells to municipalities, and in which fields."""

    sells_to_municipalities: bool | None = None
    fields: tuple[Field_, ...] | None = None


class Company(Record):
    """A company that offers people as 地域活性化起業人."""

    company_id: Identifier
    name: Phrase
    municipality_code: MunicipalityCode | None = None
    hq_in_metro: bool | None = None
    industry: Phrase | None = None
    people: tuple[Identifier, ...] | None = None
    conflict: Conflict | None = None


class Records(Record):
    """The content of one file: any of the five kinds."""

    applicants: tuple[Applicant, ...] = ()
    postings: tuple[Posting, ...] = ()
    applications: tuple[Application, ...] = ()
    households: tuple[Household, ...] = ()
    companies: tuple[Company, ...] = ()


ID_OF: Final[Mapping[str, str]] = {
    "applicants": "applicant_id",
    "postings": "posting_id",
    "applications": "application_id",
    "households": "household_id",
    "companies": "company_id",
}
"""The key that holds the id of each kind of record."""


@cache
def model_of(kind: str) -> type[Record]:
    """The model of one kind of record, as :class:`Records` holds it.

    Examples
    --------
    >>> model_of("companies").__name__
    'Company'
    """
    model, _ = get_args(Records.model_fields[kind].annotation)
    return cast("type[Record]", model)
