"""Shapes of requests and answers about proofs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, Field, model_validator

from features.records import MunicipalityCode, Phrase, Record
from features.taxonomy.vocabulary import Zone

__all__ = ["ProofAnswer", "ProofCheck", "ProofKind", "ProofList", "ProofOrder", "ProofState"]

ProofKind: TypeAlias = Literal["licence", "address"]
ProofState: TypeAlias = Literal["asked", "uploaded", "checked", "expired", "withdrawn"]


class ProofOrder(Record):
    """What to prove: a licence that the call requires, word for word, or the address."""

    kind: ProofKind
    licence: Phrase | None = Field(None, description="For a licence: as the call's required_licences has it.")

    @model_validator(mode="after")
    def _names_a_licence(self) -> ProofOrder:
        if (self.licence is None) == (self.kind == "licence"):
            raise ValueError("licence is named exactly where the kind is licence")
        return self


class ProofCheck(Record):
    """What was seen on it, and nothing else that stood there."""

    is_confirmed: bool = Field(description="Whether it proves what was asked.")
    municipality_code: MunicipalityCode | None = Field(None, description="For an address: the municipality.")
    zone: Zone | None = Field(None, description="For an address: inside or outside a 条件不利区域.")


class ProofAnswer(BaseModel):
    """One proof: what was asked, and what was found. The image is never part of it."""

    proof_id: str
    application_id: str
    kind: ProofKind
    licence: str | None
    ground: Annotated[str, Field(description="asked, must_have or district: on what the request rests.")]
    state: ProofState
    asked_at: datetime
    delete_on: date = Field(description="The last day on which an image is there.")
    uploaded_at: datetime | None
    media_type: str | None
    is_confirmed: bool | None
    municipality_code: str | None
    zone: Zone | None
    checked_at: datetime | None


class ProofList(BaseModel):
    """The proofs of one application."""

    proofs: list[ProofAnswer]
