"""Municipalities' consents that their prefecture's supporters see their postings and who applied."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from api.accounts.errors import AccountError
from api.accounts.tables import MunicipalityConsentRow
from api.http.errors import UnknownIdError
from api.secret_tokens import new_id

__all__ = ["consenting_municipalities", "consents_in", "record_consent", "withdraw_consent"]


def consenting_municipalities(session: Session, prefecture_code: str) -> frozenset[str]:
    """Codes of the prefecture's municipalities whose consent stands."""
    of_prefecture = col(MunicipalityConsentRow.municipality_code).startswith(prefecture_code, autoescape=True)
    standing = select(MunicipalityConsentRow.municipality_code).where(
        of_prefecture, col(MunicipalityConsentRow.withdrawn_at).is_(None)
    )
    return frozenset(session.exec(standing))


def consents_in(session: Session, municipalities: frozenset[str] | None) -> list[MunicipalityConsentRow]:
    """Every consent, withdrawn ones too, of these municipalities (``None``: of all), by code and time."""
    asked = select(MunicipalityConsentRow)
    if municipalities is not None:
        asked = asked.where(col(MunicipalityConsentRow.municipality_code).in_(sorted(municipalities)))
    row = MunicipalityConsentRow
    return list(session.exec(asked.order_by(row.municipality_code, col(row.given_at), row.id)))


def record_consent(
    session: Session, municipality_code: str, *, document: str, by: str, now: datetime
) -> MunicipalityConsentRow:
    """Record that a municipality consents, with the document that says so.

    Raises
    ------
    AccountError
        If its consent stands already.
    """
    if _standing(session, municipality_code):
        raise AccountError(f"municipality {municipality_code}: the consent stands already")
    row = MunicipalityConsentRow(
        id=new_id(), municipality_code=municipality_code, document=document, given_at=now, given_by=by
    )
    session.add(row)
    return row


def withdraw_consent(session: Session, municipality_code: str, *, by: str, now: datetime) -> None:
    """Record that a municipality no longer consents; from then on its supporters see nothing of it.

    Raises
    ------
    UnknownIdError
        If no consent of it stands.
    """
    rows = _standing(session, municipality_code)
    if not rows:
        raise UnknownIdError("consent", municipality_code)
    for row in rows:
        row.withdrawn_at, row.withdrawn_by = now, by
        session.add(row)


def _standing(session: Session, municipality_code: str) -> list[MunicipalityConsentRow]:
    asked = select(MunicipalityConsentRow).where(
        MunicipalityConsentRow.municipality_code == municipality_code,
        col(MunicipalityConsentRow.withdrawn_at).is_(None),
    )
    return list(session.exec(asked.with_for_update()))
