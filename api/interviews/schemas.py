"""Shapes of requests and answers about interview scores."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import BaseModel, Field

from api.decisions.schemas import By, Reason
from features.records import Identifier, Record

__all__ = ["InterviewScore", "InterviewScores", "Points", "ScoreRequest"]

_Point: TypeAlias = Annotated[int, Field(ge=1, le=5)]


class Points(Record):
    """One to five of each item; the anchors are at GET /api/v1/interview-scores/items."""

    job_knowledge: _Point
    talk_with_residents: _Point
    plan: _Point
    grasp_of_conditions: _Point


class ScoreRequest(Record):
    """What one member of a panel gives one applicant, once."""

    application_id: Identifier
    items: Points
    note: Reason | None = Field(None, description="It may have to be disclosed.")


class InterviewScore(BaseModel):
    """What one member gave."""

    score_id: str
    application_id: str
    by: By
    items: Points
    note: str | None
    submitted_at: datetime


class InterviewScores(BaseModel):
    """The scores of one application that are open to the reader."""

    application_id: str
    scores: list[InterviewScore]
    withheld: int = Field(description="Scores of others, closed until the reader's own are in.")
