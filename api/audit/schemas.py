"""Shapes of answers about the audit log."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.audit.entry import Entry
from api.audit.vocabulary import Action, Purpose, Role

__all__ = ["AuditLine", "AuditPage", "AuditVerification", "FirstBad", "OwnUse", "OwnUses"]

_NEXT = Field(
    description="Go on with before= this number, also where a page has no line: a request reads a bounded part of "
    "the log. null: the log goes no further back."
)


class AuditLine(BaseModel):
    """One entry and its place in the chain."""

    sequence: int
    previous: str
    hash: str
    entry: Entry | None = Field(description="null where the stored text is no entry; see the verification.")


class AuditPage(BaseModel):
    """Some entries, newest first."""

    entries: list[AuditLine]
    next_before: int | None = _NEXT


class FirstBad(BaseModel):
    """The first entry that is not as it was written."""

    sequence: int
    reason: str


class AuditVerification(BaseModel):
    """What a walk over the whole log found."""

    holds: bool
    entries: int
    begins_after: int = Field(description="The last entry that a purge removed; 0 where none did.")
    head: str = Field(
        description="NUMBER:HASH of the last entry that fits; note it where the database's keeper cannot."
    )
    first_bad: FirstBad | None


class OwnUse(BaseModel):
    """One use of the applicant's record."""

    at: str = Field(description="UTC.")
    action: Action
    purpose: Purpose
    words: str = Field(description="Action and purpose in words.")
    role: Role
    municipality_code: str | None = Field(description="The municipality that acted; null where none did.")
    prefecture_code: str | None
    posting_ids: list[str] = Field(description="The posting it was read for, where it was for one.")


class OwnUses(BaseModel):
    """Who used the applicant's record, newest first."""

    uses: list[OwnUse]
    next_before: int | None = _NEXT
