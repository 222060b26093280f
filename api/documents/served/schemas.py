"""Shapes of requests for documents, and of the list of what there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field

from api.documents.calendar.slots import InterviewSlot
from api.documents.kinds import Format
from features.plain_values import Day
from features.records import Identifier, MunicipalityCode, Record

__all__ = [
    "FOLLOW_UP_KINDS",
    "OFFICE_KINDS",
    "BundleAsked",
    "DocumentList",
    "FollowUpAsked",
    "KindAnswer",
    "LetterAsked",
    "NamedNeed",
    "OfficeKind",
    "PaperAsked",
    "PaperOrder",
]

OfficeKind: TypeAlias = Literal[
    "selection-list",
    "interview-sheet",
    "region-check",
    "decision-record",
    "offer-letter",
    "not-chosen-letter",
    "interview-letter",
    "interview-dates",
    "briefing",
    "handover",
    "ai-notice",
]
OFFICE_KINDS: Final[tuple[OfficeKind, ...]] = get_args(OfficeKind)
NamedNeed: TypeAlias = Literal["posting_id", "applicant_id", "interviews"]
FOLLOW_UP_KINDS: Final = ("tax-evidence", "reminders")
_Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
_Form: TypeAlias = Annotated[Format | None, Field(description="The first of the kind's where absent.")]
_On: TypeAlias = Annotated[Day | None, Field(description="The day the rules are asked about (today).")]
_Members: TypeAlias = Annotated[int, Field(ge=1, le=8, description="Members of the panel.")]
_Posting: TypeAlias = Annotated[Identifier | None, Field(description="The call it is about.")]
_Applicant: TypeAlias = Annotated[Identifier | None, Field(description="One person; everybody meant where absent.")]


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    format: _Form = None
    on: _On = None


class PaperAsked(_Asked):
    """Which paper of an office."""

    posting_id: _Posting = None
    applicant_id: _Applicant = None
    members: _Members = 3


class PaperOrder(Record):
    """The same, with what an office adds from its own files; none of it is stored, and none of it is in a log."""

    format: _Form = None
    on: _On = None
    posting_id: _Posting = None
    applicant_id: _Applicant = None
    members: _Members = 3
    names: Annotated[Mapping[Identifier, _Name], Field(max_length=1000, description="Names by applicant id.")] = {}
    interviews: Annotated[tuple[InterviewSlot, ...], Field(max_length=200)] = ()


class FollowUpAsked(_Asked):
    """Which calls: one, or all of a municipality within reach."""

    posting_id: _Posting = None
    municipality_code: Annotated[MunicipalityCode | None, Field(description="All calls of one municipality.")] = None


class BundleAsked(BaseModel):
    """Whose papers: of all calls within reach, or of one municipality's; many calls come in several files."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    on: _On = None
    municipality_code: Annotated[MunicipalityCode | None, Field(description="All calls of one municipality.")] = None
    part: Annotated[int, Field(ge=1, le=1000, description="Which file, where the calls are many.")] = 1


class LetterAsked(_Asked):
    """Whose letter."""

    applicant_id: Annotated[Identifier, Field(description="The person whom the letter is for.")]


class KindAnswer(BaseModel):
    """One kind of document."""

    name: str
    title: str
    formats: list[Format]
    needs: list[NamedNeed] = Field(description="What must be named.")
    takes: list[str] = Field(description="What may be named besides.")
    roles: list[str] = Field(description="Who may ask; the others are refused.")
    methods: list[Literal["GET", "POST"]] = Field(description="POST takes names and interviews.")


class DocumentList(BaseModel):
    """Every kind."""

    documents: list[KindAnswer]
