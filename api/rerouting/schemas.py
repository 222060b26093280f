"""Shapes of requests and answers about applicants' consents to be shown to other municipalities."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, Field, model_validator

from api.http.schemas import Page
from api.rerouting.tables import EVERYWHERE
from features.municipalities import prefecture_names
from features.records import Identifier, MunicipalityCode, Record

__all__ = ["ReroutingConsentAnswer", "ReroutingConsentPage", "ReroutingConsentRequest"]


def _verify_prefecture(code: str) -> str:
    if code not in prefecture_names():
        raise ValueError("expected the 2 digits of a prefecture, 01 to 47")
    return code


_Prefecture: TypeAlias = Annotated[str, Field(pattern=r"^\d{2}$"), AfterValidator(_verify_prefecture)]


class ReroutingConsentRequest(Record):
    """That an applicant may be shown to municipalities, whole prefectures or everywhere, up to a day."""

    applicant_id: Identifier
    municipalities: Annotated[tuple[MunicipalityCode, ...], Field(max_length=200)] = ()
    prefectures: Annotated[tuple[_Prefecture, ...], Field(max_length=47, description="2 digits: 01 is 北海道.")] = ()
    everywhere: bool = False
    until: date = Field(description="The last day, at most 366 days from today; a consent can be renewed.")
    document: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        None, description="The paper the person signed; a municipality must name it."
    )

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        named = bool(self.municipalities or self.prefectures)
        if named == self.everywhere:
            raise ValueError("expected municipalities or prefectures, or everywhere: true without them")
        return self

    def targets(self) -> frozenset[str]:
        """The codes as they are stored."""
        return frozenset({EVERYWHERE} if self.everywhere else {*self.municipalities, *self.prefectures})


class ReroutingConsentAnswer(BaseModel):
    """One consent; who gave or withdrew it stands in the audit log."""

    consent_id: str
    applicant_id: str
    municipalities: list[str]
    prefectures: list[str]
    everywhere: bool
    until: date
    ground: str = Field(description="Paragraph and number of 個人情報保護法69条: 69-2-1 is the person's consent.")
    document: str | None
    entered_by: str | None = Field(description="The municipality that recorded it from paper; null: the applicant.")
    given_at: datetime
    withdrawn_at: datetime | None


class ReroutingConsentPage(Page):
    """Some of the consents within reach, newest first, withdrawn ones too."""

    consents: list[ReroutingConsentAnswer]
