"""The table of erasures that wait for a date."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field

from api.storage.tables import RecordId, Row, UtcDateTime

__all__ = ["ErasureRequestRow"]

_ID = 32
_DOCUMENT = 200


class ErasureRequestRow(Row, table=True):
    """A person asked to be erased while a duty to keep the record runs: when it ends, the next purge erases."""

    applicant_id: str = Field(primary_key=True, foreign_key="applicant.id", ondelete="CASCADE", sa_type=RecordId)
    document: str | None = Field(default=None, max_length=_DOCUMENT)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    asked_by: str = Field(max_length=_ID)
    kept_until: date
