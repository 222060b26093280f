"""Shapes of requests and answers about people's rights."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from features.records import Record

__all__ = ["ErasureAnswer", "ErasureOrder", "HistoryAnswer", "RestrictionAnswer", "RestrictionOrder", "Version"]

_Document = Annotated[str, Field(min_length=1, max_length=200)]


class ErasureOrder(Record):
    """A person's wish on paper, as a municipality enters it."""

    document: Annotated[_Document, Field(description="Number and date of the paper that asks for it.")]
    despite_duty: bool = Field(False, description="A person decided to erase although a duty to keep runs.")


class ErasureAnswer(BaseModel):
    """What became of a wish to be erased."""

    erased: bool
    kept_until: date | None = Field(description="The last day a duty keeps the record; null where it is gone.")
    reason: str | None = Field(description="Why it waits, in words.")
    certificate: str | None = Field(description="SHA-256 of the certificate; null where it waits.")


class RestrictionOrder(Record):
    """On which paper the use is stopped; a person who is signed in needs none."""

    document: _Document | None = None


class RestrictionAnswer(BaseModel):
    """Since when the use of a record is stopped."""

    applicant_id: str
    stopped_at: datetime


class Version(BaseModel):
    """One change of a record: when, by which change, and which keys it changed."""

    revision: int
    at: datetime | None = Field(description="null: it was made before changes were timed.")
    changed: list[str] = Field(description="Places such as selection_profile.plan_text; empty for the first.")


class HistoryAnswer(BaseModel):
    """What became of a record, oldest first; the last line is the record as it stands."""

    applicant_id: str
    versions: list[Version]
