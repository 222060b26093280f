"""Applicants' consents to be shown to other municipalities: given, standing, withdrawn.

The ground is 個人情報保護法 art. 69 (2) no. 1, the consent of the person; no other exception of that article opens a
record here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import Session, col, func, select

from api.accounts.errors import AccountError, ForbiddenError
from api.accounts.tables import RegistrationRow
from api.http.errors import UnknownIdError
from api.rerouting.tables import ReroutingConsentRow, ReroutingTargetRow
from api.secret_tokens import new_id
from api.storage.tables import ApplicantRow

__all__ = [
    "GROUND",
    "LONGEST",
    "MOST_STANDING",
    "GivenConsent",
    "Giver",
    "consent_page",
    "record_rerouting",
    "targets_of",
    "withdraw_rerouting",
]

GROUND: Final = "69-2-1"
LONGEST: Final = timedelta(days=366)  # a consented pool lasts 12 months and can be renewed [A]
MOST_STANDING: Final = 20  # consents of one applicant at once [A]


@dataclass(frozen=True)
class Giver:
    """Who gives or withdraws: the applicant, or a municipality for somebody it entered from paper.

    Attributes
    ----------
    account_id : str
    applicant_id : str, optional
        The applicant whose account it is.
    municipalities : frozenset of str
        Whose entries the account may speak for, where it is no applicant's.
    """

    account_id: str
    applicant_id: str | None = None
    municipalities: frozenset[str] = frozenset()


@dataclass(frozen=True)
class GivenConsent:
    """What is consented to.

    Attributes
    ----------
    applicant_id : str
    targets : frozenset of str
        Codes as :class:`~api.rerouting.tables.ReroutingTargetRow` keeps them.
    until : date
        The last day.
    document : str, optional
        The paper the person signed; a municipality must name it.
    """

    applicant_id: str
    targets: frozenset[str]
    until: date
    document: str | None


def record_rerouting(
    session: Session, given: GivenConsent, giver: Giver, *, today: date, now: datetime
) -> ReroutingConsentRow:
    """Record that an applicant may be shown to ``given.targets``.

    Raises
    ------
    UnknownIdError
        If the applicant is out of the session's reach.
    ForbiddenError
        If it is another's record: neither the applicant's own nor entered by this municipality.
    AccountError
        If the days or the document are not right, or the same consent stands already.
    """
    if session.get(ApplicantRow, given.applicant_id) is None:
        raise UnknownIdError("applicant", given.applicant_id)
    entered_by = _verify_own(session, given.applicant_id, giver)
    _verify_days_and_document(given, entered_by, today)
    standing = _standing(session, given.applicant_id, today)
    if any(row.until == given.until and targets_of(session, row.id) == given.targets for row in standing):
        raise AccountError(f"applicant {given.applicant_id}: the same consent stands already")
    if len(standing) >= MOST_STANDING:
        raise AccountError(f"applicant {given.applicant_id} has {MOST_STANDING} standing consents; withdraw one first")
    row = ReroutingConsentRow(
        id=new_id(),
        applicant_id=given.applicant_id,
        until=given.until,
        ground=GROUND,
        document=given.document,
        entered_by=entered_by,
        given_at=now,
        given_by=giver.account_id,
    )
    session.add(row)
    session.flush()  # before the rows that name it
    session.add_all([ReroutingTargetRow(consent_id=row.id, code=code) for code in sorted(given.targets)])
    return row


def withdraw_rerouting(session: Session, consent_id: str, giver: Giver, *, now: datetime) -> ReroutingConsentRow:
    """Record that a consent no longer stands; from then on nobody is shown the record on its ground.

    Raises
    ------
    UnknownIdError
        If no consent with that id stands within the session's reach.
    ForbiddenError
        If it is about another's record.
    """
    row = session.exec(select(ReroutingConsentRow).where(ReroutingConsentRow.id == consent_id)).first()
    if row is None or row.withdrawn_at is not None:
        raise UnknownIdError("consent", consent_id)
    _verify_own(session, row.applicant_id, giver)
    row.withdrawn_at, row.withdrawn_by = now, giver.account_id
    session.add(row)
    return row


def consent_page(
    session: Session, *, applicant_id: str | None, limit: int, offset: int
) -> tuple[list[ReroutingConsentRow], int]:
    """Consents within the session's reach, withdrawn ones too, newest first; and how many there are."""
    asked = [] if applicant_id is None else [col(ReroutingConsentRow.applicant_id) == applicant_id]
    total = session.exec(select(func.count(col(ReroutingConsentRow.id))).where(*asked)).one()
    newest = (col(ReroutingConsentRow.given_at).desc(), ReroutingConsentRow.id)
    rows = session.exec(select(ReroutingConsentRow).where(*asked).order_by(*newest).limit(limit).offset(offset))
    return list(rows), total


def targets_of(session: Session, consent_id: str) -> frozenset[str]:
    """To whom a consent lets the record be shown."""
    return frozenset(session.exec(select(ReroutingTargetRow.code).where(ReroutingTargetRow.consent_id == consent_id)))


def _verify_own(session: Session, applicant_id: str, giver: Giver) -> str | None:
    """The municipality that entered the record and speaks for it; ``None`` where it is the applicant's own account."""
    if giver.applicant_id is not None:
        if giver.applicant_id != applicant_id:
            raise ForbiddenError("the consent is not this applicant's own to give")
        return None
    entry = session.get(RegistrationRow, applicant_id)
    if entry is None or entry.municipality_code not in giver.municipalities:
        raise ForbiddenError("the applicant's record was not entered by this municipality; the applicant consents")
    return entry.municipality_code


def _verify_days_and_document(given: GivenConsent, entered_by: str | None, today: date) -> None:
    last = today + LONGEST
    if not today <= given.until <= last:
        raise AccountError(f"until is {given.until}, expected a day from {today} to {last}; a consent can be renewed")
    if entered_by is not None and given.document is None:
        raise AccountError("document is missing, expected the number and date of the paper the person signed")


def _standing(session: Session, applicant_id: str, today: date) -> Collection[ReroutingConsentRow]:
    asked = select(ReroutingConsentRow).where(
        ReroutingConsentRow.applicant_id == applicant_id,
        col(ReroutingConsentRow.withdrawn_at).is_(None),
        ReroutingConsentRow.until >= today,
    )
    return session.exec(asked).all()
