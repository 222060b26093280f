"""Answers about people's rights from what is stored."""

from __future__ import annotations

from typing import Final

from api.own_data.erasure_requests import Erasure
from api.own_data.schemas import ErasureAnswer, RestrictionAnswer
from api.storage.tables import RestrictionRow

__all__ = ["erasure_answer", "restriction_answer"]

_REASON: Final = (
    "着任に至った応募の記録は、決められた期限まで残す義務があります。登録の利用は、いま止まりました。"
    "期限が過ぎると消去します。"
)


def erasure_answer(done: Erasure) -> ErasureAnswer:
    """Gone, or until when it waits and why."""
    return ErasureAnswer(
        erased=done.kept_until is None,
        kept_until=done.kept_until,
        reason=None if done.kept_until is None else _REASON,
        certificate=done.certificate,
    )


def restriction_answer(row: RestrictionRow) -> RestrictionAnswer:
    """Since when the use is stopped."""
    return RestrictionAnswer(applicant_id=row.applicant_id, stopped_at=row.stopped_at)
