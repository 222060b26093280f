"""Re-routing consents as the interface shows them."""

from __future__ import annotations

from sqlmodel import Session

from api.rerouting.consents import targets_of
from api.rerouting.schemas import ReroutingConsentAnswer
from api.rerouting.tables import EVERYWHERE, ReroutingConsentRow

__all__ = ["rerouting_answer"]

_PREFECTURE = 2  # digits


def rerouting_answer(session: Session, row: ReroutingConsentRow) -> ReroutingConsentAnswer:
    """One recorded consent with whom it names."""
    codes = sorted(targets_of(session, row.id) - {EVERYWHERE})
    told = {
        "consent_id": row.id,
        "municipalities": [code for code in codes if len(code) > _PREFECTURE],
        "prefectures": [code for code in codes if len(code) == _PREFECTURE],
        "everywhere": not codes,
    }
    shown = row.model_dump(exclude={"id", "given_by", "withdrawn_by"})
    return ReroutingConsentAnswer.model_validate(told | shown)
