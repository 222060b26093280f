"""Tables of retention: when each change was made, what a purge took away, and blocks against it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Integer, Text
from sqlmodel import Field

from api.storage.tables import RecordId, Row, UtcDateTime

__all__ = ["CertificateRow", "HoldRow", "RevisionMomentRow"]

_ID = 32
_WORDS = 500


class RevisionMomentRow(Row, table=True):
    """When the change with a number was made: how old a record is follows from its revision."""

    number: int = Field(
        sa_column=Column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False)
    )
    at: datetime = Field(sa_type=UtcDateTime)


class CertificateRow(Row, table=True):
    """What was taken away of one class: ``body`` is the exact text that ``digest`` was taken of. Never deleted."""

    number: int = Field(
        sa_column=Column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False)
    )
    class_name: str = Field(max_length=20, index=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    digest: str = Field(max_length=64)
    body: str = Field(sa_type=Text)


class HoldRow(Row, table=True):
    """A block: what it names is not taken away, by nobody, until it is lifted. A lifted one stays on record."""

    id: str = Field(primary_key=True, max_length=_ID)
    kind: str = Field(max_length=20)
    subject_id: str = Field(sa_type=RecordId, index=True)
    reason: str = Field(max_length=_WORDS)
    placed_at: datetime = Field(sa_type=UtcDateTime)
    placed_by: str = Field(max_length=_ID)
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lifted_by: str | None = Field(default=None, max_length=_ID)
    lifted_reason: str | None = Field(default=None, max_length=_WORDS)
