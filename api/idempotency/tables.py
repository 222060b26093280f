"""Tables of answers that are kept for a day under the keys of their requests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Text
from sqlmodel import Field

from api.storage.tables import RecordId, Row, UtcDateTime

__all__ = ["KeptAnswerRow", "KeptAnswerSubjectRow"]

_DIGEST = 64


class KeptAnswerRow(Row, table=True):
    """One answer; ``body`` is ``None`` where a person it was about has been erased since."""

    key_digest: str = Field(primary_key=True, max_length=_DIGEST)
    request_digest: str = Field(max_length=_DIGEST)
    status: int
    headers: dict[str, str] = Field(sa_type=JSON)
    body: str | None = Field(default=None, sa_type=Text)
    kept_until: datetime = Field(sa_type=UtcDateTime, index=True)


class KeptAnswerSubjectRow(Row, table=True):
    """Whom an answer is about."""

    key_digest: str = Field(
        primary_key=True, foreign_key="keptanswer.key_digest", ondelete="CASCADE", max_length=_DIGEST
    )
    applicant_id: str = Field(primary_key=True, index=True, sa_type=RecordId)
