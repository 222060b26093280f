"""The table of decisions: rows are added and never changed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Text, UniqueConstraint
from sqlmodel import Field

from api.storage.tables import RecordId, Row, UtcDateTime

__all__ = ["DecisionRow"]

_ID = 32
_DIGEST = 64


class DecisionRow(Row, table=True):
    """One step of one application: who took it, why, and what the list said at that moment.

    ``number`` counts the steps of an application: of two officers who saw the same last step one is stored.
    ``from_state`` is where the step began; a correction begins where the step it corrects began.
    """

    __table_args__ = (UniqueConstraint("application_id", "number"),)

    id: str = Field(primary_key=True, max_length=_ID)
    application_id: str = Field(foreign_key="application.id", index=True, sa_type=RecordId)
    number: int
    after: str | None = Field(default=None, max_length=_ID)
    corrects: str | None = Field(default=None, max_length=_ID)
    from_state: str = Field(max_length=20)
    state: str = Field(max_length=20, index=True)
    account_id: str | None = Field(default=None, foreign_key="account.id", max_length=_ID)
    role: str = Field(max_length=20)
    decided_at: datetime = Field(sa_type=UtcDateTime, index=True)
    reason: str | None = Field(default=None, sa_type=Text)

    list_order: str | None = Field(default=None, max_length=10)
    listed_on: date | None = None
    placed_by: str | None = Field(default=None, max_length=10)
    rank: int | None = None
    n_listed: int | None = None
    score: float | None = None
    verdict: str | None = Field(default=None, max_length=20)
    deciding_rule: str | None = Field(default=None, sa_type=Text)
    unmet: list[str] = Field(default=[], sa_type=JSON)
    n_ahead: int | None = None
    provenance: str | None = Field(default=None, max_length=_DIGEST)
    flags: list[str] = Field(default=[], sa_type=JSON)
    is_override: bool = Field(default=False, index=True)
