"""Tables: a record is stored once, as the JSON it was validated from, beside the columns that are asked for.

No table mirrors a record's fields; what comes out is validated again by the record's own model.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import ClassVar

from pydantic import JsonValue
from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, MetaData, String, Text
from sqlalchemy.orm import declared_attr
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel

__all__ = [
    "ApplicantRow",
    "ApplicationRow",
    "CompanyRow",
    "HistoryRow",
    "HouseholdRow",
    "PostingRow",
    "RecordId",
    "RecordRow",
    "RestrictionRow",
    "RevisionRow",
    "Row",
    "RunInputRow",
    "RunRow",
    "UtcDateTime",
]

_ID = 200  # features.records.Identifier
_KEY = 32  # of rows that are no records
_DOCUMENT = 200
_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class RecordId(TypeDecorator[str]):
    """The id of a record, in the order of its UTF-8 bytes on every database, whatever language PostgreSQL sorts by."""

    impl = String(_ID)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Name the order where it is not the only one."""
        return dialect.type_descriptor(String(_ID, collation="C" if dialect.name == "postgresql" else None))


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored and returned in UTC; SQLite alone would return it without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a moment without a zone, convert the rest to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment has no time zone, expected one")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Attach UTC where the database dropped it."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Row(SQLModel):
    """Base of every table of this service: constraints have names on every database."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=_NAMES)  # pyright: ignore[reportIncompatibleVariableOverride]

    @declared_attr.directive
    @classmethod
    def __tablename__(cls) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        """``ApplicantRow`` is stored in ``applicant``."""
        return cls.__name__.removesuffix("Row").lower()


class RecordRow(Row):
    """What every record's table has; ``revision`` is the number of the change that stored the record as it is."""

    id: str = Field(primary_key=True, sa_type=RecordId)
    record: dict[str, JsonValue] = Field(sa_type=JSON)
    revision: int = Field(sa_type=BigInteger, index=True)


class ApplicantRow(RecordRow, table=True):
    """One applicant."""


class PostingRow(RecordRow, table=True):
    """One posting."""

    program: str = Field(max_length=20, index=True)
    municipality_code: str = Field(max_length=5, index=True)
    state: str = Field(max_length=10, index=True)
    deadline: date | None
    version: int


class ApplicationRow(RecordRow, table=True):
    """Who applied where."""

    applicant_id: str = Field(foreign_key="applicant.id", index=True, sa_type=RecordId)
    posting_id: str = Field(foreign_key="posting.id", index=True, sa_type=RecordId)
    status: str = Field(max_length=10, index=True)


class HouseholdRow(RecordRow, table=True):
    """People who apply together."""


class CompanyRow(RecordRow, table=True):
    """A company that offers people."""


class RestrictionRow(Row, table=True):
    """The use of a person's record is stopped, from the change ``revision`` up to, not including, ``until``."""

    id: str = Field(primary_key=True, max_length=_KEY)
    applicant_id: str = Field(foreign_key="applicant.id", ondelete="CASCADE", index=True, sa_type=RecordId)
    document: str | None = Field(default=None, max_length=_DOCUMENT)
    revision: int = Field(sa_type=BigInteger)
    stopped_at: datetime = Field(sa_type=UtcDateTime)
    stopped_by: str = Field(max_length=_KEY)
    until: int | None = Field(default=None, sa_type=BigInteger)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str | None = Field(default=None, max_length=_KEY)


class HistoryRow(Row, table=True):
    """What a record was from ``revision`` until another change, ``until``, replaced or removed it.

    An erased person's record is ``None``: that there was one stays, what it said does not.
    """

    kind: str = Field(primary_key=True, max_length=20)
    id: str = Field(primary_key=True, sa_type=RecordId)
    revision: int = Field(primary_key=True, sa_type=BigInteger)
    until: int = Field(sa_type=BigInteger, index=True)
    until_at: datetime = Field(sa_type=UtcDateTime)
    record: dict[str, JsonValue] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class RevisionRow(Row, table=True):
    """One row that counts the changes of all records, so that a computed market knows whether it is still true."""

    id: int = Field(primary_key=True)
    number: int = Field(sa_type=BigInteger)


class RunRow(Row, table=True):
    """A round that was run: ``body`` is the exact text that ``digest`` was taken of."""

    id: str = Field(primary_key=True, max_length=32)
    mechanism: str = Field(max_length=60, index=True)
    status: str = Field(max_length=20, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    digest: str = Field(max_length=64)
    body: str = Field(sa_type=Text)


class RunInputRow(Row, table=True):
    """What a run was computed from beside the code: request, day, state of the records, weights and added rules."""

    run_id: str = Field(primary_key=True, foreign_key="run.id", ondelete="CASCADE", max_length=32)
    request: dict[str, JsonValue] = Field(sa_type=JSON)
    inputs: dict[str, JsonValue] = Field(sa_type=JSON)
