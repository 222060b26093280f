"""Shapes of requests and answers about conflicts of interest."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, Field, model_validator

from api.decisions.schemas import Reason
from api.http.schemas import Page
from features.records import Identifier, Record

__all__ = [
    "KINDS_JA",
    "LIFTING_JA",
    "ConflictAnswer",
    "ConflictId",
    "ConflictKind",
    "ConflictPage",
    "ConflictRequest",
    "Lifting",
    "LiftingKind",
]

ConflictId: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{24}$", description="24 hexadecimal digits.")]
ConflictKind: TypeAlias = Literal["family", "friend", "business", "other"]
LiftingKind: TypeAlias = Literal["mistaken", "ended", "not_handling"]
KINDS_JA: Final[dict[ConflictKind, str]] = {
    "family": "親族",
    "friend": "友人・知人",
    "business": "取引・仕事の関係",
    "other": "その他",
}
# why it no longer stands, as the pages ask whoever declared it
LIFTING_JA: Final[dict[LiftingKind, str]] = {
    "mistaken": "相手や募集を取り違えて申告した",
    "ended": "関係がなくなった",
    "not_handling": "担当から外れた",
}


class ConflictRequest(Record):
    """A conflict with one applicant or one posting: its kind, and nothing more about it is stored."""

    kind: ConflictKind
    applicant_id: Identifier | None = None
    posting_id: Identifier | None = None

    @model_validator(mode="after")
    def _names_one(self) -> ConflictRequest:
        if (self.applicant_id is None) == (self.posting_id is None):
            raise ValueError("expected either applicant_id or posting_id")
        return self


class Lifting(Record):
    """Why a conflict no longer stands: whoever lifts it says so, for the posting is open to them again at once."""

    reason: Reason | None = Field(None, description="Required; kept with the declaration.")


class ConflictAnswer(BaseModel):
    """A declared conflict; a lifted one stays on record."""

    conflict_id: str
    account_id: str
    applicant_id: str | None
    posting_id: str | None
    kind: ConflictKind
    declared_at: datetime
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_reason: str | None


class ConflictPage(Page):
    """Some of the conflicts, oldest first."""

    conflicts: list[ConflictAnswer]
