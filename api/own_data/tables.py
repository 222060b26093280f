"""Tables of people's rights: whose use is stopped, and whose erasure waits for a date."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from api.storage.tables import RecordId, Row, UtcDateTime

__all__ = ["ErasureRequestRow", "RestrictionRow"]

_ID = 32
_DOCUMENT = 200


class RestrictionRow(Row, table=True):
    """The use of a person's record is stopped, from the change ``revision`` up to, not including, ``until``."""

    id: str = Field(primary_key=True, max_length=_ID)
    applicant_id: str = Field(foreign_key="applicant.id", ondelete="CASCADE", index=True, sa_type=RecordId)
    document: str | None = Field(default=None, max_length=_DOCUMENT)
    revision: int = Field(sa_type=BigInteger)
    stopped_at: datetime = Field(sa_type=UtcDateTime)
    stopped_by: str = Field(max_length=_ID)
    until: int | None = Field(default=None, sa_type=BigInteger)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str | None = Field(default=None, max_length=_ID)


class ErasureRequestRow(Row, table=True):
    """A person asked to be erased while a duty to keep the record runs: when it ends, the next purge erases."""

    applicant_id: str = Field(primary_key=True, foreign_key="applicant.id", ondelete="CASCADE", sa_type=RecordId)
    document: str | None = Field(default=None, max_length=_DOCUMENT)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    asked_by: str = Field(max_length=_ID)
    kept_until: date
