"""Tables of the audit log: the entries, and one row that says where the log begins and ends."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, Text
from sqlmodel import Field

from api.storage.tables import Row

__all__ = ["AuditHeadRow", "AuditRow"]

_HASH = 64
_MOMENT = 27  # 2026-11-23T08:30:00.000000Z: one text for one moment, and texts sort as moments do


class AuditRow(Row, table=True):
    """One entry: ``entry`` is the exact text that ``hash`` was taken of, after ``previous``."""

    sequence: int = Field(
        # SQLite knows one type that is the row's own number
        sa_column=Column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False)
    )
    at: str = Field(max_length=_MOMENT, index=True)
    previous: str = Field(max_length=_HASH)
    entry: str = Field(sa_type=Text)
    hash: str = Field(max_length=_HASH)


class AuditHeadRow(Row, table=True):
    """The last entry's number and hash, and the last entry that a purge removed; appending locks this row."""

    id: int = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)
    hash: str = Field(max_length=_HASH)
    purged_through: int = Field(sa_type=BigInteger)
