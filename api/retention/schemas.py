"""Shapes of requests and answers about retention."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, cast

from pydantic import BaseModel, Field

from api.http.schemas import Page
from api.retention.holds import HoldKind
from api.retention.tables import CertificateRow, HoldRow
from features.records import Identifier, Record

__all__ = [
    "CertificateAnswer",
    "CertificatePage",
    "HoldAnswer",
    "HoldLifting",
    "HoldOrder",
    "HoldPage",
    "certificate_answer",
    "hold_answer",
]

_Reason = Annotated[str, Field(min_length=1, max_length=500)]


class HoldOrder(Record):
    """What must not be erased, and why: a number of a case, never what it is about."""

    kind: HoldKind
    id: Identifier
    reason: _Reason


class HoldLifting(Record):
    """Why a block ends."""

    reason: _Reason


class HoldAnswer(BaseModel):
    """One block; who placed it stands in the audit log."""

    hold_id: str
    kind: HoldKind
    id: str
    reason: str
    placed_at: datetime
    lifted_at: datetime | None
    lifted_reason: str | None


class HoldPage(Page):
    """Some of the blocks, newest first."""

    holds: list[HoldAnswer]


class CertificateAnswer(BaseModel):
    """One certificate."""

    number: int
    class_name: str
    made_at: datetime
    digest: str = Field(description="SHA-256 of body; the audit log has it too.")
    body: str = Field(description="The exact text that the digest was taken of.")


class CertificatePage(Page):
    """Some of the certificates, newest first."""

    certificates: list[CertificateAnswer]


def hold_answer(row: HoldRow) -> HoldAnswer:
    """One block as it is shown."""
    shown = row.model_dump(include={"reason", "placed_at", "lifted_at", "lifted_reason"})
    return HoldAnswer(hold_id=row.id, kind=cast("HoldKind", row.kind), id=row.subject_id, **shown)


def certificate_answer(row: CertificateRow) -> CertificateAnswer:
    """One certificate as it is shown."""
    return CertificateAnswer.model_validate(row.model_dump())
