"""The table of interview scores: one row a member of the panel and application, never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Text, UniqueConstraint
from sqlmodel import Field

from api.storage.tables import RecordId, Row, UtcDateTime

__all__ = ["InterviewScoreRow"]

_ID = 32


class InterviewScoreRow(Row, table=True):
    """What one member of a panel gave one applicant; ``member`` is the account, ``local`` where there are none."""

    __table_args__ = (UniqueConstraint("application_id", "member"),)

    id: str = Field(primary_key=True, max_length=_ID)
    application_id: str = Field(foreign_key="application.id", index=True, sa_type=RecordId)
    member: str = Field(max_length=_ID)
    role: str = Field(max_length=20)
    items: dict[str, int] = Field(sa_type=JSON)
    note: str | None = Field(default=None, sa_type=Text)
    submitted_at: datetime = Field(sa_type=UtcDateTime)
