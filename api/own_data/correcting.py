"""A fact of a person's record is put right: who did it, in which places and why is on record, and no value of it."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from api.accounts.reach import Reach
from api.accounts.write_rules import verify_write
from api.audit.entry import Corrected, Use, subject
from api.audit.trail import Trail
from api.audit.vocabulary import CorrectionReason
from api.own_data.versions import changed_keys
from api.storage.record_kinds import APPLICANTS
from api.storage.stored_records import read, replace
from api.storage.tables import ApplicantRow
from features.records import Applicant

__all__ = ["correct_record", "correctable", "places_that_differ"]


def correctable(session: Session, reach: Reach, applicant_id: str) -> Applicant:
    """The stored record, where it is for whoever has this reach to put right.

    Raises
    ------
    UnknownIdError
        If nothing is stored under the id.
    ForbiddenError
        If another municipality or the person entered it.
    """
    stored = read(session, APPLICANTS, applicant_id)
    if reach.is_partial:
        verify_write(session, reach, session.get_one(ApplicantRow, applicant_id))
    return stored


def correct_record(session: Session, audit: Trail, corrected: Applicant, *, reason: CorrectionReason) -> None:
    """Store a record with some facts put right; lists, rules and scores are made from it from now on.

    Parameters
    ----------
    session : Session
        A writing one within the caller's reach.
    audit : Trail
    corrected : Applicant
    reason : CorrectionReason
    """
    before = read(session, APPLICANTS, corrected.applicant_id)
    after = replace(session, APPLICANTS, corrected.applicant_id, corrected)
    told = Corrected(places=tuple(places_that_differ(before, after)), reason=reason)
    on = (subject("applicant", [corrected.applicant_id]),)
    audit.note(Use(action="changed", purpose="rights", on=on, corrected=told))


def places_that_differ(before: Applicant, after: Applicant) -> list[str]:
    """Places of two records that differ, but for those that only the person is told of."""
    return changed_keys(_told(before), _told(after))


def _told(applicant: Applicant) -> dict[str, Any]:
    return applicant.model_dump(mode="json", exclude={"private_preferences"})
