"""The table of outcomes: a correction is another row that counts instead."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from api.storage.tables import RecordId, Row, UtcDateTime

__all__ = ["OutcomeRow"]

_ID = 32


class OutcomeRow(Row, table=True):
    """What was found of one placement some months after its start; the highest ``number`` of a month counts."""

    __table_args__ = (UniqueConstraint("application_id", "months", "number"),)

    id: str = Field(primary_key=True, max_length=_ID)
    application_id: str = Field(foreign_key="application.id", index=True, sa_type=RecordId)
    months: int
    number: int
    state: str = Field(max_length=10, index=True)
    exit_code: str | None = Field(default=None, max_length=20)
    found_on: date
    left_on: date | None = None
    started_on: date
    corrects: str | None = Field(default=None, max_length=_ID)
    account_id: str | None = Field(default=None, foreign_key="account.id", max_length=_ID)
    role: str = Field(max_length=20)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
