"""The record of the applicant who is signed in: read within reach, and stored with some answers changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from fastapi import Request, Response
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from api.accounts.caller import Caller, caller_of
from api.accounts.errors import SignInNeededError
from api.audit.trail import Trail
from api.routes import applicants as api_applicants
from api.storage.database import reading
from api.storage.record_kinds import APPLICANTS
from api.storage.tables import ApplicantRow, RestrictionRow
from features.plain_values import STORED
from features.records import Applicant

__all__ = ["OwnRecord", "own_id", "own_record", "own_record_now", "stored_with", "with_answers"]


@dataclass(frozen=True)
class OwnRecord:
    """What is stored of the applicant.

    Attributes
    ----------
    applicant_id : str
    applicant : Applicant or None
        ``None`` before the first answer.
    is_stopped : bool
        Whether its use is stopped: then no list is made from it.
    """

    applicant_id: str
    applicant: Applicant | None
    is_stopped: bool = False

    @property
    def wants_no_order(self) -> bool:
        """Whether no order by scores is wanted."""
        consent = None if self.applicant is None else self.applicant.consent
        return consent is not None and consent.automated_order is False


def own_id(caller: Caller) -> str:
    """The id of the applicant whose account it is."""
    return caller.applicant_id or ""


def own_record(session: Session, caller: Caller) -> OwnRecord:
    """The own record, within the reach of ``session``."""
    row = session.get(ApplicantRow, own_id(caller))
    if row is None:
        return OwnRecord(own_id(caller), None)
    stopped = select(RestrictionRow.id).where(
        RestrictionRow.applicant_id == row.id, col(RestrictionRow.until).is_(None)
    )
    return OwnRecord(row.id, APPLICANTS.record_of(row), session.exec(stopped).first() is not None)


def own_record_now(request: Request) -> OwnRecord:
    """The own record for a page that is drawn again, whose session has ended."""
    caller, engine = caller_of(request), request.app.state.engine
    if caller is None or not isinstance(engine, Engine):
        raise SignInNeededError
    with reading(engine) as session:
        return own_record(session, caller)


def stored_with(session: Session, audit: Trail, own: OwnRecord, parts: Mapping[str, Mapping[str, object]]) -> None:
    """Store the record with some answers changed, by the function of the API's route.

    Parameters
    ----------
    session : Session
        A writing one, in which ``own`` was read: nobody changes it meanwhile.
    audit : Trail
    own : OwnRecord
    parts : mapping
        As :func:`with_answers` takes them.
    """
    applicant = with_answers(own, parts)
    if own.applicant is None:
        api_applicants.add_applicant(session, audit, applicant, Response())
    else:
        api_applicants.replace_applicant(
            session=session,
            audit=audit,
            applicant_id=own.applicant_id,
            applicant=applicant,
            response=Response(),
            expected=None,
        )


def with_answers(own: OwnRecord, parts: Mapping[str, Mapping[str, object]]) -> Applicant:
    """The record with some answers changed.

    Parameters
    ----------
    own : OwnRecord
    parts : mapping
        ``{"selection_profile": {"plan_text": …}}``; ``""`` for keys of the record itself; ``None`` takes an answer
        back.
    """
    content: dict[str, object] = {"applicant_id": own.applicant_id, "programs": []}
    if own.applicant is not None:
        content = own.applicant.model_dump(mode="json", exclude_unset=True)
    for part, answers in parts.items():
        held = content if not part else _held(content, part)
        for name, answer in answers.items():
            if answer is None:
                held.pop(name, None)
            else:
                held[name] = answer
    return Applicant.model_validate(content, context=STORED)  # what was stored before years had bounds stays


def _held(content: dict[str, object], part: str) -> dict[str, object]:
    held = content.get(part)
    found = dict(cast("Mapping[str, object]", held)) if isinstance(held, dict) else {}
    content[part] = found
    return found
