"""What the interface says and is told about imports."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.http.schemas import Page
from api.jobs.answers import JobAnswer
from features.intake import Kind, OfficeMapping
from features.records import MunicipalityCode
from features.taxonomy.vocabulary import Program

__all__ = [
    "CommitRequest",
    "ImportAnswer",
    "ImportAsked",
    "ImportPage",
    "ImportState",
    "ImportSummary",
    "PlanAnswer",
    "Report",
    "SheetName",
]

ImportState: TypeAlias = Literal["previewing", "previewed", "committing", "committed", "failed", "discarded"]
SheetName: TypeAlias = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]
_Lines: TypeAlias = list[dict[str, JsonValue]]


class ImportAsked(BaseModel):
    """What is said beside a file; kept and let go with it, because names of files and sheets may name people."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: SheetName
    kind: Kind | None = None
    sheet: SheetName | None = None
    program: Program | None = None
    municipality_code: MunicipalityCode | None = None
    mapping: OfficeMapping | None = None


class CommitRequest(BaseModel):
    """Which preview to store."""

    model_config = ConfigDict(extra="forbid")

    plan_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="Of the preview that was looked at.")]


class Report(BaseModel):
    """What stays of an import: counts and places in the file, never what stands there nor whose it is."""

    kind: Kind
    counts: dict[str, int] = Field(description="Records new, changed, unchanged; rows refused and skipped.")
    counts_by_kind: dict[str, dict[str, int]] = Field(
        default={}, description="The same of each kind of record: people and their applications apart."
    )
    columns: _Lines = Field(description="Column, what became of it, and the field.")
    refused: _Lines = Field(description="Row, column, field, code, reason and way out; the first thousand.")


class PlanAnswer(BaseModel):
    """What a commit would do, with cells: for whoever sent the file, and only until the import ends."""

    source: dict[str, JsonValue] = Field(description="Format, encoding, sheet, rows of headings.")
    kind: Kind
    kind_ja: str
    kind_confidence: float
    counts: dict[str, int] = Field(description="Records new, changed, unchanged; rows refused and skipped.")
    counts_by_kind: dict[str, dict[str, int]] = Field(
        default={}, description="The same of each kind of record: people and their applications apart."
    )
    columns: _Lines = Field(description="Each column: heading, use, field, confidence, up to three cells.")
    dropped: _Lines = Field(description="Columns that are not read because they tell what must not be collected.")
    changes: _Lines = Field(description="Each record: id, row, new, changed or unchanged, and the keys that change.")
    refused: _Lines = Field(description="Cells and rows that keep their row out: place, value, reason, way out.")
    remarks: _Lines = Field(description="Cells of stored rows that were read with a supposition or left unknown.")
    skipped: _Lines = Field(description="Rows that hold no record.")
    zone_questions: _Lines = Field(description="Addresses whose district a person looks up.")
    told: _Lines = Field(description="How often a text tells what is not judged, never the words.")
    notes: list[str]
    mapping: OfficeMapping = Field(description="The choice of columns, to be changed and sent back.")
    totals: dict[str, int] = Field(description="How long changes, refused, remarks, skipped … are in all.")


class ImportSummary(BaseModel):
    """An import: how far it is, and what stays of it."""

    import_id: str
    state: ImportState
    created_at: datetime
    kept_until: datetime = Field(description="When the file goes at the latest.")
    ended_at: datetime | None
    report: Report | None = Field(description="Null until it is committed.")


class ImportAnswer(ImportSummary):
    """An import with its preview."""

    plan_digest: str | None = Field(description="To be sent with the commit.")
    plan: PlanAnswer | None = Field(description="By GET alone; null while there is no preview, and after the end.")
    job: JobAnswer | None = Field(description="The preview or commit that was asked for last; why it failed.")


class ImportPage(Page):
    """Some of the office's imports, newest first."""

    imports: list[ImportSummary]
