"""The table of decisions that allow an operating mode."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field

from api.storage.tables import Row, UtcDateTime

__all__ = ["ModeDecisionRow"]

_ID = 32
_ACCOUNT = "account.id"


class ModeDecisionRow(Row, table=True):
    """One written decision, for a municipality or (without a code) for the whole service; never deleted."""

    id: str = Field(primary_key=True, max_length=_ID)
    mode: str = Field(max_length=20, index=True)
    municipality_code: str | None = Field(default=None, max_length=5)
    document: str = Field(max_length=200)
    decided_by: str = Field(max_length=200)
    from_date: date
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    recorded_by: str = Field(foreign_key=_ACCOUNT, max_length=_ID)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_by: str | None = Field(default=None, foreign_key=_ACCOUNT, max_length=_ID)
