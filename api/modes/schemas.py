"""Shapes of requests and answers about operating modes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.modes.decisions import DecidedMode
from features.records import MunicipalityCode, Record

__all__ = ["ModeAnswer", "ModeDecisionAnswer", "ModeDecisionRequest", "Modes"]


class ModeDecisionRequest(Record):
    """That a mode may be used, for whom, from when, and the document and the body that decided it."""

    mode: DecidedMode
    municipality_code: MunicipalityCode | None = Field(description="null: the whole service. It must be said.")
    document: Annotated[str, Field(min_length=1, max_length=200, description="Number and date of the document.")]
    decided_by: Annotated[str, Field(min_length=1, max_length=200, description="The office that decided, not a name.")]
    from_date: date


class ModeDecisionAnswer(BaseModel):
    """One decision; who entered it stands in the audit log."""

    decision_id: str
    mode: DecidedMode
    municipality_code: str | None
    document: str
    decided_by: str
    from_date: date
    recorded_at: datetime
    withdrawn_at: datetime | None


class ModeAnswer(BaseModel):
    """One mode: what it is and for whom it is on today."""

    mode: Literal["in_house", DecidedMode]
    label: str
    on_for_all: bool
    on_for: list[str] = Field(description="Municipalities for which it is on; empty where it is on for all or nobody.")


class Modes(BaseModel):
    """The three modes today, and every decision, withdrawn ones too."""

    modes: list[ModeAnswer]
    decisions: list[ModeDecisionAnswer]
