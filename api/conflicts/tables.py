"""The table of declared conflicts of interest; a lifted one stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from api.storage.tables import RecordId, Row, UtcDateTime

__all__ = ["ConflictRow"]

_ID = 32
_ACCOUNT = "account.id"


class ConflictRow(Row, table=True):
    """An account's conflict with an applicant or with a posting: its kind and nothing more about it."""

    id: str = Field(primary_key=True, max_length=_ID)
    account_id: str = Field(foreign_key=_ACCOUNT, index=True, max_length=_ID)
    applicant_id: str | None = Field(
        default=None, foreign_key="applicant.id", ondelete="CASCADE", index=True, sa_type=RecordId
    )
    posting_id: str | None = Field(
        default=None, foreign_key="posting.id", ondelete="CASCADE", index=True, sa_type=RecordId
    )
    kind: str = Field(max_length=20)
    declared_at: datetime = Field(sa_type=UtcDateTime)
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lifted_by: str | None = Field(default=None, foreign_key=_ACCOUNT, max_length=_ID)
    lifted_reason: str | None = Field(default=None, sa_type=Text)
