"""Tables of imports: what became of each stays, the file and what it says only until then."""

from __future__ import annotations

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import JSON, Column, Text
from sqlmodel import Field

from api.storage.tables import RecordId, Row, UtcDateTime

__all__ = ["ImportContentRow", "ImportRow", "OfficeKeyRow", "OfficeMappingRow"]

_ID = 32
_DIGEST = 64
_OFFICE = 20


class ImportRow(Row, table=True):
    """One import; ``report`` counts and names places in the file, never what stands there nor whose it is."""

    id: str = Field(primary_key=True, max_length=_ID)
    account_id: str = Field(sa_type=RecordId, index=True)
    municipality_code: str | None = Field(default=None, max_length=5, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    kept_until: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    state: str = Field(max_length=12, index=True)
    job_id: str | None = Field(default=None, max_length=_ID)
    plan_digest: str | None = Field(default=None, max_length=_DIGEST)
    report: dict[str, JsonValue] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class ImportContentRow(Row, table=True):
    """The file in base64, so that a backup holds it as every other text; what was said beside it; what it would do.

    ``accepted`` are the records that a commit stores, with the revision of what they replace.
    """

    import_id: str = Field(primary_key=True, foreign_key="import.id", ondelete="CASCADE", max_length=_ID)
    asked: dict[str, JsonValue] = Field(sa_type=JSON)
    content: str = Field(sa_type=Text)
    plan: dict[str, JsonValue] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    accepted: list[dict[str, JsonValue]] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class OfficeMappingRow(Row, table=True):
    """Which heading is which field in an office's own files of one kind."""

    office: str = Field(primary_key=True, max_length=_OFFICE)
    kind: str = Field(primary_key=True, max_length=_OFFICE)
    mapping: dict[str, JsonValue] = Field(sa_type=JSON)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class OfficeKeyRow(Row, table=True):
    """Keeps the ids that are made from names and addresses from being tried out."""

    office: str = Field(primary_key=True, max_length=_OFFICE)
    key: str = Field(max_length=_DIGEST)
