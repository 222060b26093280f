"""A person asks to be erased: it is done at once, or a duty to keep the record runs and the answer says until when.

A postponed erasure is never forgotten: the use of the record is stopped at once, and the first purge after the date
erases it. A person may decide otherwise and say why; a block (:mod:`api.retention.holds`) nobody gets past.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from api.audit.entry import Actor
from api.http.errors import ApiError
from api.own_data.erasing import applications_of, erase_people
from api.own_data.restricting import restrict_use
from api.own_data.tables import ErasureRequestRow
from api.retention.certificates import REQUEST, certify
from api.retention.holds import HeldError, held
from api.retention.rules import ClassName, RetentionRule
from api.retention.terms import application_terms
from api.storage.tables import ApplicationRow

__all__ = ["AppliedElsewhereError", "Erasure", "Wish", "duty_until", "erase_on_request", "verify_all_in_reach"]


class AppliedElsewhereError(ApiError):
    """A municipality erases a person who has applied at others as well."""

    status, kind, title = 409, "applied-elsewhere", "ほかの自治体への応募があります"

    def __init__(self, applicant_id: str, number: int) -> None:
        super().__init__(
            f"applicant {applicant_id} has {number} application(s) at other municipalities; each removes its own, or "
            "the person erases everything by DELETE /me/data"
        )


@dataclass(frozen=True)
class Wish:
    """Who asks for an erasure and when, on which paper, and whether a duty to keep is overruled by a person."""

    by: Actor
    now: datetime
    on: date
    document: str | None = None
    despite_duty: bool = False


@dataclass(frozen=True)
class Erasure:
    """What became of a wish to be erased.

    Attributes
    ----------
    applications : tuple of str
        Ids of what was erased with the person.
    certificate : str, optional
        Digest of the certificate; ``None`` where the erasure waits.
    kept_until : date, optional
        The last day a duty keeps the record, where one does and nobody overruled it.
    """

    applications: tuple[str, ...] = ()
    certificate: str | None = None
    kept_until: date | None = None


def erase_on_request(
    session: Session, applicant_id: str, wish: Wish, rules: Mapping[ClassName, RetentionRule]
) -> Erasure:
    """Erase a person, or note that it will be done; who may ask is decided before.

    Raises
    ------
    HeldError
        If a block stands.
    """
    if applicant_id in held(session).applicants:
        raise HeldError("applicant", applicant_id)
    until = duty_until(session, applicant_id, rules, on=wish.on)
    if until is not None and not wish.despite_duty:
        _postpone(session, applicant_id, wish, until)
        return Erasure(kept_until=until)
    gone = erase_people(session, [applicant_id])
    ids = {"applicant": [applicant_id], "application": list(gone)}
    row = certify(session, REQUEST, ids, rule=None, on=wish.on, held=0, by=wish.by, now=wish.now)
    return Erasure(tuple(gone), row.digest)


def duty_until(
    session: Session, applicant_id: str, rules: Mapping[ClassName, RetentionRule], *, on: date
) -> date | None:
    """The last day on which somebody who was placed is kept whatever they ask; ``None`` where nothing is due."""
    terms = application_terms(session, rules, on=on, applicant_id=applicant_id)
    days = [term.last_day for term in terms if term.class_name == "placed" and term.last_day is not None]
    return max((day for day in days if day >= on), default=None)


def verify_all_in_reach(session: Session, applicant_id: str) -> None:
    """Whether the caller reaches all of a person's applications.

    Raises
    ------
    AppliedElsewhereError
        If there are others.
    """
    every = applications_of(session, applicant_id)
    outside = [an_id for an_id in every if session.get(ApplicationRow, an_id) is None]
    if outside:
        raise AppliedElsewhereError(applicant_id, len(outside))


def _postpone(session: Session, applicant_id: str, wish: Wish, until: date) -> None:
    restrict_use(session, applicant_id, document=wish.document, by=wish.by.id, now=wish.now)
    session.merge(  # who asks again is told the same
        ErasureRequestRow(
            applicant_id=applicant_id,
            document=wish.document,
            asked_at=wish.now,
            asked_by=wish.by.id,
            kept_until=until,
        )
    )
    session.flush()
