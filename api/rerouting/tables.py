"""Tables of applicants' consents to be shown to other municipalities."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlmodel import Field

from api.storage.tables import RecordId, Row, UtcDateTime

__all__ = ["EVERYWHERE", "ReroutingConsentRow", "ReroutingTargetRow"]

EVERYWHERE: Final = "everywhere"
_ID = 32
_ACCOUNT = "account.id"


class ReroutingConsentRow(Row, table=True):
    """One applicant's consent; withdrawn ones stay as long as the applicant's record is there, and go with it.

    A consent that outlived its person could open the record of another who is given the same id later.
    """

    id: str = Field(primary_key=True, max_length=_ID)
    applicant_id: str = Field(foreign_key="applicant.id", ondelete="CASCADE", index=True, sa_type=RecordId)
    until: date
    ground: str = Field(max_length=20)
    document: str | None = Field(default=None, max_length=200)
    entered_by: str | None = Field(default=None, max_length=5)
    given_at: datetime = Field(sa_type=UtcDateTime)
    given_by: str = Field(foreign_key=_ACCOUNT, max_length=_ID)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_by: str | None = Field(default=None, foreign_key=_ACCOUNT, max_length=_ID)


class ReroutingTargetRow(Row, table=True):
    """To whom: the code of a municipality (5 digits) or of a prefecture (2 digits), or :data:`EVERYWHERE`."""

    consent_id: str = Field(primary_key=True, foreign_key="reroutingconsent.id", ondelete="CASCADE", max_length=_ID)
    code: str = Field(primary_key=True, max_length=10, index=True)
