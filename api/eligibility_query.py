"""A question about one move, told in query parameters: the pair of records it stands for."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from features.json_files.record_files import explain_error
from features.plain_values import Day
from features.records import (
    EXEMPTION_FACTS,
    Applicant,
    Days,
    Employer,
    Exemption,
    Hours,
    Months,
    MunicipalityCode,
    Origin,
    Overseas,
    Posting,
    SelectionProfile,
)
from features.taxonomy.vocabulary import Program, Subtype, Zone

__all__ = ["EligibilityQuery"]

_KYORYOKUTAI = ("origin", "origin_zone", "exception")
_KIGYOJIN = ("subtype", "company", "tenure_months", "days", "hours", "onsite_days")


def _exemption_of(told: object) -> object:
    """An exemption from its text; one that is told as a record stays."""
    if not isinstance(told, str):
        return told
    kind, *parts = told.split(":")
    names = EXEMPTION_FACTS.get(kind)
    if names is None or len(parts) != len(names):
        raise ValueError(
            "expected overseas, jet:months:months_since_end or former_member:months:months_since_end:municipality"
        )
    try:
        facts = {
            name: _number(part) if name.startswith("months") else part for name, part in zip(names, parts, strict=True)
        }
        content = {"exception": {"kind": kind, **facts}}
        return SelectionProfile.model_validate(content).exception
    except ValidationError as error:
        raise ValueError(explain_error(error, SelectionProfile)) from None


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


_Exemption: TypeAlias = Annotated[Exemption, BeforeValidator(_exemption_of), WithJsonSchema({"type": "string"})]


class EligibilityQuery(BaseModel):
    """The parameters of ``GET /eligibility``, those of ``enmusubi eligibility``."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    program: Program
    destination: MunicipalityCode = Field(description="Municipality code of the receiving body.")
    origin: MunicipalityCode | None = Field(None, description="Municipality code of the present 住民票.")
    origin_zone: Zone | None = None
    destination_zone: Zone = "unknown"
    exception: _Exemption | None = Field(
        None, description="former_member:months:months_since_end:municipality, jet:months:months_since_end or overseas."
    )
    subtype: Subtype | None = None
    company: MunicipalityCode | None = Field(None, description="Municipality code of the company.")
    tenure_months: Months | None = None
    days: Days | None = None
    hours: Hours | None = None
    onsite_days: Days | None = None
    term_months: Months | None = None
    on: Day | None = Field(None, description="The day the rules are asked about (today).")

    @model_validator(mode="after")
    def _fits_the_program(self) -> EligibilityQuery:
        foreign = _KIGYOJIN if self.program == "kyoryokutai" else _KYORYOKUTAI
        given = [name for name in foreign if getattr(self, name) is not None]
        if given:
            raise ValueError(f"{given[0]} does not belong to program {self.program}")
        if isinstance(self.exception, Overseas) and self.origin is not None:
            raise ValueError("origin is given with exception overseas, expected one of the two")
        if self.program == "kyoryokutai" and self.origin is None and self.exception is None:
            raise ValueError("origin is missing; give the municipality of the 住民票, or exception overseas")
        return self

    def applicant(self) -> Applicant:
        """The person of the question."""
        known_company = self.company is not None or self.tenure_months is not None
        profile = SelectionProfile(
            origin=None
            if self.origin is None
            else Origin(municipality_code=self.origin, zone=self.origin_zone or "unknown"),
            exception=self.exception,
            employer=Employer(municipality_code=self.company, tenure_months=self.tenure_months)
            if known_company
            else None,
            subtypes=None if self.subtype is None else (self.subtype,),
            days_per_month=self.days,
            hours_per_month=self.hours,
            onsite_days_per_month=self.onsite_days,
            term_months=self.term_months,
        )
        return Applicant(applicant_id="applicant", programs=(self.program,), selection_profile=profile)

    def posting(self) -> Posting:
        """The receiving body of the question."""
        return Posting(
            posting_id="destination",
            program=self.program,
            municipality_code=self.destination,
            zone=self.destination_zone,
            headcount=1,
            subtypes=None if self.subtype is None else (self.subtype,),
            term_months=self.term_months,
        )
