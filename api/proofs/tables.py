"""Tables of proofs: what was asked for and found stays with the application, the image only until it is checked."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field

from api.storage.tables import RecordId, Row, UtcDateTime

__all__ = ["ProofImageRow", "ProofRow"]

_ID = 32
_LICENCE = 500


class ProofRow(Row, table=True):
    """One proof that was asked for, and what a person saw on it: a class or a code, never what else stood there."""

    id: str = Field(primary_key=True, max_length=_ID)
    application_id: str = Field(foreign_key="application.id", ondelete="CASCADE", index=True, sa_type=RecordId)
    kind: str = Field(max_length=10)
    licence: str | None = Field(default=None, max_length=_LICENCE)
    ground: str = Field(max_length=20)
    state: str = Field(max_length=12, index=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    asked_by: str = Field(max_length=_ID)
    delete_on: date = Field(index=True)
    uploaded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    media_type: str | None = Field(default=None, max_length=40)
    is_confirmed: bool | None = None
    municipality_code: str | None = Field(default=None, max_length=5)
    zone: str | None = Field(default=None, max_length=10)
    checked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    checked_by: str | None = Field(default=None, max_length=_ID)


class ProofImageRow(Row, table=True):
    """The file itself in base64, so that a backup holds it as it holds every other text."""

    proof_id: str = Field(primary_key=True, foreign_key="proof.id", ondelete="CASCADE", max_length=_ID)
    content: str = Field(sa_type=Text)
