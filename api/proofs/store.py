"""Asking for a proof, taking it, looking at it, and letting the image go: at once when it is checked."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, Literal, TypeAlias

from sqlmodel import Session, col, delete, select

from api.http.errors import UnknownIdError
from api.proofs.errors import NeedlessError, NotAskedError
from api.proofs.files import ProofFile
from api.proofs.schemas import ProofAnswer, ProofCheck, ProofOrder
from api.proofs.tables import ProofImageRow, ProofRow
from api.secret_tokens import new_id
from features.records import Posting

__all__ = [
    "Ground",
    "ask_for",
    "check",
    "ground_of",
    "image_of",
    "let_go",
    "proof_answer",
    "proofs_of",
    "read_proof",
    "standing_proof",
    "take_in",
    "withdraw",
]

Ground: TypeAlias = Literal["asked", "must_have", "district"]
_STANDING: Final = ("asked", "uploaded")


def ground_of(order: ProofOrder, posting: Posting, *, needs_district: bool, is_by_applicant: bool) -> Ground:
    """On what a request rests.

    Raises
    ------
    NeedlessError
        If the call does not require the licence, or an applicant offers an address that nobody asked for.
    """
    if order.kind == "licence":
        if order.licence not in (posting.required_licences or ()):
            raise NeedlessError("licence", "is not among the call's required_licences")
        return "must_have"
    if needs_district:
        return "district"
    if is_by_applicant:
        raise NeedlessError("kind", "the address decides nothing here and nobody has asked for it")
    return "asked"


def standing_proof(session: Session, application_id: str, order: ProofOrder) -> ProofRow | None:
    """The same proof where it is asked for already: nothing is asked twice."""
    same = select(ProofRow).where(
        ProofRow.application_id == application_id,
        ProofRow.kind == order.kind,
        ProofRow.licence == order.licence,
        col(ProofRow.state).in_(_STANDING),
    )
    return session.exec(same).first()


def ask_for(
    session: Session,
    application_id: str,
    order: ProofOrder,
    *,
    ground: Ground,
    days: int,
    by: str,
    now: datetime,
    on: date,
) -> ProofRow:
    """Ask for a proof; its image is there for ``days`` at most."""
    row = ProofRow(
        id=new_id(),
        application_id=application_id,
        kind=order.kind,
        licence=order.licence,
        ground=ground,
        state="asked",
        asked_at=now,
        asked_by=by,
        delete_on=on + timedelta(days=days),
    )
    session.add(row)
    session.flush()
    return row


def proofs_of(session: Session, application_id: str) -> Sequence[ProofRow]:
    """The proofs of one application, oldest first."""
    asked = select(ProofRow).where(ProofRow.application_id == application_id)
    return session.exec(asked.order_by(col(ProofRow.asked_at), ProofRow.id)).all()


def read_proof(session: Session, proof_id: str) -> ProofRow:
    """One proof within reach.

    Raises
    ------
    UnknownIdError
        If there is none with that id.
    """
    row = session.exec(select(ProofRow).where(ProofRow.id == proof_id)).first()
    if row is None:
        raise UnknownIdError("proof", proof_id)
    return row


def take_in(session: Session, row: ProofRow, file: ProofFile, *, now: datetime, on: date) -> ProofRow:
    """Store the file in the place of one that was sent before.

    Raises
    ------
    NotAskedError
        If the proof is done with, or its date is past.
    """
    _verify_standing(row, _STANDING, on=on)
    session.exec(delete(ProofImageRow).where(col(ProofImageRow.proof_id) == row.id))
    session.add(ProofImageRow(proof_id=row.id, content=base64.b64encode(file.content).decode()))
    row.state, row.uploaded_at, row.media_type = "uploaded", now, file.media_type
    session.add(row)
    session.flush()
    return row


def image_of(session: Session, row: ProofRow, *, on: date) -> bytes:
    """The file that was sent.

    Raises
    ------
    NotAskedError
        If there is none, or none any more.
    """
    _verify_standing(row, ("uploaded",), on=on)
    return base64.b64decode(session.get_one(ProofImageRow, row.id).content)


def check(session: Session, row: ProofRow, seen: ProofCheck, *, by: str, now: datetime, on: date) -> ProofRow:
    """Record what was seen; the image is gone with it.

    Raises
    ------
    NotAskedError
        If there is nothing to look at.
    NeedlessError
        If a zone or a municipality is told of a licence.
    """
    _verify_standing(row, ("uploaded",), on=on)
    if row.kind == "licence" and (seen.zone is not None or seen.municipality_code is not None):
        raise NeedlessError("zone", "a licence says nothing about an address")
    row.state, row.is_confirmed, row.checked_at, row.checked_by = "checked", seen.is_confirmed, now, by
    row.municipality_code, row.zone = seen.municipality_code, seen.zone
    _forget_image(session, row)
    return row


def withdraw(session: Session, row: ProofRow) -> None:
    """Ask no longer, or take back what was sent; the image is gone.

    Raises
    ------
    NotAskedError
        If it was checked: what was seen stays.
    """
    if row.state == "checked":
        raise NotAskedError(row.id, row.state, "one that waits")
    let_go(session, row, "withdrawn")


def let_go(session: Session, row: ProofRow, state: Literal["expired", "withdrawn"]) -> None:
    """Ask no longer; the image is gone."""
    row.state = state
    _forget_image(session, row)


def proof_answer(row: ProofRow) -> ProofAnswer:
    """One proof as it is shown: who asked and who looked stands in the audit log."""
    return ProofAnswer.model_validate({"proof_id": row.id, **row.model_dump(exclude={"id", "asked_by", "checked_by"})})


def _forget_image(session: Session, row: ProofRow) -> None:
    session.exec(delete(ProofImageRow).where(col(ProofImageRow.proof_id) == row.id))
    session.add(row)
    session.flush()


def _verify_standing(row: ProofRow, states: Sequence[str], *, on: date) -> None:
    if row.state not in states:
        raise NotAskedError(row.id, row.state, " or ".join(states))
    if row.delete_on < on:
        raise NotAskedError(row.id, "past its date", "a proof that is asked for again")
