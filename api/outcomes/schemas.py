"""Shapes of requests and answers about outcomes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final, Literal, TypeAlias, get_args

from pydantic import BaseModel, Field, model_validator

from api.decisions.schemas import By
from api.http.schemas import Page
from features.plain_values import Day
from features.records import Identifier, Record

__all__ = [
    "EXIT_JA",
    "MONTHS",
    "DueOutcome",
    "DuePage",
    "ExitCode",
    "Months",
    "OutcomeAnswer",
    "OutcomePage",
    "OutcomeRequest",
    "OutcomeSummary",
    "Share",
]

Months: TypeAlias = Literal[3, 6, 12, 36]
MONTHS: Final[tuple[Months, ...]] = get_args(Months)
ExitCode: TypeAlias = Literal["host", "community", "administration", "family", "income", "other_work", "planned"]
EXIT_JA: Final[dict[ExitCode, str]] = {
    "host": "受入団体との関係",
    "community": "地域との関係",
    "administration": "行政との関係",
    "family": "家庭の事情",
    "income": "収入",
    "other_work": "ほかの仕事",
    "planned": "予定どおりの終了",
}
_Id: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]


class OutcomeRequest(Record):
    """What was found of a placement some months after its start."""

    application_id: Identifier
    months: Months
    state: Literal["there", "left"] = Field(description="Whether the person is still there: at the work, or living on.")
    exit_code: ExitCode | None = Field(None, description="Why the person left; nothing else about it is stored.")
    left_on: Day | None = None
    found_on: Day = Field(description="The day it was found out.")
    started_on: Day | None = Field(None, description="The start, where it was not the posting's.")
    corrects: _Id | None = Field(None, description="The last outcome of that month, where this one counts instead.")

    @model_validator(mode="after")
    def _fits(self) -> OutcomeRequest:
        told = self.exit_code is not None and self.left_on is not None
        if self.state == "left" and not told:
            raise ValueError("state left needs exit_code and left_on")
        if self.state == "there" and (self.exit_code is not None or self.left_on is not None):
            raise ValueError("state there has neither exit_code nor left_on")
        return self


class OutcomeAnswer(BaseModel):
    """One outcome; a correction is another that names it."""

    outcome_id: str
    application_id: str
    months: Months
    state: Literal["there", "left"]
    exit_code: ExitCode | None
    left_on: date | None
    found_on: date
    started_on: date
    corrects: str | None
    counts: bool = Field(description="False where another was recorded in its place.")
    by: By
    recorded_at: datetime


class OutcomePage(Page):
    """Some of the outcomes, oldest first."""

    outcomes: list[OutcomeAnswer]


class DueOutcome(BaseModel):
    """A question that is due: is the person still there?"""

    application_id: str
    applicant_id: str
    posting_id: str
    months: Months
    due_on: date
    started_on: date


class DuePage(Page):
    """Some of the questions that are due, oldest first."""

    due: list[DueOutcome]
    without_start: int = Field(description="Placements whose start nobody knows: record one outcome with started_on.")


class Share(BaseModel):
    """A number of people out of those of whom it is known; null where it would tell of single people."""

    known: int | None
    number: int | None
    share: float | None


class OutcomeSummary(BaseModel):
    """Both measures, because each alone misleads: who finished and stayed, and who was gone within a year."""

    placements: int | None
    gone_within_12_months: Share = Field(description="Of those whose first year is known.")
    gone_within_12_months_as_planned: Share = Field(description="Of the same: those whose term ended as planned.")
    finished_and_stayed: Share = Field(
        description="Of those who are there at 36 months or left as planned; who broke off is not among them."
    )
    exits: dict[ExitCode, int | None]
    withheld_below: int | None = Field(description="Numbers below it are null; null where all are told.")
