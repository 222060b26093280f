"""Tables of accounts. A secret that somebody else holds — token, link, cookie, code — is stored as its digest only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from api.storage.tables import RecordId, Row, UtcDateTime

__all__ = [
    "AccountRow",
    "ApiTokenRow",
    "AttemptRow",
    "LinkRow",
    "MunicipalityConsentRow",
    "OrganisationFlowRow",
    "PseudonymKeyRow",
    "RecoveryCodeRow",
    "RegistrationRow",
    "SignedInRow",
]

_ID = 32
_DIGEST = 64
_ACCOUNT = "account.id"


class AccountRow(Row, table=True):
    """One person who may sign in; a person who leaves is disabled and the row stays, because records name it."""

    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: str = Field(primary_key=True, max_length=_ID)
    sign_in_name: str = Field(unique=True, sa_type=RecordId)
    display_name: str = Field(max_length=200)
    role: str = Field(max_length=20, index=True)
    state: str = Field(max_length=10, index=True)
    municipality_code: str | None = Field(default=None, max_length=5)
    prefecture_code: str | None = Field(default=None, max_length=2)
    applicant_id: str | None = Field(default=None, sa_type=RecordId, index=True)
    password_hash: str | None = Field(default=None, max_length=200)
    totp_secret: str | None = Field(default=None, max_length=64)
    totp_pending: str | None = Field(default=None, max_length=64)
    totp_step: int | None = None
    issuer: str | None = Field(default=None, max_length=300)
    subject: str | None = Field(default=None, max_length=255)
    created_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SignedInRow(Row, table=True):
    """One session of a browser."""

    digest: str = Field(primary_key=True, max_length=_DIGEST)
    account_id: str = Field(foreign_key=_ACCOUNT, index=True, max_length=_ID)
    started_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class ApiTokenRow(Row, table=True):
    """One token of a program that acts for an account."""

    id: str = Field(primary_key=True, max_length=_ID)
    digest: str = Field(unique=True, max_length=_DIGEST)
    account_id: str = Field(foreign_key=_ACCOUNT, index=True, max_length=_ID)
    label: str = Field(max_length=100)
    scopes: list[str] = Field(sa_type=JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class LinkRow(Row, table=True):
    """An invitation or a password reset that nobody has used yet."""

    digest: str = Field(primary_key=True, max_length=_DIGEST)
    account_id: str = Field(foreign_key=_ACCOUNT, index=True, max_length=_ID)
    purpose: str = Field(max_length=20)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class RecoveryCodeRow(Row, table=True):
    """A recovery code that nobody has used yet."""

    digest: str = Field(primary_key=True, max_length=_DIGEST)
    account_id: str = Field(foreign_key=_ACCOUNT, index=True, max_length=_ID)


class AttemptRow(Row, table=True):
    """How often a name or an address was tried; ``key`` is a digest, so the table lists neither names nor addresses."""

    key: str = Field(primary_key=True, max_length=_DIGEST)
    number: int
    opened_at: datetime = Field(sa_type=UtcDateTime, index=True)
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class MunicipalityConsentRow(Row, table=True):
    """A municipality's consent that its prefecture's supporters see its postings and who applied; never deleted."""

    id: str = Field(primary_key=True, max_length=_ID)
    municipality_code: str = Field(max_length=5, index=True)
    document: str = Field(max_length=200)
    given_at: datetime = Field(sa_type=UtcDateTime)
    given_by: str = Field(foreign_key=_ACCOUNT, max_length=_ID)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_by: str | None = Field(default=None, foreign_key=_ACCOUNT, max_length=_ID)


class RegistrationRow(Row, table=True):
    """Which municipality entered an applicant who came on paper, so that it sees the record before any application."""

    applicant_id: str = Field(primary_key=True, foreign_key="applicant.id", ondelete="CASCADE", sa_type=RecordId)
    municipality_code: str = Field(max_length=5, index=True)


class PseudonymKeyRow(Row, table=True):
    """The key of one researcher's pseudonyms: two researchers cannot join what they were given."""

    account_id: str = Field(primary_key=True, foreign_key=_ACCOUNT, max_length=_ID)
    key: str = Field(max_length=_DIGEST)


class OrganisationFlowRow(Row, table=True):
    """A sign-in at an organisation that was begun and not finished."""

    digest: str = Field(primary_key=True, max_length=_DIGEST)
    browser_digest: str = Field(max_length=_DIGEST)
    issuer: str = Field(max_length=300)
    nonce: str = Field(max_length=_DIGEST)
    verifier: str = Field(max_length=128)
    link_digest: str | None = Field(default=None, max_length=_DIGEST)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
